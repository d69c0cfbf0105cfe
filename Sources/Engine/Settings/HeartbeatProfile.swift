/// A named set of heartbeat times.
public enum HeartbeatProfile: UInt8, Sendable, Hashable, CaseIterable {
  /// Bare metal: 50 ms, 3 misses, 20 ms margin; detection 146 ms on average.
  case fast
  /// A LAN: 100 ms, 5 misses, 50 ms margin; detection 502 ms on average.
  case `default`
  /// The largest that one SYN retry hides: 100 ms, 9 misses, 50 ms margin.
  case oneSecond
  /// Live migration and snapshots: 500 ms, 6 misses, 250 ms margin.
  case vmSafe

  /// The name in configuration files.
  public var name: StaticString {
    switch self {
    case .fast: "fast"
    case .default: "default"
    case .oneSecond: "one-second"
    case .vmSafe: "vm-safe"
    }
  }

  public var heartbeat: HeartbeatSettings {
    switch self {
    case .fast:
      HeartbeatSettings(interval: .milliseconds(50), misses: 3, margin: .milliseconds(20))
    case .default:
      HeartbeatSettings(interval: .milliseconds(100), misses: 5, margin: .milliseconds(50))
    case .oneSecond:
      HeartbeatSettings(interval: .milliseconds(100), misses: 9, margin: .milliseconds(50))
    case .vmSafe:
      HeartbeatSettings(interval: .milliseconds(500), misses: 6, margin: .milliseconds(250))
    }
  }
}

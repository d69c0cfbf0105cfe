import Engine
import FarmFile

/// What one checker has found and done. It is for metrics; nothing depends on it.
struct CheckerTally: Sendable, Hashable {
  private(set) var runs: UInt64 = 0
  private(set) var failures: UInt64 = 0
  /// How long the last probe took that has ended.
  private(set) var lastRun: Duration?
  private(set) var failedAt: Instant?
  /// By ``Engine/CheckerAction``'s raw value.
  private var actions = [UInt64](repeating: 0, count: CheckerAction.allCases.count)
  private var beganAt: Instant?

  mutating func begin(at now: Instant) {
    runs += 1
    beganAt = now
  }

  /// The probe under way has ended, or was ended.
  mutating func end(at now: Instant) {
    if let beganAt { lastRun = now - beganAt }
    beganAt = nil
  }

  mutating func fail(at now: Instant) {
    failures += 1
    failedAt = now
  }

  mutating func act(_ action: CheckerAction) { actions[Int(action.rawValue)] += 1 }

  /// By name, in a fixed order.
  var counts: [CountReport] {
    CheckerAction.allCases.map { CountReport(name: $0.name, count: actions[Int($0.rawValue)]) }
  }
}

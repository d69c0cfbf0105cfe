import Engine

extension HeartbeatSettings {
  /// A profile, and single times that replace its own.
  init(profile: YAMLReader?, block: YAMLReader?) {
    let profiles = HeartbeatProfile.allCases.map { ("\($0.name)", $0) }
    self = (profile?.choice(profiles) ?? .default).heartbeat
    guard let keys = block?.keys(of: FarmSection.heartbeat) else { return }
    interval = keys["interval"]?.duration(in: .milliseconds(1) ... .seconds(60)) ?? interval
    misses = keys["misses"]?.integer(in: 2...100) ?? misses
    margin = keys["margin"]?.duration(in: .zero ... .seconds(60)) ?? margin
    if let reader = keys["jitter"], let share = reader.share(in: 0...0.5) {
      jitterPermille = Int((share * 1000).rounded())
    }
    delayBound = keys["delay_bound"]?.duration(in: .zero ... .seconds(60)) ?? delayBound
    commitBound = keys["commit_bound"]?.duration(in: .zero ... .seconds(60)) ?? commitBound
    isRelaying = keys["relay"]?.flag() ?? isRelaying
    leasePolicy =
      keys["lease"]?.choice([("renewed", .renewed), ("strict", .strict), ("none", .none)]) ?? leasePolicy
  }
}

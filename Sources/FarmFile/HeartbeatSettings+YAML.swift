import Engine

extension HeartbeatSettings {
  /// Reads a profile, and single times that replace those of the profile.
  init(profile: YAMLReader?, block: YAMLReader?) {
    let profiles = HeartbeatProfile.allCases.map { ("\($0.name)", $0) }
    self = (profile?.choice(profiles) ?? .default).heartbeat
    guard let keys = block?.keys(of: FarmSection.heartbeat) else { return }
    interval = keys["interval"]?.duration(in: Limits.interval) ?? interval
    misses = keys["misses"]?.integer(in: Limits.misses) ?? misses
    margin = keys["margin"]?.duration(in: Limits.margin) ?? margin
    if let reader = keys["jitter"], let share = reader.share(in: 0...0.5) {
      jitterPermille = Int((share * 1000).rounded())
    }
    delayBound = keys["delay_bound"]?.duration(in: Limits.delayBound) ?? delayBound
    commitBound = keys["commit_bound"]?.duration(in: Limits.commitBound) ?? commitBound
    isRelaying = keys["relay"]?.flag() ?? isRelaying
    leasePolicy =
      keys["lease"]?.choice([("renewed", .renewed), ("strict", .strict), ("none", .none)]) ?? leasePolicy
  }
}

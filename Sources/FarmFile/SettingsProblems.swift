import Engine

/// Two settings of the `farm:` block that contradict each other.
struct SettingsContradiction {
  /// Keys from the block down; a list's entry or a mapping's is its position: `["rules", "2", "port"]`.
  var path: [String]
  var message: String
}

/// What is contradictory in settings whose every value is in its range.
func settingsProblems(_ settings: Settings) -> [SettingsContradiction] {
  var found: [SettingsContradiction] = []
  func report(_ path: [String], _ message: String) {
    found.append(SettingsContradiction(path: path, message: message))
  }
  let heartbeat = settings.heartbeat
  if heartbeat.delayBound.nanoseconds >= heartbeat.interval.nanoseconds {
    report(
      ["heartbeat", "delay_bound"],
      "delay_bound \(heartbeat.delayBound.text) is not below the interval \(heartbeat.interval.text)")
  }
  if heartbeat.commitBound >= heartbeat.lease {
    report(
      ["heartbeat", "commit_bound"],
      "commit_bound \(heartbeat.commitBound.text) is not below the lease \(heartbeat.lease.text)")
  }
  if settings.life.flapPenalty > 0, settings.life.flapReuse >= settings.life.flapSuppress {
    report(
      ["flap", "reuse"],
      "flap reuse \(settings.life.flapReuse) is not below suppress \(settings.life.flapSuppress)")
  }
  if !settings.networks.contains(where: \.carriesService) { report([], "no network carries the service") }
  for (i, group) in settings.groups.enumerated() {
    let total = (0..<settings.nodeCount).reduce(0) { $0 + Int(group.weight(of: NodeID($1))) }
    if total == 0 { report(["groups", "\(i)", "weights"], "every node has weight 0 in this group") }
  }
  return found
}

extension YAMLNode {
  /// Where the value at a path stands, or the deepest value on the way that exists.
  func place(of path: [String]) -> Place {
    guard let step = path.first else { return place }
    let rest = Array(path.dropFirst())
    switch content {
    case .mapping(let entries):
      if let entry = entries.first(where: { $0.key == step }) { return entry.value.place(of: rest) }
      guard let index = Int(step), entries.indices.contains(index) else { return place }
      return entries[index].value.place(of: rest)
    case .list(let items):
      guard let index = Int(step), items.indices.contains(index) else { return place }
      return items[index].place(of: rest)
    case .scalar: return place
    }
  }
}

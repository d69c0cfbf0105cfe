import Engine
import FarmFile

/// What the node has seen of holes and doubles.
extension DriverCore {
  /// Counts the holes and doubles that a step began or ended.
  /// - Parameter actions: the result of the step, not performed yet.
  func watchCoverage(_ actions: [Action], at now: Instant) {
    var removed = NodeSet.empty
    for case .notice(let notice) in actions {
      switch notice {
      case .removed(let node): removed.insert(node)
      case .configurationSwitched(let digest):
        let next = stagedSetup.flatMap { $0.farm.settings.digest == digest ? $0 : nil } ?? setup
        coverage.reset(node, names: next.groupNames, seen: coverage.seenByName(at: now))
        events?.regroup(coverage)
      default: break
      }
    }
    coverage.look(at: node, removed: removed, now: now)
    guard events != nil else { return }
    var made: [FarmEvent] = []
    events?.look(at: node, actions, coverage, now: now, into: &made)
    for event in made { say(.farm(event)) }
  }

  /// Reports events as a farm's `notify:` says, from now on.
  func tellEvents(_ farm: Farm) {
    guard let settings = farm.notify else {
      events = nil
      return
    }
    if events == nil { events = FarmEventWatch(settings, node, coverage) }
    events?.replace(settings)
  }
}

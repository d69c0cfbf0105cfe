import Engine
import Sim

/// How a scenario's faults become one cycle that can be repeated: ``returnToStart()`` appends what makes the farm whole
/// again, and ``shorten(from:)`` then moves all acts together.
extension LabPlan {
  /// The longest time for which a disturbance is kept up that a farm should not even notice.
  static let endurance = Duration.seconds(60)
  /// Time between the clients' warm-up and the first fault.
  static let lead = Duration.seconds(1)

  /// Appends what restores every node, weight and network, so that the cycle can begin anew.
  mutating func returnToStart() {
    var down = NodeSet.empty
    var drained = NodeSet.empty
    var last = scenario.run.warmUp
    var weights: [(NodeSet, GroupID)] = []
    for i in scenario.faults.indices {
      let fault = scenario.faults[i]
      last = max(last, fault.until ?? fault.at)
      let nodes = fault.kind.nodesNamed
      switch fault.kind.traits.ends {
      case .start:
        if fault.until == nil { down = down.union(nodes) } else { down = down.subtracting(nodes) }
        drained = drained.subtracting(nodes)
      case .resume:
        if fault.until == nil { drained = drained.union(nodes) } else { drained = drained.subtracting(nodes) }
      case .never where fault.kind.traits.answer == .with:
        down = down.subtracting(nodes)
        drained = drained.subtracting(nodes)
      case .never, .back: break
      }
      if let most = longestDrain(fault) { last = max(last, fault.at + most) }
      if case .weight(_, let group, let weight) = fault.kind {
        weights.removeAll { $0 == (nodes, group) }
        let isConfigured = nodes.allSatisfy {
          scenario.farm.settings.groups[group.index].weight(of: $0) == weight
        }
        if fault.until == nil, !isConfigured { weights.append((nodes, group)) }
      }
    }
    let gone = down.union(drained)
    let end = last + settle
    for i in scenario.faults.indices where scenario.faults[i].until == nil && lasts(scenario.faults[i].kind) {
      scenario.faults[i].until = end
      notes.append(
        "The \(scenario.faults[i].kind.key) at \(scenario.faults[i].at.words) is ended, since a repeat begins with a whole farm."
      )
    }
    if !gone.isEmpty {
      scenario.faults.append(Fault(at: end, kind: .restart(gone)))
      notes.append("\(names(gone)) started again at the end, since a repeat begins with a whole farm.")
    }
    for (nodes, group) in weights {
      for node in nodes {
        let weight = scenario.farm.settings.groups[group.index].weight(of: node)
        scenario.faults.append(Fault(at: end, kind: .weight(NodeSet(node), group, weight)))
      }
      notes.append("The configured weight is set again at the end, since a repeat begins with a whole farm.")
    }
    scenario.run.duration = max(scenario.run.duration, end + settle)
  }

  private func names(_ nodes: NodeSet) -> String {
    let words = nodes.map { scenario.farm.nodes[$0.index] }
    return words.joined(separator: ", ") + (words.count == 1 ? " is" : " are")
  }

  /// Moves the faults together: the time between two acts is reduced to what it takes to see their effect.
  /// - Parameter written: the length of the scenario as written.
  mutating func shorten(from written: Duration) {
    let forming = RunPlan.forming(scenario.farm.settings.heartbeat)
    scenario.run.warmUp = forming
    // The times of acts, each once, and the times that they are moved to.
    let times = Array(Set(scenario.faults.flatMap { [$0.at] + ($0.until.map { [$0] } ?? []) })).sorted()
    var moved: [Duration: Duration] = [:]
    var now = forming + LabPlan.lead
    for (i, time) in times.enumerated() {
      if i > 0 { now += min(time - times[i - 1], pause(after: times[i - 1], until: time)) }
      moved[time] = now
    }
    for i in scenario.faults.indices {
      scenario.faults[i].at = moved[scenario.faults[i].at]!
      scenario.faults[i].until = scenario.faults[i].until.map { moved[$0]! }
    }
    scenario.faults = Fault.inOrder(scenario.faults)
    scenario.run.duration = now + (times.last.map { pause(after: $0, until: nil) } ?? settle)
    let takes = "A repeat takes \(scenario.run.duration.words) instead of \(written.words)"
    if scenario.run.duration < written {
      notes.append(
        "\(takes): waits between faults are cut down to \(settle.words), in which the farm settles.")
    } else if scenario.run.duration > written {
      notes.append("\(takes), since a repeat ends with a whole farm.")
    }
  }

  /// The longest wait after the acts at a time that still shows something. Times are those of the scenario as written.
  private func pause(after time: Duration, until next: Duration?) -> Duration {
    var longest = settle
    for fault in scenario.faults {
      let isActive = fault.at <= time && (fault.until ?? fault.at) > time
      if fault.kind.isOfApplication {
        if fault.at <= time { longest = max(longest, applicationSettle) }
        // Such a fault is about how often the application is started again in vain.
        if isActive, let next { longest = max(longest, next - time) }
      }
      if isActive, fault.kind.isEndurance { longest = max(longest, LabPlan.endurance) }
      if let most = longestDrain(fault), fault.at <= time {
        // The drain may take until its deadline, less the time since it began.
        longest = max(longest, fault.at + most - time + settle)
      }
    }
    return longest
  }
}

extension LabPlan {
  /// Whether a fault lasts until something ends it.
  private func lasts(_ kind: FaultKind) -> Bool {
    kind.isOfApplication ? !scenario.farm.heals(kind) : kind.traits.holds && kind.traits.ends == .back
  }

  /// The longest time that a drain may take; `nil` for any other fault.
  private func longestDrain(_ fault: Fault) -> Duration? {
    guard case .drain(_, let deadline, _) = fault.kind else { return nil }
    return deadline ?? scenario.farm.settings.life.drainDeadline
  }
}

extension FaultKind {
  /// Whether a farm should tolerate it for any time without a change.
  fileprivate var isEndurance: Bool {
    traits.heartbeats == .relayed || key == .loss && cutOff.isEmpty
  }
}

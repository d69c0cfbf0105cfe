import Engine

/// The nodes' applications: what faults and their checkers' commands do to them.
///
/// An application runs, hangs, starts or is down (``Application/Condition``). Faults move it between these states, and
/// so do the commands of the node's checkers and the power of its machine. Every move is passed on to the traffic,
/// whose clients the application serves or refuses, and to the measures, for which a bucket is whole only while its
/// owner's application serves.
extension World {
  /// A fault of applications has begun or ended, or a command was obeyed: passes the application's state on.
  private mutating func applicationChanged(_ n: Int) {
    let node = NodeID(n)
    var delay = Duration.zero
    for fault in active where fault.nodes.contains(node) {
      if case .applicationSlow(_, let more) = fault.kind { delay = max(delay, more) }
    }
    applications[n].delay = delay
    let application = applications[n]
    traffic.setApplication(
      of: node, refuses: application.refuses, isSilent: application.condition == .hung, delay: delay)
    let serves = application.condition == .running
    if meters.applicationChanged(node, serves: serves, filters[n].state, at: now) { chargeChanged() }
    applicationMeterChanged(n)
  }

  /// Counts the buckets that a node accepts though its application does not serve them.
  mutating func applicationMeterChanged(_ n: Int) {
    guard hasApplications else { return }
    var accepted = 0
    if applications[n].condition != .running, meters.coverage.listening >> UInt64(n) & 1 == 1 {
      accepted = filters[n].state.owned.reduce(0) { $0 + $1.count }
    }
    applicationMeter.set(n, accepted: accepted, at: now)
  }

  mutating func applicationFaultBegins(_ index: Int, _ kind: FaultKind, _ nodes: NodeSet) {
    for node in nodes where machines[node.index].isPowered {
      let n = node.index
      if !checks.isEmpty { checks[n].struckBy = index }
      if case .applicationCrash = kind { endApplication(n) }
      if case .applicationHang = kind, applications[n].condition == .running {
        applications[n].condition = .hung
      }
      applicationChanged(n)
    }
  }

  mutating func applicationFaultEnds(_ kind: FaultKind, _ nodes: NodeSet) {
    for node in nodes where machines[node.index].isPowered {
      let n = node.index
      if case .applicationCrash = kind, applications[n].condition == .down, !applications[n].isStopped {
        startApplication(n)
      }
      if case .applicationHang = kind, applications[n].condition == .hung {
        applications[n].condition = condition(n)
      }
      showApplication(n)
      applicationChanged(n)
    }
  }

  /// The process is gone, and its connections with it.
  private mutating func endApplication(_ n: Int) {
    applications[n].serial &+= 1
    if !applications[n].refuses {
      let isHeard = meters.coverage.heard.contains(NodeID(n))
      traffic.applicationEnded(NodeID(n), isHeard: isHeard, at: now)
    }
    applications[n].condition = .down
  }

  private mutating func startApplication(_ n: Int) {
    applications[n].serial &+= 1
    applications[n].condition = .starting
    queue.insert(
      at: now + policy(of: n).application.startTime,
      Event(.application, node: n, index: applications[n].serial))
  }

  /// A start is over. A fault that still holds the application strikes it again.
  mutating func applicationStarts(_ n: Int, serial: UInt32) {
    guard serial == applications[n].serial, applications[n].condition == .starting else { return }
    applications[n].condition = condition(n)
    if applications[n].condition == .running { showApplication(n) }
    applicationChanged(n)
  }

  /// The state into which the active faults bring an application that would run.
  private func condition(_ n: Int) -> Application.Condition {
    let holding = active.filter { $0.nodes.contains(NodeID(n)) }.map(\.kind.key)
    if holding.contains(.applicationCrash) { return .down }
    return holding.contains(.applicationHang) ? .hung : .running
  }

  /// Clients reach a node's application again, unless another fault hides the node.
  private mutating func showApplication(_ n: Int) {
    let node = NodeID(n)
    if !active.contains(where: { $0.kind.hidesItsNodes && $0.nodes.contains(node) }) {
      traffic.nodeShown(node, at: now)
    }
  }

  /// Gives the application a command of its node's checkers. It obeys at once; a start takes the file's start time.
  mutating func tell(_ command: ApplicationCommand, _ n: Int) {
    switch command {
    case .stop:
      endApplication(n)
      applications[n].isStopped = true
    case .start, .restart:
      applications[n].isStopped = false
      if command == .start, !applications[n].refuses { break }
      endApplication(n)
      heal(NodeID(n))
      startApplication(n)
    }
    applicationChanged(n)
  }

  /// A new start ends the application's faults that have no end of their own.
  private mutating func heal(_ node: NodeID) {
    for i in active.indices where active[i].kind.isOfApplication {
      if scenario.faults[active[i].index].until == nil { active[i].nodes.remove(node) }
    }
  }

  // MARK: Machines

  mutating func applicationLosesPower(_ n: Int) {
    guard hasApplications else { return }
    endApplication(n)
    applications[n].isStopped = false
    heal(NodeID(n))
    applicationChanged(n)
  }

  mutating func applicationBoots(_ n: Int) {
    guard hasApplications else { return }
    startApplication(n)
    applicationChanged(n)
  }
}

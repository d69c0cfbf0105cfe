import Engine

/// What faults do to machines, daemons and networks.
///
/// Each edge of the plan is first told to the meters, the story and the traffic, and then performed. A fault that lasts
/// is in ``World/active`` until its end; a restart may take single nodes out of it before. The state of a machine or
/// network is always derived from all active faults together, so faults that overlap compose: a node is paused, down
/// or cut off as long as any of them holds it.
extension World {
  /// A fault begins or ends.
  mutating func edge(_ number: Int) {
    let edge = plan.edges[number]
    let fault = scenario.faults[edge.fault]
    let starts = starts(edge, fault.kind)
    if let starts { nodeStarts.append(starts) }
    stretches.edge(
      Stretch.Cause(fault: edge.fault, isEnd: edge.isEnd), at: now, meters.ownership, meters.coverage,
      loads: traffic.loads)
    // A restart does nothing to a node whose daemon runs: the faults that struck that node last.
    var idle = NodeSet.empty
    if case .restart = fault.kind, let starts { idle = starts.running }
    // A slow application serves until its node's checkers notice.
    let isDormant = if case .applicationSlow = fault.kind { !edge.isEnd } else { false }
    meters.edge(
      edge.fault, isEnd: edge.isEnd, kind: fault.kind, idle: idle, isDormant: isDormant, at: now)
    story.fault(fault.kind, isEnd: edge.isEnd, starts: starts, at: now)
    let struck = fault.kind.striking(of: NodeSet(first: nodes.count))
    if fault.kind.bringsItsNodesBack {
      traffic.nodesMended(fault.kind.nodes.subtracting(idle), of: nil, at: now)
    } else if edge.isEnd {
      let begin = plan.edges.firstIndex { $0.fault == edge.fault && !$0.isEnd }
      traffic.nodesMended(struck, of: begin, at: now)
    } else {
      traffic.nodesStruck(struck, by: number, hides: fault.kind.hidesItsNodes)
    }
    if edge.isEnd { finish(edge.fault, fault.kind) } else { begin(edge.fault, fault) }
  }

  /// The state of the nodes that an edge starts or resumes, before it does.
  ///
  /// `nil` if what it does depends on no daemon, or if all of them ran before and none runs now.
  private func starts(_ edge: FaultPlan.Edge, _ kind: FaultKind) -> NodeStarts? {
    guard kind.dependsOnDaemons(isEnd: edge.isEnd) else { return nil }
    var starts = NodeStarts(
      fault: edge.fault, isEnd: edge.isEnd, running: .empty, new: .empty, others: .empty)
    for n in kind.nodes.intersection(NodeSet(first: nodes.count)) {
      if machines[n.index].isDaemonRunning {
        starts.running.insert(n)
      } else if machines[n.index].starts == 0 {
        starts.new.insert(n)
      } else {
        starts.others.insert(n)
      }
    }
    // The end of a drain is told as a resume of the nodes that run.
    if case .drain = kind { return starts }
    return starts.running.isEmpty && starts.new.isEmpty ? nil : starts
  }

  private mutating func begin(_ index: Int, _ fault: Fault) {
    let kind = fault.kind
    let all = NodeSet(first: nodes.count)
    let named = kind.nodes.intersection(all)
    for n in kind.failing(of: all) { machines[n.index].isFailing = true }
    if kind.hidesItsNodes {
      traffic.nodesHidden(named, until: fault.until.map { .zero + $0 } ?? .never)
    }
    if fault.isKeptUp { active.append(ActiveFault(index: index, kind: kind, nodes: named)) }
    switch kind {
    case .crash: for n in named { powerOff(n.index) }
    case .restart: for n in named { restart(n) }
    case .kill:
      for n in named {
        machines[n.index].endDaemon()
        missesNobody(n.index)
      }
    case .upgrade: for n in named { takeAway(n.index) }
    case .stop: for n in named { give(.command(.stop), to: n.index) }
    case .leave: for n in named { give(.command(.leave), to: n.index) }
    case .drain(_, let deadline, let isForced):
      for n in named { give(.command(.drain(deadline: deadline, isForced: isForced)), to: n.index) }
    case .resume:
      for n in named {
        give(.command(.resume), to: n.index)
        check(.resume, n.index)
      }
    case .applicationCrash, .applicationHang, .applicationSlow: applicationFaultBegins(index, kind, named)
    case .weight(_, let group, let weight): for n in named { setWeight(weight, group, n) }
    case .reload(_, let reload): self.reload(reload, on: named)
    case .pause, .stall: for n in named { holdChanged(n.index) }
    case .commitFailure: break
    case .loss, .delay, .oneWayCut, .pairCut, .partition, .bridge, .networkDown, .interfaceDown,
      .blockHeartbeats:
      networksChanged()
    }
  }

  private mutating func finish(_ index: Int, _ kind: FaultKind) {
    guard let position = active.firstIndex(where: { $0.index == index }) else { return }
    let held = active.remove(at: position).nodes
    switch kind {
    case .crash, .kill, .stop, .leave:
      for n in held where !isHeldDown(n) { start(n.index) }
    case .upgrade: for n in held where !isHeldDown(n) { replaceDaemon(n.index) }
    case .drain:
      for n in held where !isHeldDown(n) {
        if machines[n.index].isDaemonRunning {
          give(.command(.resume), to: n.index)
        } else {
          start(n.index)
        }
      }
    case .weight(_, let group, _):
      for n in held {
        guard let place = place(of: group, at: n.index) else { continue }
        setWeight(nodes[n.index].settings.groups[place.group.index].weight(of: n), group, n)
      }
    case .pause, .stall: for n in held { holdChanged(n.index) }
    case .commitFailure, .restart, .resume, .reload: break
    case .applicationCrash, .applicationHang, .applicationSlow: applicationFaultEnds(kind, held)
    case .loss, .delay, .oneWayCut, .pairCut, .partition, .bridge, .networkDown, .interfaceDown,
      .blockHeartbeats:
      networksChanged()
    }
  }

  /// Whether a crash, kill or upgrade that is active keeps the node from running.
  func isHeldDown(_ node: NodeID) -> Bool {
    active.contains { $0.kind.holdsDown && $0.nodes.contains(node) }
  }

  // MARK: Machines

  private mutating func powerOff(_ n: Int) {
    let before = filters[n].state
    machines[n].endDaemon()
    missesNobody(n)
    machines[n].isPowered = false
    machines[n].left = nil
    nodes[n] = Node(id: NodeID(n), tables: files.tables[files.configuration(of: machines[n].file)])
    filters[n].clear()
    traffic.nodesFailed(NodeSet(NodeID(n)), at: now)
    traffic.stateLost(of: NodeID(n))
    filterChanged(n, from: before, issued: nil)
    applicationLosesPower(n)
    lookForFrames()
  }

  /// The daemon is gone and leaves the state that a new one can resume from. The kernel works on.
  private mutating func takeAway(_ n: Int) {
    guard machines[n].isDaemonRunning else { return }
    machines[n].left = nodes[n].resumption
    machines[n].endDaemon()
  }

  /// A new daemon takes the place of one that was taken away, on a machine that still has power.
  private mutating func replaceDaemon(_ n: Int) {
    guard machines[n].isPowered, !machines[n].isDaemonRunning else { return }
    startDaemon(n)
  }

  /// Takes the node out of every fault that ends with a start, and starts its daemon if none runs.
  private mutating func restart(_ node: NodeID) {
    for i in active.indices where active[i].kind.traits.ends == .start { active[i].nodes.remove(node) }
    start(node.index)
  }

  private mutating func start(_ n: Int) {
    if machines[n].isDaemonRunning { return }
    if !machines[n].isPowered {
      machines[n].isPowered = true
      applicationBoots(n)
      machineChanged(n)
      lookForFrames()
    }
    startDaemon(n)
  }

  /// A pause or stall of a node began or ended; others may still hold it.
  private mutating func holdChanged(_ n: Int) {
    let node = NodeID(n)
    let wasHeld = machines[n].isHeld
    let holding = active.filter { $0.nodes.contains(node) }.map(\.kind.key)
    let isPaused = holding.contains(.pause)
    machines[n].isStalled = holding.contains(.stall)
    if isPaused != machines[n].isPaused {
      machines[n].isPaused = isPaused
      if isPaused { filters[n].freeze(at: now) } else { thaw(n) }
      machineChanged(n)
      lookForFrames()
    }
    if wasHeld && !machines[n].isHeld { goOn(n) }
  }

  /// The kernel resumes where it stood: its operations and its lease are due later.
  private mutating func thaw(_ n: Int) {
    let dues = filters[n].thaw(at: now)
    for due in dues { queue.insert(at: due, Event(.kernel, node: n, index: filters[n].serial)) }
    if filters[n].state.hasLease {
      queue.insert(at: filters[n].leaseEnd, Event(.lease, node: n, index: filters[n].serial))
    }
  }

  private mutating func setWeight(_ weight: UInt16, _ group: GroupID, _ node: NodeID) {
    guard let place = place(of: group, at: node.index) else { return }
    meters.shares.set(weight, of: node, place.space)
    phases.duesChanged(dues, at: now)
    give(.command(.setWeight(place.group, weight)), to: node.index)
  }

  // MARK: Networks

  /// Recomputes which nodes hear each other, what gets lost and which nodes clients reach.
  mutating func networksChanged() {
    for i in networks.indices { networks[i].apply(active) }
    var direct = [NodeSet](repeating: .empty, count: nodes.count)
    for network in networks where network.model.carriesHeartbeat {
      for s in direct.indices { direct[s] = direct[s].union(network.audience(of: NodeID(s))) }
    }
    removals.reachChanged(direct, at: now)
    let paths = networks.filter(\.model.carriesService).map(\.clients)
    if var path = paths.first {
      for other in paths.dropFirst() { path.fillUp(from: other) }
      service = path
    } else {
      (service.reached, service.heard) = (.empty, .empty)
    }
    traffic.setPath(service)
    for n in machines.indices { machineChanged(n) }
    lookForFrames()
  }
}

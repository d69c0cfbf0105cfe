import Engine
import Glibc
import LinuxBackend
import Sim

/// Does the faults of a plan to the farm, by real means, and returns when each was done.
///
/// The simulator defines what a fault and its end mean, and how overlapping faults combine: a node stays down, stalled
/// or cut off as long as any fault holds it.
struct RealFaults {
  let farm: LabFarm
  /// Indices of the faults that last now, in the order in which they began.
  private var active: [Int] = []
  /// The nodes that each fault still holds, by index of the fault.
  private var held: [Int: NodeSet] = [:]
  /// The daemons that the last act started, and when.
  private(set) var starts: [NodeID: Instant] = [:]

  init(_ farm: LabFarm) { self.farm = farm }

  private var scenario: Scenario { farm.plan.scenario }

  /// A fault begins. - Returns: when it was done.
  mutating func begin(_ index: Int) throws(LabError) -> Instant {
    let fault = scenario.faults[index]
    let nodes = fault.kind.nodesNamed
    func strike(_ hold: LabApplications.Hold.Kind, delay: Duration = .zero) throws(LabError) -> Instant {
      try farm.applications.strike(
        nodes, fault: index, .init(kind: hold, delay: delay, hasEnd: fault.until != nil))
    }
    starts = [:]
    if fault.isKeptUp {
      active.append(index)
      held[index] = nodes
    }
    switch fault.kind {
    case .crash: return try powerOff(nodes)
    case .kill: return signal(SIGKILL, nodes)
    case .upgrade: return signal(SIGUSR2, nodes)
    case .stall: return signal(SIGSTOP, nodes)
    case .restart:
      for i in held.keys { held[i] = held[i]!.subtracting(nodes) }
      return try start(nodes)
    case .leave: return try order(nodes, .leave)
    case .drain(_, let deadline, let isForced):
      return try order(nodes, .drain(deadline: deadline?.seconds, isForced: isForced))
    case .resume: return try order(nodes, .resume)
    case .weight(_, let group, let weight): return try setWeight(nodes, group) { _ in weight }
    case .loss, .oneWayCut, .pairCut, .partition, .bridge, .networkDown, .interfaceDown, .blockHeartbeats:
      return try networksChanged()
    case .applicationCrash: return try strike(.crash)
    case .applicationHang: return try strike(.hang)
    case .applicationSlow(_, let delay): return try strike(.slow, delay: delay)
    case .stop, .pause, .delay, .commitFailure, .reload:
      throw LabError("\(fault.kind.key) cannot be played for real")
    }
  }

  /// A fault ends. - Returns: when that was done.
  mutating func end(_ index: Int) throws(LabError) -> Instant {
    active.removeAll { $0 == index }
    starts = [:]
    let kind = scenario.faults[index].kind
    let nodes = held.removeValue(forKey: index) ?? .empty
    let free = nodes.subtracting(heldDown)
    switch kind {
    case .upgrade:
      waitForEnd(of: free)
      return try start(free)
    case .crash, .kill, .stop, .leave: return try start(free)
    case .stall: return signal(SIGCONT, nodes.subtracting(nodesHeld { $0.key == .stall }))
    case .applicationCrash, .applicationHang, .applicationSlow:
      return try farm.applications.release(fault: index)
    case .drain:
      // A node that has left meanwhile is started again.
      var gone = NodeSet.empty
      for node in free where farm.daemons[node.index]?.end != nil { gone.insert(node) }
      let at = try order(free.subtracting(gone), .resume)
      return try gone.isEmpty ? at : start(gone)
    case .weight(_, let group, _):
      let settings = scenario.farm.settings.groups[group.index]
      return try setWeight(nodes, group) { settings.weight(of: $0) }
    case .loss, .oneWayCut, .pairCut, .partition, .bridge, .networkDown, .interfaceDown, .blockHeartbeats:
      return try networksChanged()
    case .restart, .resume, .pause, .delay, .commitFailure, .reload:
      preconditionFailure("\(kind.key) has no end here")
    }
  }

  /// The nodes that clients' frames reach and whose answers reach clients.
  var reached: NodeSet {
    let service = farm.network.addresses.serviceNetwork
    let state = SegmentState(scenario, network: service, active: active)
    let hidden = state.hiddenFromClients.union(state.unheardByClients)
    var reached = NodeSet.empty
    for node in farm.nodes where farm.hasPower(node) && !hidden.contains(node) { reached.insert(node) }
    return reached
  }

  /// Nodes that must not run a daemon now.
  var heldDown: NodeSet {
    nodesHeld { $0.holdsDown }
  }

  /// The nodes that some faults hold.
  private func nodesHeld(by isMeant: (FaultKind) -> Bool) -> NodeSet {
    held.reduce(NodeSet.empty) { isMeant(scenario.faults[$1.key].kind) ? $0.union($1.value) : $0 }
  }

  // MARK: Acts

  private func powerOff(_ nodes: NodeSet) throws(LabError) -> Instant {
    var first = Instant.never
    for node in nodes where farm.hasPower(node) { first = min(first, try farm.powerOff(node)) }
    return first == .never ? MonotonicClock.now : first
  }

  /// Gives power where there is none, then starts daemons. - Returns: when the last start was under way.
  private mutating func start(_ nodes: NodeSet) throws(LabError) -> Instant {
    var last = MonotonicClock.now
    for node in nodes {
      if !farm.hasPower(node) {
        starts[node] = try farm.powerOn(node)
        try networksChanged()
      } else if farm.daemons[node.index]?.end != nil || farm.daemons[node.index] == nil {
        starts[node] = try farm.startDaemon(node)
      }
      last = MonotonicClock.now
    }
    return last
  }

  /// Waits until daemons have ended. A daemon that was told to make room may take a moment, and no daemon may be
  /// started beside one that still runs.
  private func waitForEnd(of nodes: NodeSet) {
    for node in nodes {
      for _ in 0..<2000 {
        guard let daemon = farm.daemons[node.index], daemon.end == nil else { break }
        usleep(1000)
      }
    }
  }

  private func signal(_ number: Int32, _ nodes: NodeSet) -> Instant {
    let at = MonotonicClock.now
    for node in nodes { farm.daemons[node.index]?.send(number) }
    return at
  }

  private func order(_ nodes: NodeSet, _ request: ControlRequest) throws(LabError) -> Instant {
    var at = MonotonicClock.now
    for node in nodes { at = try farm.insist(node, request) }
    return at
  }

  private func setWeight(
    _ nodes: NodeSet, _ group: GroupID, _ weight: (NodeID) -> UInt16
  ) throws(LabError) -> Instant {
    let at = MonotonicClock.now
    let name = scenario.farm.groups[group.index]
    for node in nodes { try farm.ask(node, .setWeight(group: name, weight: weight(node))) }
    return at
  }

  /// Sets the switch's rules and ports, and the nodes' firewalls, as the active faults require.
  @discardableResult private func networksChanged() throws(LabError) -> Instant {
    for network in farm.network.addresses.networks {
      for node in farm.nodes where farm.hasPower(node) {
        let isDown = active.contains { scenario.faults[$0].kind.unplugs(node, network) }
        try farm.network.ports.set(farm.network.addresses.port(network, node), isUp: !isDown)
      }
    }
    try farm.filter.set(farm.rules.text(active: active))
    try farm.setFirewalls(active: active)
    return MonotonicClock.now
  }
}

extension FaultKind {
  /// The nodes whose machines, daemons or applications it strikes; none for a fault of a network.
  var nodesNamed: NodeSet { traits.strikes.isNetwork ? .empty : nodes }

  /// Whether the fault unplugs a node's interface.
  func unplugs(_ node: NodeID, _ network: NetworkID) -> Bool {
    traits.strikes == .link && hides(node, on: network)
  }
}

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
    starts = [:]
    switch fault.kind {
    case .crash:
      activate(index, nodes)
      return try powerOff(nodes)
    case .kill:
      activate(index, nodes)
      return signal(SIGKILL, nodes)
    case .upgrade:
      activate(index, nodes)
      return signal(SIGUSR2, nodes)
    case .stall:
      activate(index, nodes)
      return signal(SIGSTOP, nodes)
    case .restart:
      for i in held.keys { held[i] = held[i]!.subtracting(nodes) }
      return try start(nodes)
    case .leave:
      if fault.until != nil { activate(index, nodes) }
      return try order(nodes, .leave)
    case .drain(_, let deadline, let isForced):
      if fault.until != nil { activate(index, nodes) }
      return try order(nodes, .drain(deadline: deadline?.seconds, isForced: isForced))
    case .resume: return try order(nodes, .resume)
    case .weight(_, let group, let weight):
      if fault.until != nil { activate(index, nodes) }
      return try setWeight(nodes, group) { _ in weight }
    case .loss, .oneWayCut, .pairCut, .partition, .bridge, .networkDown, .interfaceDown, .blockHeartbeats:
      activate(index, nodes)
      return try networksChanged()
    case .applicationCrash, .applicationHang, .applicationSlow:
      activate(index, nodes)
      let hold = fault.kind.applicationHold(hasEnd: fault.until != nil)!
      return try farm.applications.strike(nodes, fault: index, hold)
    case .stop, .pause, .delay, .commitFailure, .reload:
      throw LabError("\(fault.kind.word) cannot be played for real")
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
    case .stall: return signal(SIGCONT, nodes.subtracting(stalled))
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
    default: return try networksChanged()
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
    var down = NodeSet.empty
    for (i, nodes) in held {
      switch scenario.faults[i].kind {
      case .crash, .kill, .upgrade: down = down.union(nodes)
      default: break
      }
    }
    return down
  }

  private var stalled: NodeSet {
    var nodes = NodeSet.empty
    for (i, held) in held {
      if case .stall = scenario.faults[i].kind { nodes = nodes.union(held) }
    }
    return nodes
  }

  private mutating func activate(_ index: Int, _ nodes: NodeSet) {
    active.append(index)
    held[index] = nodes
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
    let at = MonotonicClock.now
    for node in nodes { try farm.ask(node, request) }
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
  /// The nodes that the fault names.
  var nodesNamed: NodeSet {
    switch self {
    case .crash(let n), .restart(let n), .stop(let n), .leave(let n), .drain(let n, _, _), .resume(let n),
      .pause(let n), .stall(let n), .kill(let n), .upgrade(let n), .weight(let n, _, _), .reload(let n, _),
      .applicationCrash(let n), .applicationHang(let n), .applicationSlow(let n, _):
      n
    default: .empty
    }
  }

  /// Whether the fault unplugs a node's interface.
  func unplugs(_ node: NodeID, _ network: NetworkID) -> Bool {
    switch self {
    case .networkDown(let on): on.contains(network)
    case .interfaceDown(let nodes, let on): on.contains(network) && nodes.contains(node)
    default: false
    }
  }

  /// Whether the kernels of the named nodes lose their flows, at once or when the lease ends.
  var losesFlows: Bool {
    switch self {
    case .crash, .stop, .leave, .kill, .stall, .applicationCrash: true
    default: false
    }
  }
}

import Engine

/// What a single fault means to the world and to the measures.
///
/// What holds for all faults of a kind is in ``FaultTraits``. The answers here also depend on the nodes, networks or
/// losses of the fault.
extension FaultKind {
  /// The nodes that it names; empty for a fault of a whole network.
  package var nodes: NodeSet {
    switch self {
    case .crash(let n), .restart(let n), .stop(let n), .leave(let n), .drain(let n, _, _), .resume(let n),
      .pause(let n), .stall(let n), .kill(let n), .upgrade(let n), .commitFailure(let n),
      .weight(let n, _, _), .reload(let n, _),
      .interfaceDown(let n, _), .loss(_, _, _, let n), .blockHeartbeats(let n, _, _),
      .applicationCrash(let n), .applicationHang(let n),
      .applicationSlow(let n, _):
      n
    case .oneWayCut(let a, let b, _), .pairCut(let a, let b, _): a.union(b)
    case .partition(let sides, _): sides.reduce(.empty) { $0.union($1) }
    case .bridge(let a, let b, let by, _): a.union(b).union(by)
    case .delay, .networkDown: .empty
    }
  }

  /// Whether it concerns the nodes that it does not name as much: a whole network, or a change of all nodes together.
  var concernsEverybody: Bool { traits.concernsEverybody || nodes.isEmpty }

  /// The same fault at other nodes; `nil` if it concerns more than single nodes.
  func of(_ nodes: NodeSet) -> FaultKind? {
    switch self {
    case .crash: .crash(nodes)
    case .restart: .restart(nodes)
    case .stop: .stop(nodes)
    case .leave: .leave(nodes)
    case .drain(_, let deadline, let isForced): .drain(nodes, deadline: deadline, isForced: isForced)
    case .resume: .resume(nodes)
    case .pause: .pause(nodes)
    case .stall: .stall(nodes)
    case .kill: .kill(nodes)
    case .upgrade: .upgrade(nodes)
    case .commitFailure: .commitFailure(nodes)
    case .weight(_, let group, let weight): .weight(nodes, group, weight)
    case .reload(_, let reload): .reload(nodes, reload)
    case .interfaceDown(_, let on): .interfaceDown(nodes, on)
    case .blockHeartbeats(_, let direction, let on): .blockHeartbeats(nodes, direction, on)
    case .applicationCrash: .applicationCrash(nodes)
    case .applicationHang: .applicationHang(nodes)
    case .applicationSlow(_, let delay): .applicationSlow(nodes, delay: delay)
    case .loss, .delay, .oneWayCut, .pairCut, .partition, .bridge, .networkDown: nil
    }
  }

  /// The sides of a partition, with the one that the nodes named in no side form.
  static func sides(_ named: [NodeSet], of nodeCount: Int) -> [NodeSet] {
    let rest = named.reduce(NodeSet(first: nodeCount)) { $0.subtracting($1) }
    return rest.isEmpty ? named : named + [rest]
  }

  /// The nodes that may stop serving because of it: see ``FaultTraits/fails``.
  package func failing(of all: NodeSet) -> NodeSet {
    switch traits.fails {
    case .nobody: .empty
    case .named: nodes.intersection(all)
    case .cutOff: cutOff.intersection(all)
    case .everybody: all
    }
  }

  /// The nodes that it strikes: flows that they lose while it lasts are charged to it.
  func striking(of all: NodeSet) -> NodeSet { away.isEmpty ? failing(of: all) : away.intersection(all) }

  /// Whether it ends the faults that struck the nodes that it names.
  var bringsItsNodesBack: Bool { traits.answer == .with }

  /// The nodes that it takes away until they are started or resumed: those of a drain.
  var away: NodeSet { traits.ends == .resume ? nodes : .empty }

  /// The nodes whose network cards it makes useless: the link is down, or everything that they receive or send is lost.
  package var cutOff: NodeSet {
    switch self {
    case .interfaceDown(let nodes, _): nodes
    case .loss(_, let up, let down, let at): [up, down].contains { $0?.isTotal ?? false } ? at : .empty
    case .crash, .restart, .stop, .leave, .drain, .resume, .pause, .stall, .kill, .upgrade, .delay,
      .oneWayCut,
      .pairCut, .partition, .bridge, .networkDown, .blockHeartbeats, .commitFailure, .weight, .reload,
      .applicationCrash, .applicationHang, .applicationSlow:
      .empty
    }
  }

  /// Whether it hides its nodes from clients while their kernels still track the clients' flows.
  var hidesItsNodes: Bool { traits.hidesNodes || !cutOff.isEmpty }

  /// Whether it strikes the applications of its nodes, not their daemons, kernels or networks.
  package var isOfApplication: Bool { traits.strikes == .application }

  /// The kind of view change that answers its beginning.
  var answer: FaultTraits.Answer { cutOff.isEmpty ? traits.answer : .without }

  /// Whether its effect, when it begins or ends, depends on which daemons run.
  func dependsOnDaemons(isEnd: Bool) -> Bool {
    isEnd ? traits.ends == .start || traits.ends == .resume : traits.meetsDaemons
  }

  /// Whether it keeps its nodes' daemons from running until it ends.
  package var holdsDown: Bool { traits.holds && traits.ends == .start }
}

extension Scenario {
  /// The nodes that a fault alone keeps from their clients, on all networks that carry the service.
  package func hidden(by kind: FaultKind) -> NodeSet {
    let service = networks.indices.filter { networks[$0].carriesService }.map { NetworkID($0) }
    if service.isEmpty { return .empty }
    return farm.nodes.indices.map { NodeID($0) }.reduce(into: NodeSet.empty) { set, node in
      if service.allSatisfy({ kind.hides(node, on: $0) }) { set.insert(node) }
    }
  }
}

extension FaultKind {
  /// Whether it keeps clients' frames from a node on a network, and its answers from them, as a cut cable does.
  ///
  /// Clients come from one place, the router. A network or interface that is down hides nodes. A partition of the
  /// segment leaves the router on the side named first. Cuts and bridges between nodes hide nothing from clients. A
  /// loss may also cut clients off: see ``ClientPath``.
  package func hides(_ node: NodeID, on network: NetworkID) -> Bool {
    switch self {
    case .networkDown(let on): on.contains(network)
    case .interfaceDown(let nodes, let on): on.contains(network) && nodes.contains(node)
    case .partition(let sides, let on):
      on.contains(network) && !(sides.first?.contains(node) ?? true)
    case .oneWayCut, .pairCut, .bridge, .loss, .delay, .blockHeartbeats: false
    case .crash, .restart, .stop, .leave, .drain, .resume, .pause, .stall, .kill, .upgrade, .commitFailure,
      .weight, .reload, .applicationCrash, .applicationHang, .applicationSlow:
      false
    }
  }
}

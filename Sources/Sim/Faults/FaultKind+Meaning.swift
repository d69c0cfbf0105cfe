import Engine

/// What each kind of fault means to the world and to the measures.
///
/// The world asks which nodes a fault names, hides or keeps from serving. The measures ask which losses are charged to
/// it, whether it is planned or lasting, and which view change answers it. Each answer is a property here.
extension FaultKind {
  /// The nodes that it names; empty for a fault of a whole network.
  var nodes: NodeSet {
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
  var concernsEverybody: Bool {
    switch self {
    case .partition, .reload: true
    default: nodes.isEmpty
    }
  }

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

  /// Whether an operator orders it on purpose: nothing is disturbed at the moment of the order.
  var isPlanned: Bool {
    switch self {
    case .restart, .leave, .drain, .resume, .upgrade, .weight, .reload: true
    default: false
    }
  }

  /// The sides of a partition, with the one that the nodes named in no side form.
  static func sides(_ named: [NodeSet], of nodeCount: Int) -> [NodeSet] {
    let rest = named.reduce(NodeSet(first: nodeCount)) { $0.subtracting($1) }
    return rest.isEmpty ? named : named + [rest]
  }

  /// Whether it may disturb buckets again and again while it is in force.
  var isLasting: Bool {
    switch self {
    case .drain, .commitFailure, .loss, .delay, .oneWayCut, .pairCut, .partition, .bridge, .networkDown,
      .interfaceDown, .blockHeartbeats, .applicationCrash, .applicationHang, .applicationSlow:
      true
    case .crash, .restart, .stop, .leave, .resume, .pause, .stall, .kill, .upgrade, .weight, .reload: false
    }
  }

  /// The nodes that may stop serving because of it: connections that they lose then are lost *with their node*.
  ///
  /// One rule holds for everything that keeps a node from serving: the machine or its daemon is gone, the network or a
  /// firewall cuts it off from the others, its kernel takes no commits, or its application does not answer. It leaves
  /// out faults under which a node can still be heard (a loss that is not total, a delay), and orders that should lose
  /// nothing (a drain, a weight, a reload).
  package func failing(of all: NodeSet) -> NodeSet {
    switch self {
    case .crash(let nodes), .stop(let nodes), .leave(let nodes), .pause(let nodes), .stall(let nodes),
      .kill(let nodes), .upgrade(let nodes), .commitFailure(let nodes), .interfaceDown(let nodes, _),
      .blockHeartbeats(let nodes, _, _), .applicationCrash(let nodes), .applicationHang(let nodes),
      .applicationSlow(let nodes, _):
      nodes.intersection(all)
    case .oneWayCut, .pairCut, .bridge: nodes.intersection(all)
    case .partition, .networkDown: all
    case .loss: cutOff.intersection(all)
    case .restart, .drain, .resume, .delay, .weight, .reload: .empty
    }
  }

  /// The nodes that it strikes: flows that they lose while it lasts are charged to it.
  func striking(of all: NodeSet) -> NodeSet {
    if case .drain(let nodes, _, _) = self { return nodes.intersection(all) }
    return failing(of: all)
  }

  /// Whether it ends the faults that struck the nodes that it names.
  var bringsItsNodesBack: Bool {
    switch self {
    case .restart, .resume: true
    default: false
    }
  }

  /// The nodes that it takes away until they are started or resumed.
  var away: NodeSet {
    if case .drain(let nodes, _, _) = self { nodes } else { .empty }
  }

  /// The nodes whose network cards it makes useless: the link is down, or everything that they receive or send is lost.
  package var cutOff: NodeSet {
    switch self {
    case .interfaceDown(let nodes, _): nodes
    case .loss(_, let up, let down, let at) where up?.isTotal == true || down?.isTotal == true: at
    default: .empty
    }
  }

  /// Whether it hides its nodes from clients while their kernels still track the clients' flows.
  var hidesItsNodes: Bool {
    switch self {
    case .pause, .applicationCrash, .applicationHang: true
    default: !cutOff.isEmpty
    }
  }

  /// Whether it strikes the applications of its nodes, not their daemons, kernels or networks.
  package var isOfApplication: Bool {
    switch self {
    case .applicationCrash, .applicationHang, .applicationSlow: true
    default: false
    }
  }

  /// The kind of view change that answers its beginning.
  var answer: Answer {
    switch self {
    case .crash, .stop, .leave, .drain, .pause, .stall, .kill, .applicationCrash, .applicationHang,
      .applicationSlow:
      .without
    case .restart, .resume: .with
    default: cutOff.isEmpty ? .any : .without
    }
  }

  /// The view that answers a fault.
  enum Answer: Sendable, Hashable {
    /// At least one of the nodes that the fault names does not serve.
    case without
    /// At least one of them serves.
    case with
    /// Any view change does.
    case any

    /// The answer to the end of the fault.
    var reversed: Answer {
      switch self {
      case .without: .with
      case .with: .without
      case .any: .any
      }
    }
  }
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
  var refusesCommits: Bool {
    if case .commitFailure = self { return true }
    return false
  }

  /// Whether it keeps clients' frames from a node on a network, and its answers from them, as a cut cable does.
  ///
  /// Clients come from one place, the router. A network or interface that is down hides nodes. A partition of the
  /// segment leaves the router on the side named first. Cuts and bridges between nodes hide nothing from clients. A
  /// loss may also cut clients off: see ``ClientPath``.
  func hides(_ node: NodeID, on network: NetworkID) -> Bool {
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

import Engine
import FarmFile

/// Faults of networks. Each affects every network unless it names some.
extension FaultKind {
  /// `loss: 20 %` or `loss: {network: lan, uplink: ..., downlink: ..., receivers: node2}`.
  init?(loss value: YAMLReader, names: ScenarioNames) {
    guard value.isMapping else {
      guard let model = LossModel(value) else { return nil }
      self = .loss(names.allNetworks, uplink: nil, downlink: model, at: .empty)
      return
    }
    guard let keys = value.keys(of: ScenarioSection.faultLoss) else { return nil }
    let uplink = keys["uplink"].flatMap { LossModel($0) }
    let downlink = keys["downlink"].flatMap { LossModel($0) }
    if keys["uplink"] == nil, keys["downlink"] == nil {
      value.report("a loss without a share", expected: "'uplink' or 'downlink'")
    }
    if let receivers = keys["receivers"], keys["uplink"] != nil {
      receivers.report("'receivers' beside 'uplink'", expected: "'downlink': all miss what the sender loses")
    }
    if let senders = keys["senders"], keys["downlink"] != nil {
      senders.report("'senders' beside 'downlink'", expected: "'uplink': receivers miss what comes to them")
    }
    self = .loss(
      names.networkSet(keys["network"]), uplink: uplink, downlink: downlink,
      at: (keys["receivers"] ?? keys["senders"]).map(names.nodeSet) ?? .empty)
  }

  /// `delay: 5 ms` or `delay: {network: lan, normal: [5 ms, 1 ms]}`.
  init?(delay value: YAMLReader, names: ScenarioNames) {
    guard value.isMapping else {
      guard let model = DelayModel(value) else { return nil }
      self = .delay(names.allNetworks, model)
      return
    }
    guard let keys = value.keys(of: ScenarioSection.faultDelay) else { return nil }
    let networks = names.networkSet(keys["network"])
    guard let model = DelayModel(keys) else { return nil }
    self = .delay(networks, model)
  }

  /// `one_way_cut: {from: node1, to: node2}`.
  init?(oneWayCut value: YAMLReader, names: ScenarioNames) {
    guard let keys = value.keys(of: ScenarioSection.oneWayCut) else { return nil }
    let from = keys.required("from", expected: "the nodes that are no longer heard").map(names.nodeSet)
    let to = keys.required("to", expected: "the nodes that no longer hear").map(names.nodeSet)
    let networks = names.networkSet(keys["network"])
    guard let from, let to else { return nil }
    if from == to, from.count == 1 { value.report("a node cut from itself") }
    self = .oneWayCut(from: from, to: to, networks)
  }

  /// `pair_cut: [node1, node2]` or `pair_cut: {left: node1, right: [node2, node3]}`.
  init?(pairCut value: YAMLReader, names: ScenarioNames) {
    let sides: (YAMLReader?, YAMLReader?)
    var networks = names.allNetworks
    if value.isMapping {
      guard let keys = value.keys(of: ScenarioSection.pairCut) else { return nil }
      sides = (
        keys.required("left", expected: "the nodes of one side"),
        keys.required("right", expected: "the nodes of the other")
      )
      networks = names.networkSet(keys["network"])
    } else {
      guard let pair = value.pair(expected: "two nodes, such as [node1, node2]") else { return nil }
      sides = pair
    }
    guard let left = sides.0.map(names.nodeSet), let right = sides.1.map(names.nodeSet) else { return nil }
    names.requireApart([left, right], value)
    self = .pairCut(left, right, networks)
  }

  /// `partition: [[node1, node2], [node3, node4]]` or `partition: {sides: ..., network: lan}`.
  init?(partition value: YAMLReader, names: ScenarioNames) {
    var sides: YAMLReader? = value
    var networks = names.allNetworks
    if value.isMapping {
      guard let keys = value.keys(of: ScenarioSection.partition) else { return nil }
      sides = keys.required("sides", expected: "a list of lists of nodes")
      networks = names.networkSet(keys["network"])
    }
    guard let items = sides?.items(expected: "a list of lists of nodes, such as [[node1, node2], [node3]]")
    else { return nil }
    let before = value.log.count
    let sets = items.map(names.nodeSet)
    names.requireApart(sets, value)
    if value.log.count == before, names.nodes.isComplete, sets.count < 2,
      sets.first ?? names.allNodes == names.allNodes
    {
      value.report("a partition with one side", expected: "nodes that no longer hear each other")
    }
    self = .partition(sets, networks)
  }

  /// `bridge: {left: [node1], right: [node2], by: node3}`.
  init?(bridge value: YAMLReader, names: ScenarioNames) {
    guard let keys = value.keys(of: ScenarioSection.bridge) else { return nil }
    let left = keys.required("left", expected: "the nodes of one side").map(names.nodeSet)
    let right = keys.required("right", expected: "the nodes of the other").map(names.nodeSet)
    let bridge = keys.required("by", expected: "the nodes that see both sides").map(names.nodeSet)
    let networks = names.networkSet(keys["network"])
    guard let left, let right, let bridge else { return nil }
    names.requireApart([left, right, bridge], value)
    self = .bridge(left, right, by: bridge, networks)
  }
}

extension FaultKind {
  /// `block_heartbeats: node2` or `block_heartbeats: {node: node2, direction: in, network: lan}`.
  init?(blockHeartbeats value: YAMLReader, names: ScenarioNames) {
    guard value.isMapping else {
      self = .blockHeartbeats(names.nodeSet(value), .into, names.allNetworks)
      return
    }
    guard let keys = value.keys(of: ScenarioSection.blockHeartbeats) else { return nil }
    let directions = FirewallDirection.allCases.map { (name: $0.rawValue, value: $0) }
    let direction = keys["direction"].map { $0.choice(directions) } ?? .into
    let networks = names.networkSet(keys["network"])
    guard let nodes = keys.required("node", expected: "the nodes"), let direction else { return nil }
    self = .blockHeartbeats(names.nodeSet(nodes), direction, networks)
  }
}

extension ScenarioNames {
  /// Reports nodes that are in more than one of the sets.
  func requireApart(_ sets: [NodeSet], _ reader: YAMLReader) {
    var seen = NodeSet.empty
    for set in sets {
      for node in set.intersection(seen) {
        reader.report("node '\(nodes.names[node.index])' is on two sides of the '\(reader.name)'")
      }
      seen = seen.union(set)
    }
  }
}

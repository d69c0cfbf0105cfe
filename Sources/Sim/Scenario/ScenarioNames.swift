import Engine
import FarmFile

/// The names that a scenario file defines, for its later blocks.
struct ScenarioNames {
  /// The nodes of the file's farm, then those that only reloads bring.
  var nodes: NameList
  var networks: NameList
  var groups: NameList
  /// The rules of the file's farm, then those that only reloads bring.
  var rules: NameList
  var laterRules: [FilterRule] = []
  /// The nodes of the file's farm, all of which run from the start.
  var ownNodes: NodeSet

  /// Lets traffic name rules that only reloads bring.
  mutating func bring(_ later: (rules: [FilterRule], names: [String])) {
    laterRules = later.rules
    rules = NameList(kind: rules.kind, names: rules.names + later.names, isComplete: rules.isComplete)
  }

  var allNodes: NodeSet { NodeSet(first: nodes.names.count) }
  var allNetworks: NetworkSet { NetworkSet(first: networks.names.count) }

  /// One node or a list of nodes; `all` for every node. Empty after a problem.
  func nodeSet(_ reader: YAMLReader) -> NodeSet {
    if case .scalar("all", _) = reader.node.content { return allNodes }
    let before = reader.log.count
    var set = NodeSet.empty
    for item in reader.itemsOrSelf(atMost: Limits.maximumNodes) {
      guard let index = nodes.index(item) else { continue }
      if set.contains(NodeID(index)) { item.report("node '\(nodes.names[index])' is listed twice") }
      set.insert(NodeID(index))
    }
    if set.isEmpty, reader.log.count == before, nodes.isComplete {
      reader.report("'\(reader.name)' names no node", expected: "a node, a list of nodes, or all")
    }
    return set
  }

  /// Nodes that something happens to: here `all` means the nodes of the file's farm.
  func machines(_ reader: YAMLReader) -> NodeSet {
    if case .scalar("all", _) = reader.node.content { return ownNodes }
    return nodeSet(reader)
  }

  /// One network or a list of networks; without a value, all.
  func networkSet(_ reader: YAMLReader?) -> NetworkSet {
    guard let reader else { return allNetworks }
    var set = NetworkSet()
    let before = reader.log.count
    for item in reader.itemsOrSelf(atMost: Limits.maximumNetworks) {
      guard let index = networks.index(item) else { continue }
      if set.contains(NetworkID(index)) {
        item.report("network '\(networks.names[index])' is listed twice")
      }
      set.insert(NetworkID(index))
    }
    if set.bits == 0, reader.log.count == before, networks.isComplete {
      reader.report("'\(reader.name)' names no network", expected: "a network or a list of networks")
    }
    return set
  }
}

import Engine

/// The names of a farm's nodes, groups and networks, for lines that people read.
public struct FarmNames: Sendable {
  private let nodes: [String]
  private let groups: [String]
  private let networks: [String]

  public init(_ farm: Farm) {
    (nodes, groups, networks) = (farm.nodes, farm.groups, farm.networks)
  }

  public func name(_ node: NodeID) -> String {
    node.index < nodes.count ? nodes[node.index] : "node \(node.rawValue)"
  }

  public func name(_ group: GroupID) -> String {
    group.index < groups.count ? groups[group.index] : "the default node's group"
  }

  public func name(_ network: NetworkID) -> String {
    network.index < networks.count ? networks[network.index] : "network \(network.rawValue)"
  }

  /// `node1, node2 and node3`.
  public func list(_ nodes: NodeSet) -> String { Self.list(nodes.map { name($0) }) }

  public func list(_ set: NetworkSet) -> String {
    Self.list(networks.indices.filter { set.contains(NetworkID($0)) }.map { networks[$0] })
  }

  private static func list(_ words: [String]) -> String {
    words.isEmpty ? "nothing" : PlainText.list(words)
  }
}

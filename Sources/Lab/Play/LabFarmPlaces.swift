import Engine

/// Where a lab's nodes are, for somebody who wants to look around while it stands.
public struct LabFarmPlaces: Sendable {
  /// One line a place: what to type to be there.
  public let lines: [String]

  init(_ farm: LabFarm) {
    let spaces = [("clients", farm.network.clients), ("switch", farm.network.switching)]
    let nodes = farm.nodes.compactMap { node in farm.network.nodes[node.index].map { (farm.name(node), $0) } }
    lines = (nodes + spaces).map { "\($0.0): nsenter --net=\($0.1.path)" }
  }
}

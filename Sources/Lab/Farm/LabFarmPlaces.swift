import Engine

/// The places of a lab's nodes, for an operator who looks around while it stands.
public struct LabFarmPlaces: Sendable {
  /// One line for each place: the command that leads there.
  public let lines: [String]

  init(_ farm: LabFarm) {
    let spaces = [("clients", farm.network.clients), ("switch", farm.network.switching)]
    let nodes = farm.nodes.compactMap { node in farm.network.nodes[node.index].map { (farm.name(node), $0) } }
    lines = (nodes + spaces).map { "\($0.0): nsenter --net=\($0.1.path)" }
  }
}

import Engine
import FarmFile

/// Which node a source address belongs to on one network. Nobody else's datagrams are looked at.
struct NodeAddresses: Sendable {
  private let nodes: [IPAddress: NodeID]

  init(_ attachments: [[NodeAttachment]], on network: NetworkID) {
    var nodes: [IPAddress: NodeID] = [:]
    for (node, places) in attachments.enumerated() {
      nodes[places[network.index].address] = NodeID(node)
    }
    self.nodes = nodes
  }

  func node(at address: IPAddress) -> NodeID? { nodes[address] }
}

import Engine
import FarmFile

/// The node that has a source address on one network. Datagrams from other addresses are dropped.
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

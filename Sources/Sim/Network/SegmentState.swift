import Engine

/// The state into which faults bring one network, for the lab, which does the same to a real one. It is computed by the
/// code that the simulator's networks use.
package struct SegmentState: Sendable, Hashable {
  /// By sender: the nodes that its frames reach, before their own firewalls drop any.
  package var reach: [NodeSet]
  /// By sender: the share of its frames that are lost for all receivers, 0 to 1, its answers to clients included.
  package var uplinkLoss: [Double]
  /// By sender, then receiver: the share of the frames that this receiver does not get.
  package var pairLoss: [[Double]]
  /// The nodes that no frame of clients reaches, and the nodes whose frames never reach clients.
  package var hiddenFromClients: NodeSet
  package var unheardByClients: NodeSet
  /// The share of clients' frames that is lost for all nodes together.
  package var clientUplinkLoss: Double
  /// By node: the share of clients' frames that it loses by itself, and of its answers on the links to all others.
  package var clientDownlinkLoss: [Double]
  package var answerLinkLoss: [Double]

  /// - Parameters:
  ///   - active: indices of the scenario's active faults, in the order they began. A restart takes no node out of a
  ///     network fault, so each holds all nodes that it names.
  package init(_ scenario: Scenario, network id: NetworkID, active: [Int]) {
    let count = scenario.nodeCount
    let kinds = active.map { scenario.faults[$0].kind }
    var network = VirtualNetwork(
      id: id, model: scenario.networks[id.index], nodeCount: count, seed: 0, trial: 0)
    network.apply(zip(active, kinds).map { ActiveFault(index: $0, kind: $1, nodes: $1.nodes) })
    reach = network.wire
    uplinkLoss = network.uplinkLoss.map(\.share)
    pairLoss = (0..<count).map { s in (0..<count).map { network.pairLoss[s * count + $0].model.share } }
    let clients = network.clients
    hiddenFromClients = NodeSet(first: count).subtracting(clients.reached)
    unheardByClients = NodeSet(first: count).subtracting(clients.heard)
    clientUplinkLoss = clients.uplink.share
    clientDownlinkLoss = clients.own.map { ($0 ?? clients.downlink).share }
    answerLinkLoss = clients.answerLink.map(\.share)
  }
}

extension LossModel {
  /// The share of frames lost in the long run.
  fileprivate var share: Double {
    switch self {
    case .none: 0
    case .independent(let p): p
    case .gilbertElliott(let enter, let leave, let good, let bad):
      enter + leave > 0 ? (leave * good + enter * bad) / (enter + leave) : good
    }
  }
}

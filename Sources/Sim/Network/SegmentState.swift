import Engine

/// What faults make of one network, for somebody who does the same to a real one: computed by the very code that the
/// simulator's networks use.
package struct SegmentState: Sendable, Hashable {
  /// By sender: the nodes that its frames reach.
  package var reach: [NodeSet]
  /// By sender: the share of its frames that nobody gets, 0 to 1.
  package var uplinkLoss: [Double]
  /// By sender, then receiver: the share of the frames that this receiver does not get.
  package var pairLoss: [[Double]]
  /// The nodes that frames of clients do not reach.
  package var hiddenFromClients: NodeSet
  /// The shares of clients' frames that are lost for all nodes together, and for each by itself.
  package var clientUplinkLoss: Double
  package var clientDownlinkLoss: Double

  /// - Parameters:
  ///   - active: indices of the scenario's faults that hold, in the order they began. Nodes that a restart took out of
  ///     one do not matter here.
  package init(_ scenario: Scenario, network id: NetworkID, active: [Int]) {
    let count = scenario.farm.settings.nodeCount
    let kinds = active.map { scenario.faults[$0].kind }
    var network = VirtualNetwork(
      id: id, model: scenario.networks[id.index], nodeCount: count, seed: 0, trial: 0)
    network.apply(zip(active, kinds).map { ActiveFault(index: $0, kind: $1, nodes: $1.nodes) })
    reach = network.reach
    uplinkLoss = network.uplinkLoss.map(\.share)
    pairLoss = (0..<count).map { s in (0..<count).map { network.pairLoss[s * count + $0].model.share } }
    hiddenFromClients = .empty
    for n in 0..<count where kinds.contains(where: { $0.hides(NodeID(n), on: id) }) {
      hiddenFromClients.insert(NodeID(n))
    }
    var (uplink, downlink) = (network.model.uplinkLoss, network.model.downlinkLoss)
    for case .loss(let on, let up, let down, let at) in kinds where on.contains(id) && at.isEmpty {
      uplink = up ?? uplink
      downlink = down ?? downlink
    }
    clientUplinkLoss = uplink.share
    clientDownlinkLoss = downlink.share
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

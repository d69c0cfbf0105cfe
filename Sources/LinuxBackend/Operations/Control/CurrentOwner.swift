import Engine
import FarmFile

/// The node that serves a client now, by the view of a running daemon.
public enum CurrentOwner: Sendable, Hashable {
  case node(String)
  /// No node with a weight serves.
  case nobody
  /// The daemon has another configuration than the file, so the file's tables do not tell.
  case otherConfiguration

  /// - Parameter lookup: of the farm file. Its own down nodes are ignored.
  public init(of client: Client, _ lookup: OwnerLookup, _ status: StatusReport) {
    let farm = lookup.farm
    let isSame =
      farm.settings.digest.hex == status.configuration.digest && farm.nodes == status.members.map(\.node)
    guard isSame else {
      self = .otherConfiguration
      return
    }
    var down = NodeSet.empty
    for (i, member) in status.members.enumerated() where !member.isServing { down.insert(NodeID(i)) }
    let group = farm.settings.rules[lookup.rule].group
    let weights = status.members.enumerated().map { i, member in
      group.index < member.weights.count
        ? member.weights[group.index] : farm.settings.groups[group.index].weight(of: NodeID(i))
    }
    let now = OwnerLookup(farm: farm, rule: lookup.rule, down: down, runtimeWeights: weights)
    let node = now.node(of: now.bucket(of: client.address, port: client.port))
    self = node.map { .node(farm.nodes[$0.index]) } ?? .nobody
  }
}

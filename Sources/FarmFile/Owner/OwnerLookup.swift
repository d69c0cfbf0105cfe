import Engine

/// Which node serves a client by the bucket tables alone: no heartbeat, no time, no failure in progress.
///
/// It answers for the farm at rest, with some nodes down. Hash and tables are the engine's own.
public struct OwnerLookup: Sendable {
  public let farm: Farm
  /// Index into the farm's rules.
  public let rule: Int
  public let down: NodeSet
  private let table: TargetTable
  private let weights: [UInt16]
  private let group: GroupSettings
  private let identity: ClientIdentity
  /// Target node id by bucket, 255 for none.
  private let targets: [UInt8]

  /// - Parameters:
  ///   - down: nodes that get no bucket.
  ///   - runtimeWeights: of the rule's group by node id; the configured ones if `nil`.
  /// - Precondition: `rule` is an index of `farm.settings.rules`.
  public init(farm: Farm, rule: Int, down: NodeSet, runtimeWeights: [UInt16]? = nil) {
    let settings = farm.settings
    self.farm = farm
    self.rule = rule
    self.down = down
    identity = settings.rules[rule].identity
    group = settings.groups[settings.rules[rule].group.index]
    table = TargetTable(group: group, nodeCount: settings.nodeCount)
    let group = group
    weights =
      runtimeWeights ?? (0..<settings.nodeCount).map { group.weight(of: NodeID($0)) }
    targets = Self.targets(
      table, weights, serving: NodeSet(first: settings.nodeCount).subtracting(down), group)
  }

  /// Whether the client's port takes part in the hash.
  public var needsPort: Bool {
    switch identity {
    case .addressPort, .port: true
    case .address, .network: false
    }
  }

  /// The bucket of a client. - Parameter port: the client's own (source) port.
  public func bucket(of address: IPAddress, port: UInt16) -> Bucket {
    FlowHash.bucket(
      identity: identity, address: address, port: port, bucketCount: group.bucketCount, seed: group.hashSeed)
  }

  /// The node that serves a bucket, `nil` if no node with a weight is up.
  public func node(of bucket: Bucket) -> NodeID? { Self.node(targets[bucket.index]) }

  /// The nodes that serve a bucket one after the other, each once all before it have failed.
  /// - Complexity: one whole table for each node.
  public func succession(of bucket: Bucket) -> [NodeID] {
    var up = NodeSet(first: farm.settings.nodeCount).subtracting(down)
    var nodes: [NodeID] = []
    while let node = Self.node(Self.targets(table, weights, serving: up, group)[bucket.index]) {
      nodes.append(node)
      up.remove(node)
    }
    return nodes
  }

  private static func targets(
    _ table: TargetTable, _ weights: [UInt16], serving: NodeSet, _ group: GroupSettings
  ) -> [UInt8] {
    var targets = [UInt8](repeating: 255, count: group.bucketCount)
    table.targets(serving: serving, weights: weights, into: &targets)
    return targets
  }

  private static func node(_ target: UInt8) -> NodeID? { target == 255 ? nil : NodeID(Int(target)) }
}

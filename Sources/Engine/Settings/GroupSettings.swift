/// A load-balancing group: its own bucket table, weights and policy.
public struct GroupSettings: Sendable, Hashable {
  /// 1 to 4096; a prime for ``GroupPolicy/maglev``.
  public var bucketCount: Int
  /// The seed of the flow hash, the same on every node.
  public var hashSeed: UInt32
  public var policy: GroupPolicy
  /// Configured weight of each node, 0 to 1000, by node id; empty means 100 for all. 0: never a target.
  public var weights: [UInt16]

  public static let defaultWeight: UInt16 = 100

  public init(
    bucketCount: Int = 256, hashSeed: UInt32 = 0, policy: GroupPolicy = .preference, weights: [UInt16] = []
  ) {
    self.bucketCount = bucketCount
    self.hashSeed = hashSeed
    self.policy = policy
    self.weights = weights
  }

  /// The configured weight of a node.
  public func weight(of node: NodeID) -> UInt16 {
    node.index < weights.count ? weights[node.index] : GroupSettings.defaultWeight
  }
}

/// How a group's buckets are given to the nodes that are up.
public enum GroupPolicy: UInt8, Sendable, Hashable, CaseIterable {
  /// A balanced ordered list of nodes for each bucket; the first that is up is the target. The default.
  case preference
  /// One list for all buckets, in configured order: the first node that is up serves all.
  case priority
  /// Bucket modulo the number of nodes up. For comparison.
  case modulo
  /// Runs of neighbouring buckets, as SafeKit's 256-bit map. For comparison.
  case contiguous
  /// The hash scaled by the live count, as xt_cluster users script it. For comparison.
  case scaled
  /// Highest random weight. For comparison.
  case rendezvous
  /// Google's Maglev table. For comparison.
  case maglev

  /// The name in configuration files.
  public var name: StaticString {
    switch self {
    case .preference: "preference"
    case .priority: "priority"
    case .modulo: "modulo"
    case .contiguous: "contiguous"
    case .scaled: "scaled"
    case .rendezvous: "rendezvous"
    case .maglev: "maglev"
    }
  }
}

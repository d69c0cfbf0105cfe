/// How things stand for a node at one moment: what it shows to people. Nothing depends on it.
///
/// Claims are what nodes announce, not what their kernels accept: a bucket on its way from one to another is a hole
/// for that long.
public struct Standing: Sendable, Hashable {
  public var status: Status
  public var statusSince: Instant
  public var view: View
  public var viewSince: Instant
  public var epoch: Epoch
  public var incarnation: Incarnation
  /// The highest sequence sent.
  public var sequence: SequenceNumber
  /// Whether it goes on as the daemon before it, has yet to hear members of that one's view, and so decides nothing.
  public var isCatchingUp: Bool
  /// Whether it knows what the others claim. If not, its holes and doubles mean nothing.
  public var knowsClaims: Bool
  /// The settings in force, and those that are staged.
  public var configuration: Digest
  public var staged: Digest?
  /// The live nodes that what is staged waits for.
  public var stagedWaitsFor: NodeSet
  /// When the kernel filter stops accepting unless the lease is renewed; `nil` while there is none.
  public var leaseUntil: Instant?
  /// By node id.
  public var members: [MemberStanding]
  /// In the order of ``Settings/ownershipGroups``.
  public var groups: [GroupStanding]
}

/// One configured node as another sees it.
public struct MemberStanding: Sendable, Hashable {
  /// By its own word; `nil` if it is not heard.
  public var status: Status?
  /// When anyone heard it last; `nil` for never, and for the node itself.
  public var lastHeard: Instant?
  /// When this node heard it last itself; `nil` for never, and for the node itself.
  public var lastHeardHere: Instant?
  /// Whether it announces this node's view, and so the same target of every bucket.
  public var sharesView: Bool
  /// The configuration that it announces, if that is neither this node's nor on its way to or from it.
  public var otherConfiguration: Digest?
  /// What it has staged, if that is known.
  public var staged: Digest?
  /// Runtime weights by group; empty if it is not heard.
  public var weights: [UInt16]
}

/// One group as a node sees it, by what everybody announces.
public struct GroupStanding: Sendable, Hashable {
  /// Buckets that each node claims, and buckets whose target it is by this node's view; by node id.
  public var claims: [Int]
  public var targets: [Int]
  /// The buckets that this node claims itself.
  public var own: BucketSet
  /// Live nodes whose claims are not known: each may have any bucket.
  public var unknown: NodeSet
  /// Buckets that nobody claims.
  public var holes: Int
  /// Buckets that more than one node claims.
  public var doubles: Int
  /// TCP flows that this node tracks, by whether their bucket is its own.
  public var flowsInside: Int
  public var flowsOutside: Int
}

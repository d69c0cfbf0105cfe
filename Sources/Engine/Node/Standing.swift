/// Where a node stands, as it sees it itself: what a status report shows.
///
/// Claims are what nodes announce, not what their kernels accept; a bucket that changes hands is a hole for as long
/// as that takes.
public struct Standing: Sendable, Hashable {
  public var node: NodeID
  public var status: Status
  public var statusSince: Instant
  public var view: View
  public var viewSince: Instant
  public var epoch: Epoch
  public var incarnation: Incarnation
  /// The highest sequence sent.
  public var sequence: SequenceNumber
  public var configuration: Digest
  public var staged: Digest?
  /// Whether the kernel has confirmed a lease that still runs, and when it ends unless it is renewed.
  public var hasLease: Bool
  public var leaseUntil: Instant
  /// Whether it goes on as a daemon before it and has not heard all of its members yet.
  public var isCatchingUp: Bool
  /// By group, in the order of ``Settings/ownershipGroups``.
  public var groups: [GroupStanding]
  /// By node id, this one included.
  public var members: [MemberStanding]

  /// Whether a node is in the view.
  public func isMember(_ node: NodeID) -> Bool { view.members.contains(node) }
}

/// Who claims the buckets of one group.
public struct GroupStanding: Sendable, Hashable {
  /// The buckets that this node claims, and those that it may no longer accept but has not been freed of yet.
  public var own: BucketSet
  public var releasing: BucketSet
  /// By node id: how many buckets it claims, and of how many it is the target.
  public var claimed: [Int]
  public var targeted: [Int]
  /// Buckets that nobody claims, and that two or more do.
  public var holes: Int
  public var doubles: Int
  /// Live nodes whose claims are not known: then holes are fewer than they seem.
  public var unknown: NodeSet
  /// By node id: the runtime weight; 0 for those not heard of.
  public var weights: [UInt16]
  /// Tracked flows of this node, by whether their bucket is its own.
  public var flowsInside: Int
  public var flowsOutside: Int
}

/// What a node knows of one node.
public struct MemberStanding: Sendable, Hashable {
  /// What it said last of itself; ``Status/stopped`` if it is not heard of.
  public var status: Status
  public var incarnation: Incarnation
  public var sequence: SequenceNumber
  /// Whether anyone has heard it within `tau`.
  public var isLive: Bool
  /// Since anyone heard it, and since this node heard it itself; `nil` for never. 0 for itself.
  public var silence: Duration?
  public var silenceHere: Duration?
  /// Whether it announces this node's view.
  public var sharesView: Bool
  public var configuration: Digest?
}

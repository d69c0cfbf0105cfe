/// What one node's kernel filter holds at an instant: all that a verdict depends on beside the packet.
public struct FilterState: Sendable, Hashable {
  /// Whether the lease is running. Without it nothing is accepted.
  public var hasLease: Bool
  /// The buckets whose new flows and datagrams are accepted, by group (``Settings/ownershipGroups``).
  public var owned: [BucketSet]
  /// The buckets whose unknown segments are answered with a reset, by group; others drop them.
  public var resets: [BucketSet]

  public init(hasLease: Bool, owned: [BucketSet], resets: [BucketSet]) {
    self.hasLease = hasLease
    self.owned = owned
    self.resets = resets
  }
}

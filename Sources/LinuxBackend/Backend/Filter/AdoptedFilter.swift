import Engine

/// What an earlier daemon of the same configuration left in the kernel.
public struct AdoptedFilter: Sendable, Hashable {
  /// By group, in the order of ``Engine/Settings/ownershipGroups``.
  public var owned: [BucketSet]
  public var resets: [BucketSet]
  /// How long the filter still accepts; zero if the lease has run out.
  public var leaseLeft: Duration

  public init(owned: [BucketSet], resets: [BucketSet], leaseLeft: Duration) {
    self.owned = owned
    self.resets = resets
    self.leaseLeft = leaseLeft
  }
}

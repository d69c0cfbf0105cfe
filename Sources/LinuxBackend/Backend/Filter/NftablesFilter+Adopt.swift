import Engine

extension NftablesFilter {
  /// Takes over, as it is, a table that an earlier process of the same configuration left.
  ///
  /// Nothing in the kernel changes, host settings included.
  /// - Returns: what the table holds; `nil` if there is none, if it was made from other rules or virtual IPs, or if it
  ///   was edited. Then only ``install()`` remains.
  public func adopt() throws(FilterError) -> AdoptedFilter? {
    let before = try kernel.generation()
    guard let shown = try nft.layout(of: table) else { return nil }
    let digests = try kernel.elements(of: FilterNames.layout, in: table)
    guard digests.count == 1, digests[0].key == layoutDigest(shown) else { return nil }
    var owned: [BucketSet] = []
    var resets: [BucketSet] = []
    for (i, group) in settings.ownershipGroups.enumerated() {
      guard
        let accepted = BucketSet(
          try kernel.elements(of: FilterNames.owned(i), in: table), capacity: group.bucketCount),
        let reset = BucketSet(
          try kernel.elements(of: FilterNames.resets(i), in: table), capacity: group.bucketCount)
      else { return nil }
      owned.append(accepted)
      resets.append(reset)
    }
    let lease = try kernel.elements(of: FilterNames.lease, in: table)
    // A lease that never runs out is not from this program.
    guard lease.allSatisfy({ $0.expiresIn != nil }) else { return nil }
    let left = Duration.milliseconds(Int(min(lease.first?.expiresIn ?? 0, 1 << 40)))
    // Somebody who has changed something meanwhile may have changed what was read first.
    guard try kernel.generation() == before else { return nil }
    (self.owned, self.resets, layout, generation) = (owned, resets, shown, before)
    leaseEnd = left > .zero ? MonotonicClock.now + left : nil
    return AdoptedFilter(owned: owned, resets: resets, leaseLeft: left)
  }
}

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

/// Which group a packet belongs to and how its client's bucket is found there.
public struct RuleMatch: Sendable, Hashable, BitwiseCopyable {
  /// The group, in the order of ``Settings/ownershipGroups``.
  public let group: GroupID
  public let identity: ClientIdentity
  public let bucketCount: Int
  public let hashSeed: UInt32
  /// Whether no rule matched and the packet goes to the default node.
  public let isDefault: Bool

  init(group: GroupID, _ identity: ClientIdentity, in groups: [GroupSettings], isDefault: Bool = false) {
    precondition(group.index < groups.count, "a rule for a group that is not configured")
    self.group = group
    self.identity = identity
    bucketCount = groups[group.index].bucketCount
    hashSeed = groups[group.index].hashSeed
    self.isDefault = isDefault
  }

  /// The bucket of a client.
  @inlinable @inline(__always) public func bucket(address: IPAddress, port: UInt16) -> Bucket {
    FlowHash.bucket(
      identity: identity, address: address, port: port, bucketCount: bucketCount, seed: hashSeed)
  }
}

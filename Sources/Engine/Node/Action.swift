/// Everything that a node can ask for.
public enum Action: Sendable {
  case send(Transmission)
  /// Replace the kernel filter's sets, all or nothing. Answered by ``Input/committed(_:)`` or
  /// ``Input/commitFailed(_:)``.
  indirect case commit(FilterCommit)
  /// Let the filter accept for this long, counted from when the kernel performs it. Answered like a commit.
  case renewLease(CommitNumber, for: Duration)
  /// End the lease now and forget the tracked flows; answered like a commit.
  case endLease(CommitNumber)
  /// Give a ``Input/timer`` at this instant; replaces the one asked for before.
  case wake(at: Instant)
  case notice(Notice)
}

/// A datagram to send.
public struct Transmission: Sendable, Hashable {
  public var bytes: [UInt8]
  /// One node, or everyone if `nil`.
  public var to: NodeID?
  public var networks: NetworkSet
  /// Whether it repeats another node's datagram unchanged, that node's authentication included.
  public var isRelayed: Bool

  public init(bytes: [UInt8], to: NodeID?, networks: NetworkSet, isRelayed: Bool) {
    self.bytes = bytes
    self.to = to
    self.networks = networks
    self.isRelayed = isRelayed
  }
}

/// The sets that a kernel filter must hold.
public struct FilterCommit: Sendable, Hashable {
  public var number: CommitNumber
  /// By group, in the order of ``Settings/ownershipGroups``.
  public var owned: [BucketSet]
  public var resets: [BucketSet]
  /// The settings whose rules, groups and seeds apply from this commit on; `nil` if they stay.
  public var settings: Settings?

  public init(number: CommitNumber, owned: [BucketSet], resets: [BucketSet], settings: Settings? = nil) {
    self.number = number
    self.owned = owned
    self.resets = resets
    self.settings = settings
  }
}

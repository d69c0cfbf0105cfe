/// Something that the kernel has been asked for and has not answered.
struct PendingCommit: Sendable {
  enum Kind: Sendable {
    /// The sets with these buckets released.
    case filter(released: [BucketSet])
    case renewal(issued: Instant)
    case leaseEnd
  }
  let number: CommitNumber
  let kind: Kind
}

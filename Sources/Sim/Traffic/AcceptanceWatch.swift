import Engine

/// Waits for the first SYN or datagram in one of some buckets that a node accepts.
struct AcceptanceWatch: Sendable {
  /// The space of the buckets: see ``BucketSpaces``.
  let group: Int
  let buckets: BucketSet
  let from: UInt64
  /// When the packet came; `nil` if none has come yet.
  var seen: UInt64?
}

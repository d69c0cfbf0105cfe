import Engine

/// Waits for the first packet that some node accepts in one of some buckets: a SYN or a datagram.
struct AcceptanceWatch: Sendable {
  /// Or rather the space: see ``BucketSpaces``.
  let group: Int
  let buckets: BucketSet
  let from: UInt64
  /// When it came.
  var seen: UInt64?
}

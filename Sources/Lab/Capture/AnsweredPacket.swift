import Engine

/// A client's packet and which nodes answered it.
struct AnsweredPacket: Sendable, Hashable {
  /// When it was sent.
  var at: Instant
  var group: GroupID
  var bucket: Bucket
  var answers: NodeSet
}

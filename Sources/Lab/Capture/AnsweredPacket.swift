import Engine

/// A client's packet, and the nodes that answered it.
struct AnsweredPacket: Sendable, Hashable {
  /// When it was sent.
  var at: Instant
  var group: GroupID
  var bucket: Bucket
  var answers: NodeSet
}

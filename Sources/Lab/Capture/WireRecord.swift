import Engine

/// What captures say of a round: every client's packet, who got it and who answered.
struct WireRecord: Sendable {
  /// SYNs and datagrams of clients.
  var packets = 0
  var unanswered = 0
  /// Packets that two nodes answered, of which ``doubles`` has the first.
  var answeredTwice = 0
  var doubles: [AnsweredPacket] = []
  var gaps: [Gap] = []
  /// Answers of nodes that may have had to be silent.
  var suspects: [Answer] = []
  /// Frames that the kernels had no room for: what they were is not known.
  var lost = 0

  /// No packet of a bucket was answered for a time: from the first to the last of them, so at least for so long.
  struct Gap: Sendable, Hashable {
    var group: GroupID
    var bucket: Bucket
    var first: Instant
    var last: Instant
    var packets: Int
    /// The nodes that any of them got to.
    var reached: NodeSet

    var length: Duration { last - first }
  }

  struct Answer: Sendable, Hashable {
    var at: Instant
    var group: GroupID
    var bucket: Bucket
    var node: NodeID
  }

  /// With times that count from an instant.
  func since(_ origin: Instant) -> WireRecord {
    func time(_ instant: Instant) -> Instant { .zero + max(.zero, instant - origin) }
    var copy = self
    for i in copy.doubles.indices { copy.doubles[i].at = time(doubles[i].at) }
    for i in copy.suspects.indices { copy.suspects[i].at = time(suspects[i].at) }
    for i in copy.gaps.indices {
      (copy.gaps[i].first, copy.gaps[i].last) = (time(gaps[i].first), time(gaps[i].last))
    }
    return copy
  }
}

import Engine

/// What captures show of a round: every client's packet, which nodes it reached and which answered.
struct WireRecord: Sendable {
  /// SYNs and datagrams of clients.
  var packets = 0
  var unanswered = 0
  /// Packets that two nodes answered. ``doubles`` has the first of them.
  var answeredTwice = 0
  var doubles: [AnsweredPacket] = []
  var gaps: [Gap] = []
  /// Answers of nodes that may have had to be silent.
  var suspects: [Answer] = []
  /// Frames for which the kernels had no room. Their content is not known.
  var lost = 0

  /// A time in which no packet of a bucket was answered: from the first of them to the last, so that the real time is
  /// at least this long.
  struct Gap: Sendable, Hashable {
    var group: GroupID
    var bucket: Bucket
    var first: Instant
    var last: Instant
    var packets: Int
    /// The nodes that any of the packets reached.
    var reached: NodeSet

    var length: Duration { last - first }
  }

  struct Answer: Sendable, Hashable {
    var at: Instant
    var group: GroupID
    var bucket: Bucket
    var node: NodeID
  }

  /// A copy with times that count from an instant.
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

/// A client's packet, and the nodes that answered it.
struct AnsweredPacket: Sendable, Hashable {
  /// When it was sent.
  var at: Instant
  var group: GroupID
  var bucket: Bucket
  var answers: NodeSet
}

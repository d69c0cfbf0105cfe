/// The suspicion that another machine uses our id, by what comes in its name.
///
/// Our own datagrams of a former life, recorded and sent again, look the same and are as authentic. What they cannot
/// have is news: of the other nodes they show what was known then. So the suspicion is proven only for as long as something
/// is shown, again and again, that a third node has said since. Only a node of which we certainly know what it says now is
/// such a witness: else its own old datagrams could be sent again before.
struct DuplicateSuspicion: Sendable {
  private(set) var since = Instant.zero
  private var last: Instant?
  private(set) var incarnation = Incarnation(0)
  private var sequence = SequenceNumber(0)
  /// By node: what was known of it when the suspicion began, or when news of it came last.
  private var marks: [Mark] = []
  private var witnesses = NodeSet.empty
  private var provenAt: Instant?

  private struct Mark: Sendable, Hashable, BitwiseCopyable {
    var incarnation = Incarnation(0)
    var sequence = SequenceNumber(0)
  }

  /// Takes a datagram with our id that is not ours.
  /// - Parameters:
  ///   - peers: what we know of the others.
  ///   - witnesses: those of them of which we know what they say now.
  ///   - pause: a longer silence ends the suspicion, and the next datagram begins another.
  /// - Returns: whether it says more than the ones before.
  mutating func note(
    _ reader: HeartbeatReader, peers: [Peer], witnesses: NodeSet, at now: Instant, pause: Duration
  ) -> Bool {
    if let last, now - last <= pause {
      let isLater =
        reader.incarnation > incarnation || reader.incarnation == incarnation && reader.sequence > sequence
      if !isLater { return false }
    } else {
      begin(peers: peers, at: now)
    }
    incarnation = reader.incarnation
    sequence = reader.sequence
    last = now
    noteNews(reader, peers, witnesses, at: now)
    self.witnesses = witnesses
    return true
  }

  /// Begins with nothing shown.
  mutating func begin(peers: [Peer], at now: Instant) {
    since = now
    provenAt = nil
    witnesses = .empty
    marks = [Mark](repeating: Mark(), count: peers.count)
  }

  /// The next alarm waits as long as this one did.
  mutating func restartWaiting(at now: Instant) { since = now }

  /// Whether it has been proven within a time.
  func isProven(within time: Duration, at now: Instant) -> Bool {
    provenAt.map { now - $0 <= time } ?? false
  }

  /// A node that a new configuration adds has said nothing yet.
  mutating func resize(to nodeCount: Int) {
    while marks.count > nodeCount { marks.removeLast() }
    while marks.count < nodeCount { marks.append(Mark()) }
  }

  private mutating func mark(_ i: Int, _ peer: Peer) {
    marks[i] = Mark(incarnation: peer.incarnation, sequence: peer.sequence)
  }

  /// Whether the sender has heard something that another node said after the suspicion began.
  private mutating func noteNews(
    _ reader: HeartbeatReader, _ peers: [Peer], _ witnesses: NodeSet, at now: Instant
  ) {
    for i in marks.indices where witnesses.contains(NodeID(i)) {
      // Of one that we did not know then, everything would be news.
      guard self.witnesses.contains(NodeID(i)), marks[i].incarnation == peers[i].incarnation else {
        mark(i, peers[i])
        continue
      }
      guard let entry = reader.entry(for: NodeID(i)), entry.incarnation == marks[i].incarnation,
        entry.sequence > marks[i].sequence
      else { continue }
      provenAt = now
      marks[i].sequence = max(entry.sequence, peers[i].sequence)
    }
  }
}

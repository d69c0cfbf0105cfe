/// The suspicion that another machine uses our id, raised by datagrams with our id that are not ours.
///
/// Our own datagrams of a former life, recorded and sent again, look the same and are as authentic. But they have no
/// news: they show what was known of the other nodes then. So the suspicion is proven only while the datagrams show,
/// again and again, what a third node has said since. Only a node of which we know for certain what it says now is such
/// a witness. Otherwise somebody could send its old datagrams first and ours after them, and ours would seem to have
/// news.
struct DuplicateProof: Sendable {
  private(set) var since = Instant.zero
  private var last: Instant?
  private var incarnation = Incarnation(0)
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
  ///   - witnesses: the peers of which we know for certain what they say now.
  ///   - pause: a longer silence ends the suspicion, and the next datagram begins another.
  /// - Returns: whether it is later than the ones before.
  mutating func note(
    _ reader: HeartbeatReader, peers: PeerTable, witnesses: NodeSet, at now: Instant, pause: Duration
  ) -> Bool {
    if let last, now - last <= pause {
      let isLater =
        reader.incarnation > incarnation || reader.incarnation == incarnation && reader.sequence > sequence
      if !isLater { return false }
    } else {
      begin(nodeCount: peers.indices.count, at: now)
    }
    incarnation = reader.incarnation
    sequence = reader.sequence
    last = now
    noteNews(reader, peers, witnesses, at: now)
    self.witnesses = witnesses
    return true
  }

  /// Begins a suspicion that nothing has proven yet.
  mutating func begin(nodeCount: Int, at now: Instant) {
    since = now
    provenAt = nil
    witnesses = .empty
    marks = [Mark](repeating: Mark(), count: nodeCount)
  }

  /// Makes the next alarm wait as long as this one did.
  mutating func restartWaiting(at now: Instant) { since = now }

  /// Whether it was proven no longer ago than `time`.
  func isProven(within time: Duration, at now: Instant) -> Bool { provenAt.map { now - $0 <= time } ?? false }

  /// Fits the marks to a new configuration. An added node has said nothing yet.
  mutating func resize(to nodeCount: Int) {
    while marks.count > nodeCount { marks.removeLast() }
    while marks.count < nodeCount { marks.append(Mark()) }
  }

  private mutating func mark(_ i: Int, _ peer: Peer) {
    marks[i] = Mark(incarnation: peer.incarnation, sequence: peer.sequence)
  }

  /// Whether the sender has heard something that another node said after the suspicion began.
  private mutating func noteNews(
    _ reader: HeartbeatReader, _ peers: PeerTable, _ witnesses: NodeSet, at now: Instant
  ) {
    for i in marks.indices where witnesses.contains(NodeID(i)) {
      // For a node that we did not know then, everything would be news.
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

/// What nodes that leave said last, kept for those that did not hear it.
///
/// A node that leaves says so some times within a fraction of an interval and is gone. Datagrams are relayed to nodes whose
/// vectors show that they have not heard their sender for `2T`, which is too late for these: behind a cut that is younger,
/// or where every copy was lost, its buckets would wait for `tau` after its last word. So whoever heard it repeats it to
/// each node whose vector says, an interval later, that it has not heard the sender since.
struct LastWords: Sendable {
  struct Word: Sendable {
    let node: NodeID
    let incarnation: Incarnation
    /// When we heard first that it leaves.
    let since: Instant
    /// The newest datagram of each part of its heartbeat.
    fileprivate(set) var datagrams: [(part: Int, bytes: [UInt8])]
    /// Those whose vectors show that they have heard it as well.
    fileprivate(set) var heardBy = NodeSet.empty
  }

  private var words: [Word] = []

  var isEmpty: Bool { words.isEmpty }

  /// A datagram of a node that leaves, heard from itself.
  mutating func note(_ bytes: [UInt8], _ reader: HeartbeatReader, at now: Instant) {
    let known = words.firstIndex { $0.node == reader.sender && $0.incarnation == reader.incarnation }
    guard let i = known else {
      words.removeAll { $0.node == reader.sender }
      words.append(
        Word(
          node: reader.sender, incarnation: reader.incarnation, since: now,
          datagrams: [(reader.part, bytes)]))
      return
    }
    if let part = words[i].datagrams.firstIndex(where: { $0.part == reader.part }) {
      words[i].datagrams[part].bytes = bytes
    } else {
      words[i].datagrams.append((reader.part, bytes))
    }
  }

  /// What a node has missed, by its own vector. After `tau` the others have removed the sender, and nothing is kept.
  mutating func missed(by reader: HeartbeatReader, at now: Instant, _ timing: Timing) -> [Word] {
    words.removeAll { now - $0.since > timing.timeout }
    var missed: [Word] = []
    for i in words.indices where words[i].node != reader.sender {
      guard let entry = reader.entry(for: words[i].node), entry.incarnation == words[i].incarnation else {
        continue
      }
      if let age = entry.heardAge.duration, now - age >= words[i].since {
        words[i].heardBy.insert(reader.sender)
      } else if now - words[i].since >= timing.interval {
        missed.append(words[i])
      }
    }
    return missed
  }

  /// Of the nodes of another configuration only those that are configured.
  func among(_ configured: NodeSet) -> LastWords {
    var kept = self
    kept.words.removeAll { !configured.contains($0.node) }
    return kept
  }
}

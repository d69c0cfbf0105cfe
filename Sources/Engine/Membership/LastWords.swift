/// The last datagrams of nodes that leave, kept for the nodes that did not hear them.
///
/// A node that leaves says so three times within a fraction of an interval and is gone. Relaying comes too late for
/// these datagrams: it begins when a vector shows that the sender has not been heard for `2T`. Behind a younger cut, or
/// where every copy was lost, the sender's buckets would wait for `tau` after its last datagram. So a node that heard
/// them repeats them to each node whose vector shows, an interval later, that it has not heard the sender since.
struct LastWords: Sendable {
  struct Word: Sendable {
    let node: NodeID
    let incarnation: Incarnation
    /// When we first heard that it leaves.
    let since: Instant
    /// The newest datagram of each part of its heartbeat.
    fileprivate(set) var datagrams: [(part: Int, bytes: [UInt8])]
    /// The nodes whose vectors show that they have heard it as well.
    fileprivate(set) var heardBy = NodeSet.empty
  }

  private var words: [Word] = []

  var isEmpty: Bool { words.isEmpty }

  /// Takes a datagram of a node that leaves, heard from that node itself.
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

  /// Reads in a node's vector which words it has heard. After `tau` the others have removed the sender, so nothing older
  /// is kept. - Returns: the words that the node has missed.
  mutating func read(_ reader: HeartbeatReader, at now: Instant, _ timing: Timing) -> [Word] {
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

  /// The words of nodes that are still configured.
  func among(_ configured: NodeSet) -> LastWords {
    var kept = self
    kept.words.removeAll { !configured.contains($0.node) }
    return kept
  }
}

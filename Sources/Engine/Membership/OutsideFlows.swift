/// In which buckets of one group the other nodes track flows that they do not own: as far as they have said.
///
/// A heartbeat that counts none says so of all buckets; else it shows one word of the bitmap, and the next heartbeat
/// the next word. A flow comes about in a bucket that its node owns and nowhere else. So a bucket that a node does not
/// claim, and has once called free, is free until the node claims it again; and one whose claim has ended counts as
/// having flows until the node shows it free. What was heard is therefore never too old to be believed.
struct OutsideFlows: Sendable {
  private let wordCount: Int
  /// By node, then word.
  private var words: [UInt64]
  /// By node: the words that it has shown.
  private var known: [UInt64]
  /// By node: since when not all of its words are known.
  private var unknownSince: [Instant]
  /// Nodes that have shown every word, none with a flow in it.
  private var free = NodeSet.empty

  init(bucketCount: Int, nodeCount: Int, at now: Instant) {
    wordCount = (bucketCount + 63) / 64
    words = [UInt64](repeating: 0, count: wordCount * nodeCount)
    known = [UInt64](repeating: 0, count: nodeCount)
    unknownSince = [Instant](repeating: now, count: nodeCount)
  }

  /// Takes over what a heartbeat says. O(1), but for the first that counts none.
  /// - Returns: whether it changes anything.
  mutating func apply(_ claim: GroupClaim, of node: NodeID) -> Bool {
    if claim.flowsOutside == 0 {
      if free.contains(node) { return false }
      free.insert(node)
      known[node.index] = .max
      let first = node.index * wordCount
      for place in first..<first + wordCount { words[place] = 0 }
      return true
    }
    free.remove(node)
    let place = node.index * wordCount + claim.outsideIndex
    let bit: UInt64 = 1 << UInt64(claim.outsideIndex)
    if known[node.index] & bit != 0, words[place] == claim.outsideWord { return false }
    known[node.index] |= bit
    words[place] = claim.outsideWord
    return true
  }

  /// A node claims these buckets of a word no longer: it may have flows in each.
  mutating func assume(_ buckets: UInt64, inWord w: Int, of node: NodeID) {
    if buckets == 0 { return }
    free.remove(node)
    words[node.index * wordCount + w] |= buckets
  }

  /// Nothing is known of a node any more.
  mutating func forget(_ node: NodeID, at now: Instant) {
    free.remove(node)
    known[node.index] = 0
    unknownSince[node.index] = now
    let first = node.index * wordCount
    for place in first..<first + wordCount { words[place] = 0 }
  }

  /// The buckets of a word in which some of these nodes track flows.
  func buckets(inWord w: Int, of nodes: NodeSet) -> UInt64 {
    var buckets: UInt64 = 0
    for node in nodes.subtracting(free) { buckets |= words[node.index * wordCount + w] }
    return buckets
  }

  /// Since when at the latest some of these nodes have not shown a word; `nil` if all have.
  func unknownSince(_ w: Int, of nodes: NodeSet) -> Instant? {
    var latest: Instant?
    for node in nodes.subtracting(free) where known[node.index] >> UInt64(w) & 1 == 0 {
      latest = max(latest ?? .zero, unknownSince[node.index])
    }
    return latest
  }
}

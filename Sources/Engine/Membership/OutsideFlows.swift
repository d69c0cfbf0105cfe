/// The buckets of one group in which the other nodes track flows without owning them, as far as they have said.
///
/// A heartbeat that counts no such flow speaks for all buckets. Any other one shows one word of the bitmap, and the
/// next heartbeat shows the next word. A flow begins only in a bucket that its node owns. So a bucket that a node does
/// not claim, and once called free, stays free until the node claims it again. A bucket whose claim has ended counts as
/// having flows until the node shows it free. So nothing that was heard becomes too old to be believed.
struct OutsideFlows: Sendable {
  private let wordCount: Int
  /// By node, then word.
  private var words: [UInt64]
  /// By node: the words that it has shown.
  private var known: [UInt64]
  /// By node: since when not all of its words are known.
  private var unknownSince: [Instant]
  /// Nodes whose newest heartbeat counts no such flow, and whose claims have not ended anywhere since.
  private var free = NodeSet.empty

  init(bucketCount: Int, nodeCount: Int, at now: Instant) {
    wordCount = (bucketCount + 63) / 64
    words = [UInt64](repeating: 0, count: wordCount * nodeCount)
    known = [UInt64](repeating: 0, count: nodeCount)
    unknownSince = [Instant](repeating: now, count: nodeCount)
  }

  /// Takes over what a heartbeat says. O(1), except for the first that counts none.
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

  /// Makes buckets of a word that a node no longer claims count as having flows of it.
  mutating func assume(_ buckets: UInt64, inWord w: Int, of node: NodeID) {
    if buckets == 0 { return }
    free.remove(node)
    words[node.index * wordCount + w] |= buckets
  }

  /// Forgets everything that a node has said.
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

  /// The latest instant since which one of these nodes has not shown a word; `nil` if all have shown it.
  func unknownSince(_ w: Int, of nodes: NodeSet) -> Instant? {
    var latest: Instant?
    for node in nodes.subtracting(free) where known[node.index] >> UInt64(w) & 1 == 0 {
      latest = max(latest ?? .zero, unknownSince[node.index])
    }
    return latest
  }
}

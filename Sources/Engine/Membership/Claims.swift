/// Which other nodes claim the buckets of one group, by the bitmaps in their heartbeats, and where they track flows of
/// buckets that they do not claim.
///
/// The claims are kept by bucket, since the ownership rules ask about one bucket at a time: who claims it, and if
/// nobody does, since when, and how the last claim ended (``LastClaim``). A bitmap is compared with the one that was
/// applied before, so a heartbeat that changes nothing costs a comparison. A live node whose bitmap is not known counts
/// as claiming every bucket until it is heard.
struct Claims: Sendable {
  let bucketCount: Int
  let wordCount: Int
  /// By bucket: the live nodes whose newest bitmap has it.
  private(set) var claimants: [UInt64]
  /// By bucket: how the last claim on it ended.
  private(set) var last: [LastClaim]
  /// By bucket: since when nobody claims it.
  private(set) var unclaimedSince: [Instant]
  /// Live nodes whose bitmap is not known: each counts as claiming every bucket.
  private(set) var unknown = NodeSet.empty
  /// Rises with every claim that begins or ends.
  private(set) var changes: UInt64 = 0
  /// By node: the bitmap as last applied.
  private var words: [UInt64]
  /// By node: the sequence of the newest datagram that spoke of the group, and the runtime weight in it.
  private var sequences: [SequenceNumber]
  private(set) var weights: [UInt16]
  private(set) var outside: OutsideFlows

  init(bucketCount: Int, nodeCount: Int, at now: Instant) {
    self.bucketCount = bucketCount
    wordCount = (bucketCount + 63) / 64
    claimants = [UInt64](repeating: 0, count: bucketCount)
    last = [LastClaim](repeating: .none, count: bucketCount)
    unclaimedSince = [Instant](repeating: now, count: bucketCount)
    words = [UInt64](repeating: 0, count: wordCount * nodeCount)
    sequences = [SequenceNumber](repeating: SequenceNumber(0), count: nodeCount)
    weights = [UInt16](repeating: 0, count: nodeCount)
    outside = OutsideFlows(bucketCount: bucketCount, nodeCount: nodeCount, at: now)
  }

  /// Takes over bitmap, weight and flows from a claimant's datagram, unless a newer one was read before.
  /// - Parameters:
  ///   - digestSequence: the first of its datagrams that announced its view. With that or a later one it announces its
  ///     view together with all that it claims here.
  ///   - ending: what a cleared bit means.
  mutating func read(
    _ reader: HeartbeatReader, _ claim: GroupClaim, digestSequence: SequenceNumber, ending: LastClaim,
    at now: Instant
  ) -> ClaimNews {
    let node = reader.sender
    let (i, sequence) = (node.index, reader.sequence)
    var news = ClaimNews()
    guard sequence > sequences[i] else { return news }
    if sequences[i] < digestSequence { news.concernsOwnership = true }
    sequences[i] = sequence
    if weights[i] != claim.weight {
      weights[i] = claim.weight
      news.concernsOwnership = true
    }
    if !hasApplied(reader, claim, of: node), apply(reader, claim, of: node, ending: ending, at: now) {
      news.concernsOwnership = true
    }
    news.concernsResets = outside.apply(claim, of: node)
    return news
  }

  /// The newest datagram of a node that spoke of the group.
  func sequence(of node: NodeID) -> SequenceNumber { sequences[node.index] }

  /// Makes a node's datagrams above a sequence the next that are read.
  mutating func restart(_ node: NodeID, after sequence: SequenceNumber = SequenceNumber(0)) {
    sequences[node.index] = sequence
  }

  /// Whether applying a claimant's bitmap would change nothing: it is the one that was applied last.
  private func hasApplied(_ reader: HeartbeatReader, _ claim: GroupClaim, of node: NodeID) -> Bool {
    !unknown.contains(node) && reader.bitmap(of: claim, isIn: words, from: node.index * wordCount)
  }

  /// Applies a claimant's bitmap. - Returns: whether anything changed.
  private mutating func apply(
    _ reader: HeartbeatReader, _ claim: GroupClaim, of node: NodeID, ending: LastClaim, at now: Instant
  ) -> Bool {
    var changed = unknown.contains(node)
    if changed { unknown.remove(node) }
    let base = node.index * wordCount
    for w in 0..<wordCount {
      let new = reader.word(w, of: claim)
      let difference = new ^ words[base + w]
      if difference == 0 { continue }
      outside.assume(words[base + w] & ~new, inWord: w, of: node)
      words[base + w] = new
      changed = true
      var rest = difference
      while rest != 0 {
        let bit = rest.trailingZeroBitCount
        rest &= rest - 1
        set(w * 64 + bit, of: node, to: new >> UInt64(bit) & 1 == 1, ending: ending, at: now)
      }
    }
    return changed
  }

  /// Makes a node count as claiming every bucket until it is heard. Where it tracks flows is forgotten.
  mutating func doubt(_ node: NodeID, at now: Instant) {
    unknown.insert(node)
    outside.forget(node, at: now)
  }

  /// Ends every claim of a node.
  mutating func drop(_ node: NodeID, ending: LastClaim, at now: Instant) {
    unknown.remove(node)
    outside.forget(node, at: now)
    let base = node.index * wordCount
    for w in 0..<wordCount {
      var rest = words[base + w]
      words[base + w] = 0
      while rest != 0 {
        set(w * 64 + rest.trailingZeroBitCount, of: node, to: false, ending: ending, at: now)
        rest &= rest - 1
      }
    }
  }

  /// Notes that this node itself gave a bucket up.
  mutating func noteOwnRelease(_ bucket: Int, by node: NodeID, at now: Instant) {
    if claimants[bucket] != 0 { return }
    last[bucket] = .released(by: node)
    unclaimedSince[bucket] = now
  }

  /// Restarts the wait for unclaimed buckets. The node calls it when it begins to serve.
  mutating func restartWaiting(at now: Instant) {
    for b in 0..<bucketCount where claimants[b] == 0 { unclaimedSince[b] = now }
  }

  private mutating func set(
    _ bucket: Int, of node: NodeID, to isClaimed: Bool, ending: LastClaim, at now: Instant
  ) {
    let bit: UInt64 = 1 << UInt64(node.rawValue)
    changes &+= 1
    if isClaimed {
      claimants[bucket] |= bit
      return
    }
    claimants[bucket] &= ~bit
    if claimants[bucket] == 0 {
      last[bucket] = ending
      unclaimedSince[bucket] = now
    }
  }
}

/// What a datagram changes in the claims on a group.
struct ClaimNews: Sendable {
  /// Whether ownership may depend on it.
  var concernsOwnership = false
  /// Whether resets may.
  var concernsResets = false
}

/// How the last claim on a bucket ended.
struct LastClaim: Sendable, Hashable, BitwiseCopyable {
  private let code: UInt8

  private init(_ code: UInt8) { self.code = code }

  /// Nobody has claimed it as far as we know, or its claimant has another configuration.
  static let none = LastClaim(255)
  /// Its claimant left the view by time-out, or began a new life: its kernel accepts nothing any more.
  static let removed = LastClaim(254)
  /// Its claimant gave everything up by its own word: it is leaving, isolated, deaf, in standby or joining.
  static let gaveUp = LastClaim(253)
  /// A live node, which may be this one, cleared the bit for its target.
  static func released(by node: NodeID) -> LastClaim { LastClaim(node.rawValue) }

  var releaser: NodeID? { code < 64 ? NodeID(Int(code)) : nil }
}

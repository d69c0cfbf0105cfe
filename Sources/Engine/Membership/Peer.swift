/// What a node knows about one other node.
///
/// Two kinds of knowledge are kept apart. *Evidence* says that the node lives and comes by any path; it
/// decides who is in the view. *Content* is what its own newest datagram said, heard or relayed; it decides
/// who owns what.
struct Peer: Sendable, BitwiseCopyable {
  // Evidence.
  var incarnation = Incarnation(0)
  /// The highest sequence of this incarnation that anyone is known to have heard.
  var sequence = SequenceNumber(0)
  /// When that was heard, by anyone.
  var lastEvidence = Instant.zero
  /// Whether the evidence is younger than `tau`; turned off by a removal alone.
  var isLive = false
  /// The incarnation in which it was removed last: heard again in the same one it returns without joining.
  var removedIncarnation = Incarnation(0)

  // Direct hearing: what our own ears say.
  var heardSequence = SequenceNumber(0)
  var lastHeard = Instant.zero
  var hasBeenHeard = false
  var heardServiceSequence = SequenceNumber(0)
  var lastHeardOnService = Instant.zero
  var hasBeenHeardOnService = false
  /// Since when it has been heard without a gap of more than `2T`.
  var heardSince = Instant.zero

  // Content of its newest datagram in this incarnation.
  var hasContent = false
  var contentSequence = SequenceNumber(0)
  var bootID = BootID(0)
  var status = Status.stopped
  var viewDigest = Digest(rawValue: 0)
  /// The first datagram heard of those that have announced it since.
  var digestSequence = SequenceNumber(0)
  var configuration = Digest(rawValue: 0)
  var staged: Digest?
  var heldDown = NodeSet.empty
  /// Whom it hears directly, on any network.
  var hears = NodeSet.empty
  /// When it last heard us on a service network, by its own word.
  var heardUsOnService = Instant.zero

  // The way back.
  /// The highest sequence of ours that its vector showed.
  var echoed = SequenceNumber(0)
  /// When that datagram was sent.
  var echoedSince = Instant.zero
  /// Heartbeats in a row that were exchanged two-way, and when the last of them came.
  var exchanges = 0
  var lastExchange = Instant.zero

  // Flapping.
  var penalty = 0
  var penaltyAt = Instant.zero

  /// Forgets what belonged to an earlier incarnation; evidence and penalty stay.
  mutating func beginLife(_ newIncarnation: Incarnation) {
    var next = Peer()
    next.incarnation = newIncarnation
    next.lastEvidence = lastEvidence
    next.isLive = isLive
    next.removedIncarnation = removedIncarnation
    next.lastHeard = lastHeard
    next.hasBeenHeard = hasBeenHeard
    next.lastHeardOnService = lastHeardOnService
    next.hasBeenHeardOnService = hasBeenHeardOnService
    next.heardSince = heardSince
    next.penalty = penalty
    next.penaltyAt = penaltyAt
    self = next
  }

  /// The penalty now: it halves every `halfLife`, linearly in between.
  func penalty(at now: Instant, halfLife: Duration) -> Int {
    let age = (now - penaltyAt).nanoseconds
    let halvings = age / halfLife.nanoseconds
    if halvings >= 30 { return 0 }
    let whole = penalty >> Int(halvings)
    let rest = (age % halfLife.nanoseconds) * 1024 / halfLife.nanoseconds
    return whole - whole * Int(rest) / 2048
  }
}

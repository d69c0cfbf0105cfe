/// What a node knows about one other node.
///
/// Three kinds of knowledge are kept apart. *Evidence* says that the node lives, and comes by any path; it decides who
/// is in the view. *Content* is what its own newest datagram said, heard or relayed; it decides who owns what. *Direct
/// hearing*, with the way back, says who hears whom; it decides about relaying, joining and isolation.
struct Peer: Sendable, BitwiseCopyable {
  // Evidence.
  var incarnation = Incarnation(0)
  /// The highest sequence of this incarnation that anyone is known to have heard.
  var sequence = SequenceNumber(0)
  /// The highest sequence of this incarnation that is old news: nobody has heard it within `tau`. A datagram that is
  /// not above it was recorded and sent again, or was held up for so long that it counts as lost.
  var floor = SequenceNumber(0)
  /// When anyone last heard the node, as far as is known; ``Instant/zero`` for never, or too long ago to say.
  var lastEvidence = Instant.zero
  /// Since when this incarnation is known.
  var lifeSince = Instant.zero
  /// Whether the evidence is younger than `tau`; turned off by a removal alone.
  var isLive = false
  /// The incarnation in which it was removed last. If it is heard again in the same one, it returns without joining.
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
  /// The sequence of the first part of the heartbeat that this datagram belongs to.
  var contentBase: UInt64 = 0
  var bootID = BootID(0)
  /// The boot id before ``bootID``.
  var formerBootID = BootID(0)
  var status = Status.stopped
  var viewDigest = Digest(rawValue: 0)
  /// The sequence of the first datagram that announced this digest.
  var digestSequence = SequenceNumber(0)
  var configuration = Digest(rawValue: 0)
  var staged: Digest?
  /// The configuration that it announces while its heartbeats cannot be read, 0 otherwise, and its status then.
  var foreign = Digest(rawValue: 0)
  var foreignStatus = Status.stopped
  var heldDown = NodeSet.empty
  var departed = NodeSet.empty
  /// Whether no frame of anybody arrives at it: its silence about others proves nothing.
  var receivesNothing = false
  /// Whether its vector proves whom it hears. It proves nothing while no frame arrives at it, or while its heartbeats
  /// cannot be read.
  var isWitness: Bool { !receivesNothing && foreign.rawValue == 0 }
  /// Whom it hears directly, on any network.
  var hears = NodeSet.empty
  /// Since when its vector shows that it has heard nothing of us for `tau`: it has removed us and acts without us.
  /// ``Instant/never`` while it knows us.
  var missesUsSince = Instant.never
  /// When it last heard us on a service network, by its own word.
  var heardUsOnService = Instant.zero
  /// Whether its vector has shown in this life that it hears us itself.
  var hasHeardUs = false
  /// Since when its vector shows that it never heard us, although it had: a daemon goes on in place of another, and has
  /// yet to hear us. ``Instant/never`` otherwise.
  var earsNewSince = Instant.never

  // The way back.
  /// The highest sequence of ours that its vector has shown.
  var echoed = SequenceNumber(0)
  /// When that datagram was sent.
  var echoedSince = Instant.zero
  /// Heartbeats in a row, at least `T/2` apart, that showed nothing new of ours, and when the last of them came.
  var unmovedWords = 0
  var unmovedAt = Instant.zero
  /// Heartbeats in a row that were exchanged two-way, and when the last of them came.
  var exchanges = 0
  var lastExchange = Instant.zero

  // Another machine with its id.
  /// The life before this one, the highest sequence known of it, and how often it has said more since it ended.
  var formerIncarnation = Incarnation(0)
  var formerSequence = SequenceNumber(0)
  var formerWords = 0
  /// Whether a notice has said that two machines use this id.
  var isSaidToBeShared = false

  // Flapping.
  var penalty = 0
  var penaltyAt = Instant.zero

  /// Forgets what belonged to an earlier incarnation; evidence and penalty stay.
  mutating func beginLife(_ newIncarnation: Incarnation, at now: Instant) {
    var next = Peer()
    next.lifeSince = now
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
    next.bootID = bootID
    next.formerBootID = formerBootID
    next.formerIncarnation = incarnation
    next.formerSequence = sequence
    next.isSaidToBeShared = isSaidToBeShared
    self = next
  }

  /// Forgets every life of it; what was counted against flapping stays.
  mutating func forgetLives() {
    var next = Peer()
    next.penalty = penalty
    next.penaltyAt = penaltyAt
    self = next
  }

  /// Ends this incarnation: nobody has heard more of it for longer than `tau`.
  mutating func close() {
    isLive = false
    hasContent = false
    contentSequence = sequence
    floor = sequence
    removedIncarnation = incarnation
    hears = .empty
    exchanges = 0
    earsNewSince = .never
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

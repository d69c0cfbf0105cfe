/// What a node knows about one other node.
///
/// Three kinds of knowledge are kept apart. *Evidence* says that the node lives, and comes by any path; it decides who
/// is in the view. *Content* is what its own newest datagram said, heard or relayed; it decides who owns what. *Direct
/// hearing*, with the way back, says who hears whom; it decides about relaying, joining and isolation.
///
/// A peer lives through *incarnations*. The first datagram of a later one begins a life: what the earlier one said is
/// forgotten, and evidence, hearing and penalty stay. A peer that nobody has heard for `tau` is closed: its life is over
/// unless somebody hears more of it, and then it returns in the same incarnation. Each method is one access to the peer,
/// because every delivery comes through here.
struct Peer: Sendable, BitwiseCopyable {
  // Evidence.
  private(set) var incarnation = Incarnation(0)
  /// The highest sequence of this incarnation that anyone is known to have heard.
  private(set) var sequence = SequenceNumber(0)
  /// The highest sequence of this incarnation that is old news: nobody has heard it within `tau`. A datagram that is
  /// not above it was recorded and sent again, or was held up for so long that it counts as lost.
  private(set) var floor = SequenceNumber(0)
  /// When anyone last heard the node, as far as is known; ``Instant/zero`` for never, or too long ago to say.
  private(set) var lastEvidence = Instant.zero
  /// Since when this incarnation is known.
  private(set) var lifeSince = Instant.zero
  /// Whether the evidence is younger than `tau`; turned off by a removal alone.
  private(set) var isLive = false
  /// The incarnation in which it was removed last. If it is heard again in the same one, it returns without joining.
  private var removedIncarnation = Incarnation(0)

  // Direct hearing: what our own ears say.
  private var heardSequence = SequenceNumber(0)
  private(set) var lastHeard = Instant.zero
  private(set) var hasBeenHeard = false
  private var heardServiceSequence = SequenceNumber(0)
  private(set) var lastHeardOnService = Instant.zero
  private(set) var hasBeenHeardOnService = false
  /// Since when it has been heard without a gap of more than `2T`.
  private(set) var heardSince = Instant.zero

  // Content of its newest datagram in this incarnation.
  private(set) var hasContent = false
  private(set) var contentSequence = SequenceNumber(0)
  /// The sequence of the first part of the heartbeat that this datagram belongs to.
  private var contentBase: UInt64 = 0
  private(set) var status = Status.stopped
  private(set) var viewDigest = Digest(rawValue: 0)
  /// The sequence of the first datagram that announced this digest.
  private(set) var digestSequence = SequenceNumber(0)
  private(set) var configuration = Digest(rawValue: 0)
  private(set) var staged: Digest?
  /// The configuration that it announces while its heartbeats cannot be read, 0 otherwise, and its status then.
  private(set) var foreign = Digest(rawValue: 0)
  private(set) var foreignStatus = Status.stopped
  private(set) var heldDown = NodeSet.empty
  private(set) var departed = NodeSet.empty
  /// Whether no frame of anybody arrives at it: its silence about others proves nothing.
  private(set) var receivesNothing = false
  /// Whom it hears directly, on any network.
  private(set) var hears = NodeSet.empty

  /// What its vector shows of us.
  var wayBack = WayBack()
  var sharedID = SharedID()
  var penalty = FlapPenalty.none

  /// Whether its vector proves whom it hears. It proves nothing while no frame arrives at it, or while its heartbeats
  /// cannot be read.
  var isWitness: Bool { !receivesNothing && foreign.rawValue == 0 }

  /// Whether it is live and, by its own word, a member.
  var isKnownMember: Bool { isLive && hasContent && status.isMember }

  /// Whether it is live and announces a view.
  func announces(_ view: Digest) -> Bool { isLive && hasContent && viewDigest == view }

  /// Whether it was removed in the incarnation that it has now.
  var hasReturned: Bool { removedIncarnation == incarnation && removedIncarnation.rawValue != 0 }

  // MARK: Lives

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
    next.sharedID = sharedID
    next.sharedID.endLife(incarnation, sequence)
    self = next
  }

  /// Forgets every life of it; what was counted against flapping stays.
  mutating func forgetLives() {
    var next = Peer()
    next.penalty = penalty
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
    wayBack.close()
  }

  /// Restores what an earlier daemon knew of it.
  /// - Parameters:
  ///   - renewed: when the lease was renewed last, which the silence and the penalty count from.
  ///   - hasHeardUs: whether it heard the earlier daemon.
  mutating func restore(
    _ last: ResumedPeer, renewed: Instant, isLive: Bool, hasHeardUs: Bool, at now: Instant
  ) {
    restoreFloor(last)
    // What it sent before is no news of what it does now.
    contentSequence = last.sequence
    contentBase = last.sequence.rawValue
    lastEvidence = last.heardAt(renewed: renewed, now: now)
    penalty = FlapPenalty(points: last.penalty, at: renewed)
    self.isLive = isLive
    wayBack.restore(hasHeardUs: hasHeardUs)
  }

  /// Restores how far it had come.
  mutating func restoreFloor(_ last: ResumedPeer) {
    incarnation = last.incarnation
    sequence = last.sequence
    floor = last.sequence
  }

  /// Fits what it said to another list of nodes. Its next datagram is read, whatever was read before.
  mutating func adapt(to configured: NodeSet) {
    contentSequence = SequenceNumber(0)
    contentBase = 0
    hears = hears.intersection(configured)
    heldDown = heldDown.intersection(configured)
  }

  // MARK: Evidence

  /// Takes evidence of this incarnation by any path; what is no newer than what is known changes nothing.
  /// - Returns: whether the peer lives again by it.
  mutating func freshen(
    _ life: Incarnation, _ newest: SequenceNumber, at heardAt: Instant, now: Instant, timeout: Duration
  ) -> Bool {
    guard life == incarnation, newest > sequence else { return false }
    sequence = newest
    lastEvidence = max(lastEvidence, heardAt)
    if isLive || now - lastEvidence > timeout { return false }
    isLive = true
    return true
  }

  /// Notes that another node knows a newer datagram of this incarnation, which nobody has heard for longer than `tau`.
  ///
  /// Whatever we have heard since then was sent before that datagram, so it is no sign of life.
  mutating func raiseFloor(_ newest: SequenceNumber, heardAt: Instant) {
    sequence = newest
    floor = newest
    lastEvidence = isLive ? min(lastEvidence, heardAt) : max(lastEvidence, heardAt)
  }

  // MARK: Direct hearing

  mutating func hearOnService(_ sequence: SequenceNumber, at heardAt: Instant) {
    guard sequence > heardServiceSequence else { return }
    heardServiceSequence = sequence
    lastHeardOnService = max(heardAt, lastHeardOnService)
    hasBeenHeardOnService = true
  }

  /// Hears a datagram on any network. After a silence longer than `gap` a new stretch begins (``heardSince``).
  /// - Returns: whether this datagram was not heard before on any network.
  mutating func hear(_ sequence: SequenceNumber, at heardAt: Instant, gap: Duration) -> Bool {
    guard sequence > heardSequence else { return false }
    if !hasBeenHeard || heardAt - lastHeard > gap { heardSince = heardAt }
    heardSequence = sequence
    lastHeard = max(heardAt, lastHeard)
    hasBeenHeard = true
    return true
  }

  // MARK: Content

  /// Whether a datagram of this incarnation belongs to an earlier heartbeat than the newest that was read. The parts of
  /// one heartbeat may overtake each other.
  func hasLeftBehind(_ reader: HeartbeatReader) -> Bool {
    reader.parts == 1 ? reader.sequence <= contentSequence : reader.base < contentBase
  }

  /// Takes over what the header of its newest datagram says.
  /// - Returns: whether something changed that ownership depends on.
  mutating func read(_ reader: HeartbeatReader) -> Bool {
    let before = self
    contentSequence = reader.sequence
    contentBase = reader.base
    hasContent = true
    sharedID.adopt(reader.bootID)
    status = reader.status
    viewDigest = reader.viewDigest
    if !before.hasContent || before.viewDigest != viewDigest { digestSequence = reader.sequence }
    configuration = reader.configuration
    foreign = Digest(rawValue: 0)
    staged = reader.stagedConfiguration
    heldDown = reader.heldDown
    departed = reader.departed
    receivesNothing = reader.receivesNothing
    // An operator has looked at it: the penalty so far no longer counts.
    if reader.overridesHoldDown { penalty.forgive() }
    return !before.hasContent || before.status != status || before.viewDigest != viewDigest
      || before.configuration != configuration || before.staged != staged || before.heldDown != heldDown
      || before.receivesNothing != receivesNothing
  }

  /// Takes over the configuration and status of a datagram that cannot be read. - Returns: whether the configuration is
  /// news.
  mutating func readForeign(_ reader: HeartbeatReader) -> Bool {
    let isNews = foreign != reader.configuration
    foreign = reader.configuration
    foreignStatus = reader.status
    return isNews
  }

  /// Replaces what is known of whom it hears, for the nodes of a slice.
  /// - Returns: the nodes of the slice that it has begun or ceased to hear.
  mutating func note(hears now: NodeSet, of slice: NodeSet) -> NodeSet {
    let changed = NodeSet(bits: (hears.bits ^ now.bits) & slice.bits)
    hears = hears.subtracting(slice).union(now)
    return changed
  }
}

/// What a datagram changes in what is known of one node. Each method is one access to the peer, because every delivery
/// comes through here.
extension Peer {
  /// Direct hearing on a service network.
  mutating func hearOnService(_ sequence: SequenceNumber, at heardAt: Instant) {
    guard sequence > heardServiceSequence else { return }
    heardServiceSequence = sequence
    lastHeardOnService = max(heardAt, lastHeardOnService)
    hasBeenHeardOnService = true
  }

  /// Direct hearing. After a silence longer than `gap` a new stretch begins (``heardSince``).
  /// - Returns: whether this datagram was not heard before on any network.
  mutating func hear(_ sequence: SequenceNumber, at heardAt: Instant, gap: Duration) -> Bool {
    guard sequence > heardSequence else { return false }
    if !hasBeenHeard || heardAt - lastHeard > gap { heardSince = heardAt }
    heardSequence = sequence
    lastHeard = max(heardAt, lastHeard)
    hasBeenHeard = true
    return true
  }

  /// Evidence of this incarnation by any path. - Returns: whether it is newer than what was known.
  mutating func freshen(_ life: Incarnation, _ newest: SequenceNumber, at heardAt: Instant) -> Bool {
    guard life == incarnation, newest > sequence else { return false }
    sequence = newest
    lastEvidence = max(lastEvidence, heardAt)
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
    if reader.bootID != bootID {
      formerBootID = bootID
      bootID = reader.bootID
    }
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
    if reader.overridesHoldDown { penalty = 0 }
    return !before.hasContent || before.status != status || before.viewDigest != viewDigest
      || before.configuration != configuration || before.staged != staged || before.heldDown != heldDown
      || before.receivesNothing != receivesNothing
  }

  /// Replaces what is known of whom it hears, for the nodes of a slice.
  /// - Returns: the nodes of the slice that it has begun or ceased to hear.
  mutating func note(hears now: NodeSet, of slice: NodeSet) -> NodeSet {
    let changed = NodeSet(bits: (hears.bits ^ now.bits) & slice.bits)
    hears = hears.subtracting(slice).union(now)
    return changed
  }

  /// Notes that its vector shows no more of ours than before; counted once in `spacing`.
  mutating func showNothingNew(at now: Instant, spacing: Duration) {
    if now - unmovedAt < spacing { return }
    unmovedAt = now
    unmovedWords += 1
  }

  /// Notes a new echo of ours in its vector. Within `gap` of the last one it is one more in a row.
  mutating func exchange(_ sequence: SequenceNumber, at now: Instant, gap: Duration) {
    echoed = sequence
    unmovedWords = 0
    exchanges = now - lastExchange <= gap ? exchanges + 1 : 1
    lastExchange = now
  }

  /// Takes over when it last heard us itself, from an entry about this life of ours.
  /// - Returns: whether ``earsNewSince`` changed.
  mutating func noteEars(heard age: Age, at now: Instant) -> Bool {
    let before = earsNewSince
    if !age.isNever {
      hasHeardUs = true
      earsNewSince = .never
    } else if hasHeardUs {
      hasHeardUs = false
      earsNewSince = now
    }
    return earsNewSince != before
  }
}

/// Another machine under our own node id.
///
/// The newcomer of the two stays away. But our own datagrams of a former life, recorded and sent again, look the same
/// and are as authentic. What they cannot have is news: of the other nodes they show what was known then. So a node
/// that has joined believes in another machine only once that shows something that a third node said after the
/// first suspicion. While it listens it believes at once, since waiting harms nobody.
///
/// A cloned machine has the address of the original too, and neither ever hears the other. Then the other nodes tell:
/// their vectors show our id alive while we say nothing. A node that listens waits until that has ended, and stays
/// silent for as long as it goes on. See ``ShownLife``.
///
/// With no other node up nobody tells. Then the network does: whoever has the node's address answers for it
/// (``Input/addressTaken``). A node that would serve alone waits until nobody answers any more.
extension Node {
  /// Our own id from the network: an echo of ours, a former life's datagram, or another machine.
  mutating func hearOwnID(
    _ reader: HeartbeatReader, at now: Instant, into actions: inout [Action]
  ) -> Outcome {
    if reader.bootID == bootID { return .ownEcho }
    if !hasDuplicate || now - lastDuplicate > timing.timeout {
      hasDuplicate = true
      duplicateSince = now
      duplicateIsProven = false
      duplicateMarks = peers.map { $0.sequence }
    } else {
      let isLaterLife = reader.incarnation > duplicateIncarnation
      let isLaterWord = reader.incarnation == duplicateIncarnation && reader.sequence > duplicateSequence
      guard isLaterLife || isLaterWord else { return .stale }
    }
    duplicateIncarnation = reader.incarnation
    duplicateSequence = reader.sequence
    lastDuplicate = now
    duplicateIsProven = duplicateIsProven || showsNews(reader)
    // One late datagram of a former life proves nothing: another machine goes on talking.
    guard now - duplicateSince >= timing.interval / 2, duplicateIsProven || status == .listening else {
      return .stale
    }
    actions.append(.notice(.duplicateNodeID))
    duplicateSince = now
    if status != .listening, reader.incarnation < incarnation || status == .joining {
      giveUp(for: .listening, at: now, into: &actions)
    }
    return .done
  }

  /// What others show of our id while we listen, and so say nothing.
  mutating func noteShownLife(_ entry: FreshnessEntry, at now: Instant, into actions: inout [Action]) {
    guard entry.incarnation.rawValue > 0, entry.incarnation.rawValue < .max,
      let age = entry.evidenceAge.duration
    else { return }
    shownLife.note(entry, heardAt: hearing(at: now) - age, now: now)
    // A former life may have had a later clock. Nobody would believe a lower one.
    if entry.incarnation >= incarnation { incarnation = Incarnation(entry.incarnation.rawValue + 1) }
    guard shownLife.goesOn(for: timing.interval, at: now),
      shownLife.mayGoOn(within: timing.silenceOfEnd, at: now)
    else { return }
    sayDuplicate(at: now, into: &actions)
  }

  /// An incarnation of our id above our own. - Returns: whether it is another machine's and we stay out of its way.
  ///
  /// A former life of ours was heard before we started. One that was heard later is another machine's. A node that is
  /// not up yet leaves the id to it. One that is up defends the id by a higher incarnation, since the newcomer then
  /// stays away; two that are both up would go on so for ever, so it yields in the end.
  mutating func yields(
    to entry: FreshnessEntry, at now: Instant, into actions: inout [Action]
  ) -> Bool {
    guard let age = entry.evidenceAge.duration, hearing(at: now) - age > startedAt + timing.twoIntervals
    else { return false }
    if now - lastDefence > 4 * timing.timeout { defences = 0 }
    if Node.isMember(status), defences < longestDefence(at: now) {
      defences += 1
      lastDefence = now
      return false
    }
    shownLife = ShownLife()
    shownLife.note(entry, heardAt: hearing(at: now) - age, now: now)
    sayDuplicate(at: now, into: &actions)
    if status != .leaving { giveUp(for: .listening, at: now, into: &actions) }
    return true
  }

  /// How often a node that is up raises its incarnation above another machine's before it yields: once more for each
  /// doubling of the time that it has been up, so that of two the older one stays.
  private func longestDefence(at now: Instant) -> Int {
    let intervals = max(now - upSince, .zero).nanoseconds / timing.interval.nanoseconds
    return 3 + (Int64.bitWidth - intervals.leadingZeroBitCount)
  }

  private mutating func sayDuplicate(at now: Instant, into actions: inout [Action]) {
    let isSaid = hasDuplicate && now - lastDuplicate <= timing.timeout
    hasDuplicate = true
    lastDuplicate = now
    if isSaid { return }
    duplicateSince = now
    duplicateIsProven = true
    duplicateMarks = peers.map { $0.sequence }
    actions.append(.notice(.duplicateNodeID))
  }

  /// Whether another machine has answered for this node's address lately.
  func isAddressTaken(at now: Instant) -> Bool { now < addressIsDoubtedUntil }

  /// Until when an answer for this node's address counts; as long as it is patient with another machine of its id.
  var addressIsDoubtedUntil: Instant {
    lastAddressTaken.map { $0 + max(timing.timeout, 3 * timing.interval) } ?? .zero
  }

  // MARK: Two machines with another node's id

  /// A boot id that was there before comes back: no restart does that.
  mutating func noteSharedID(_ reader: HeartbeatReader, into actions: inout [Action]) {
    let peer = peers[reader.sender.index]
    guard reader.bootID == peer.formerBootID, peer.formerBootID.rawValue != 0, reader.bootID != peer.bootID
    else { return }
    saySharedID(reader.sender, into: &actions)
  }

  /// A life that is over says more than was known of it when it ended, again and again.
  mutating func noteFormerLife(_ reader: HeartbeatReader, isDirect: Bool, into actions: inout [Action]) {
    let i = reader.sender.index
    guard isDirect, reader.incarnation == peers[i].formerIncarnation,
      reader.sequence > peers[i].formerSequence
    else { return }
    peers[i].formerSequence = reader.sequence
    peers[i].formerWords += 1
    if peers[i].formerWords >= 3 { saySharedID(reader.sender, into: &actions) }
  }

  private mutating func saySharedID(_ node: NodeID, into actions: inout [Action]) {
    if peers[node.index].isSaidToBeShared { return }
    peers[node.index].isSaidToBeShared = true
    actions.append(.notice(.sharedNodeID(node)))
  }

  /// A configuration switch does not end a suspicion. A node that the new configuration adds has said nothing yet.
  mutating func takeSuspicion(from old: Node) {
    shownLife = old.shownLife
    lastAddressTaken = old.lastAddressTaken
    defences = old.defences
    lastDefence = old.lastDefence
    hasDuplicate = old.hasDuplicate
    duplicateSince = old.duplicateSince
    lastDuplicate = old.lastDuplicate
    duplicateSequence = old.duplicateSequence
    duplicateIncarnation = old.duplicateIncarnation
    duplicateIsProven = old.duplicateIsProven
    duplicateMarks = []
    for i in peers.indices where old.hasDuplicate {
      duplicateMarks.append(i < old.duplicateMarks.count ? old.duplicateMarks[i] : SequenceNumber(0))
    }
  }

  /// Whether its sender has heard something that another node said after the suspicion began.
  private func showsNews(_ reader: HeartbeatReader) -> Bool {
    for i in duplicateMarks.indices where i != id.index {
      guard peers[i].isLive, let entry = reader.entry(for: NodeID(i)) else { continue }
      if entry.incarnation == peers[i].incarnation, entry.sequence > duplicateMarks[i] { return true }
    }
    return false
  }
}

/// Another machine under our own node id.
///
/// The newcomer of the two stays away. But our own datagrams of a former life, recorded and sent again, look the same
/// and are as authentic. So a node believes in another machine only while that shows news of a third node (see
/// ``DuplicateSuspicion``). With no third node up nothing can be shown: then a node that listens believes at once, since
/// waiting harms nobody, unless it knows the boot id as one of its own former lives.
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
    guard
      suspicion.note(
        reader, peers: peers, witnesses: witnesses(at: now), at: now, pause: timing.timeout)
    else { return .stale }
    // A node that listens knows this life as a former one of its own: only what the others show of it counts.
    if status == .listening, formerBootIDs.contains(reader.bootID) { return .stale }
    guard suspicion.isProven(within: timing.timeout, at: now) || needsNoProof else { return .stale }
    lastDuplicate = now
    // One late datagram of a former life proves nothing: another machine goes on talking.
    guard now - suspicion.since >= timing.interval / 2 else { return .stale }
    actions.append(.notice(.duplicateNodeID))
    suspicion.restartWaiting(at: now)
    if status != .listening, reader.incarnation < incarnation || status == .joining {
      giveUp(for: .listening, at: now, into: &actions)
    }
    return .done
  }

  /// Whether a node that listens believes at once in another machine. Where a third node is heard, that shows within some
  /// intervals whether the machine goes on.
  private var needsNoProof: Bool {
    guard status == .listening else { return false }
    for peer in peers where peer.isLive && peer.hasBeenHeard { return false }
    return true
  }

  /// The nodes of which we know what they say now. One that has echoed us goes on after our start. While we are silent
  /// nobody can: then one that is there has been heard within two intervals of our start.
  private func witnesses(at now: Instant) -> NodeSet {
    var witnesses = NodeSet.empty
    let hasListened = status == .listening && now - startedAt >= timing.twoIntervals + timing.delayBound
    for i in peers.indices where i != id.index && peers[i].isLive {
      if peers[i].echoed.rawValue > 0 || hasListened && peers[i].hasBeenHeard { witnesses.insert(NodeID(i)) }
    }
    return witnesses
  }

  /// Whether another machine was heard, or shown, with our id within a time.
  func hasDuplicate(within time: Duration, at now: Instant) -> Bool {
    lastDuplicate.map { now - $0 <= time } ?? false
  }

  /// What others show of our id while we listen, and so say nothing.
  mutating func noteShownLife(_ entry: FreshnessEntry, at now: Instant, into actions: inout [Action]) {
    guard entry.incarnation.rawValue > 0, mayGoAbove(entry.incarnation, at: now) else { return }
    // A former life may have had a later clock. Nobody would believe a lower one.
    if entry.incarnation >= incarnation { incarnation = entry.incarnation.next }
    guard let age = entry.evidenceAge.duration else { return }
    shownLife.note(entry, heardAt: hearing(at: now) - age, now: now)
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
    let isSaid = hasDuplicate(within: timing.timeout, at: now)
    lastDuplicate = now
    if isSaid { return }
    suspicion.begin(peers: peers, at: now)
    actions.append(.notice(.duplicateNodeID))
  }

  /// Whether another machine has answered for this node's address lately. An operator may know better.
  func isAddressTaken(at now: Instant) -> Bool { now < addressIsDoubtedUntil && !isResumed }

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

  /// A configuration switch does not end a suspicion.
  mutating func takeSuspicion(from old: Node) {
    shownLife = old.shownLife
    lastAddressTaken = old.lastAddressTaken
    defences = old.defences
    lastDefence = old.lastDefence
    lastDuplicate = old.lastDuplicate
    formerBootIDs = old.formerBootIDs
    suspicion = old.suspicion
    suspicion.resize(to: peers.count)
  }
}

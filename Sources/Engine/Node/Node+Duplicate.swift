/// Another machine under our own node id.
///
/// The newcomer of the two must stay away. But our own datagrams of a former life, recorded and sent again, look the
/// same and are as authentic. So a node believes in another machine only while that machine shows news of a third node
/// (see ``DuplicateSuspicion``). With no third node up nothing can be shown. Then a node that listens believes at once,
/// since waiting harms nobody, unless it knows the boot id as one of its own former lives.
///
/// A cloned machine has the address of the original too, and neither ever hears the other. Then the other nodes tell:
/// their vectors show our id alive while we say nothing. A node that listens waits until that has ended, and stays
/// silent while it goes on. See ``ShownLife``.
///
/// With no other node up the network tells: a machine that has the node's address answers for it
/// (``Input/addressTaken``). A node that would serve alone waits until nobody answers any more.
extension Node {
  /// Takes a datagram with our own id: an echo of ours, one of a former life, or another machine's.
  mutating func hearOwnID(
    _ reader: HeartbeatReader, at now: Instant, into actions: inout [Action]
  ) -> Outcome {
    if reader.bootID == life.bootID { return .ownEcho }
    guard duplicate.hear(reader, peers, witnesses: witnesses(at: now), at: now, pause: timing.timeout) else {
      return .stale
    }
    // A node that listens knows this boot id as its own: only what the others show of that life counts.
    if status == .listening, life.formerBootIDs.contains(reader.bootID) { return .stale }
    guard duplicate.isProven(within: timing.timeout, at: now) || needsNoProof else { return .stale }
    guard duplicate.see(for: timing.interval / 2, at: now) else { return .stale }
    actions.append(.notice(.duplicateNodeID))
    if status != .listening, reader.incarnation < incarnation || status == .joining {
      releaseAll(entering: .listening, at: now, into: &actions)
    }
    return .done
  }

  /// Whether a node that listens believes in another machine at once. A third node that is heard shows within some
  /// intervals whether the machine goes on.
  private var needsNoProof: Bool {
    guard status == .listening else { return false }
    for peer in peers.all where peer.isLive && peer.hasBeenHeard { return false }
    return true
  }

  /// The nodes of which we know for certain what they say now.
  ///
  /// A node that has echoed us has spoken since our start. While we listen nobody can echo us; then any live node that
  /// is heard counts, from two intervals and a delay after our start.
  private func witnesses(at now: Instant) -> NodeSet {
    var witnesses = NodeSet.empty
    let hasListened =
      status == .listening && now - lifecycle.startedAt >= timing.twoIntervals + timing.delayBound
    for i in peers.indices where i != id.index && peers[i].isLive {
      if peers[i].wayBack.echoed.rawValue > 0 || hasListened && peers[i].hasBeenHeard {
        witnesses.insert(NodeID(i))
      }
    }
    return witnesses
  }

  /// Takes what others show of our id while we listen and are silent.
  mutating func noteShownLife(_ entry: FreshnessEntry, at now: Instant, into actions: inout [Action]) {
    guard entry.incarnation.rawValue > 0, weighOwnLife(entry.incarnation, at: now) else { return }
    // A former life may have had a later clock, and nobody would believe a lower number.
    if entry.incarnation >= incarnation { life.rise(above: entry.incarnation) }
    guard let age = entry.evidenceAge.duration else { return }
    duplicate.noteShown(entry, heardAt: hearing(at: now) - age, now: now)
    guard duplicate.shown.goesOn(for: timing.interval, at: now),
      duplicate.shown.mayGoOn(within: timing.silenceOfEnd, at: now)
    else { return }
    sayDuplicate(at: now, into: &actions)
  }

  /// Takes an incarnation of our id above our own. - Returns: whether it is another machine's and we yield to it.
  ///
  /// A former life of ours was heard before we started, so a life that was heard later is another machine's. A node
  /// that is not up yet leaves the id to it. A node that is up defends the id by a higher incarnation, since a newcomer
  /// then stays away. Two nodes that are both up would go on so for ever, so a node yields in the end.
  mutating func leaveID(to entry: FreshnessEntry, at now: Instant, into actions: inout [Action]) -> Bool {
    guard let age = entry.evidenceAge.duration,
      hearing(at: now) - age > lifecycle.startedAt + timing.twoIntervals
    else { return false }
    if status.isMember, duplicate.defend(longest: longestDefence(at: now), rest: 4 * timing.timeout, at: now)
    {
      return false
    }
    duplicate.yield(to: entry, heardAt: hearing(at: now) - age, now: now)
    sayDuplicate(at: now, into: &actions)
    if status != .leaving { releaseAll(entering: .listening, at: now, into: &actions) }
    return true
  }

  /// How often a node that is up raises its incarnation above another machine's before it yields: once more for each
  /// doubling of the time that it has been up. So the older of the two stays.
  private func longestDefence(at now: Instant) -> Int {
    let intervals = max(now - lifecycle.upSince, .zero).nanoseconds / timing.interval.nanoseconds
    return 3 + (Int64.bitWidth - intervals.leadingZeroBitCount)
  }

  private mutating func sayDuplicate(at now: Instant, into actions: inout [Action]) {
    if duplicate.seeShown(after: timing.timeout, nodeCount: settings.nodeCount, at: now) {
      actions.append(.notice(.duplicateNodeID))
    }
  }

  /// Whether another machine has answered for this node's address lately. An operator may overrule it.
  func isAddressTaken(at now: Instant) -> Bool { now < addressIsDoubtedUntil && !lifecycle.isOverruled }

  /// Until when an answer for this node's address counts: as long as a node waits for another machine with its id.
  var addressIsDoubtedUntil: Instant { duplicate.addressIsDoubtedUntil(timing.patience) }
}

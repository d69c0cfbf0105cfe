/// Who lives: evidence by any path, new lives, removals.
extension Node {
  /// Nodes with evidence younger than `tau`, this one excluded.
  var liveNodes: NodeSet {
    var live = NodeSet()
    for i in peers.indices where peers[i].isLive { live.insert(NodeID(i)) }
    return live
  }

  /// Takes evidence that is strictly newer than what is stored; anything else changes nothing.
  mutating func freshen(
    _ node: NodeID, _ incarnation: Incarnation, _ sequence: SequenceNumber, at heardAt: Instant,
    now: Instant
  ) {
    let i = node.index
    guard peers[i].freshen(incarnation, sequence, at: heardAt), !peers[i].isLive,
      now - peers[i].lastEvidence <= timing.timeout
    else { return }
    peers[i].isLive = true
    needsSettling = true
    isWakeStale = true
    // Its bits may have changed while we did not hear it.
    for g in groups.indices { claims[g].doubt(node, at: now) }
    resetsDue = now
  }

  /// A node is known to live in a newer incarnation: whatever the old one claimed is free.
  mutating func beginLife(of node: NodeID, _ incarnation: Incarnation, at now: Instant) {
    let i = node.index
    peers[i].beginLife(incarnation, at: now)
    for x in heardBy.indices { heardBy[x].remove(node) }
    for g in groups.indices {
      claims[g].drop(node, ending: .removed, at: now)
      if peers[i].isLive { claims[g].doubt(node, at: now) }
      sectionSequences[i * groups.count + g] = SequenceNumber(0)
    }
    needsSettling = true
    resetsDue = now
  }

  /// Removes every member that nobody has heard for longer than `tau`.
  mutating func removeSilent(at now: Instant, into actions: inout [Action]) {
    if now < graceUntil || isCatchingUp || doubtsItsEars { return }
    for i in peers.indices where peers[i].isLive && now - peers[i].lastEvidence > timing.timeout {
      let node = NodeID(i)
      peers[i].isLive = false
      peers[i].hasContent = false
      peers[i].contentSequence = peers[i].sequence
      peers[i].removedIncarnation = peers[i].incarnation
      peers[i].hears = .empty
      peers[i].exchanges = 0
      for x in heardBy.indices { heardBy[x].remove(node) }
      for g in groups.indices { claims[g].drop(node, ending: .removed, at: now) }
      resetsDue = now
      if view.members.contains(node) { actions.append(.notice(.removed(node))) }
      needsSettling = true
    }
  }

  /// When the next member would be removed if nothing more is heard.
  var nextRemoval: Instant {
    if isCatchingUp || doubtsItsEars { return .never }
    var earliest = Instant.never
    for i in peers.indices where peers[i].isLive {
      let deadline = peers[i].lastEvidence + timing.timeout + Duration(nanoseconds: 1)
      if deadline < earliest { earliest = deadline }
    }
    return earliest == .never ? .never : max(earliest, graceUntil)
  }

  /// What a vector says of us: our echo, our two-way exchange, and whether an older life of ours ran ahead.
  mutating func readEcho(
    _ entry: FreshnessEntry, from sender: NodeID, at now: Instant, into actions: inout [Action]
  ) {
    let i = sender.index
    if status == .listening { return noteShownLife(entry, at: now, into: &actions) }
    let isOurs = entry.incarnation == incarnation
    let evidence = isOurs ? entry.evidenceAge.duration : nil
    let missesUs = evidence.map { $0 > timing.timeout } ?? true
    if missesUs != (peers[i].missesUsSince != .never) {
      peers[i].missesUsSince = missesUs ? now : .never
      needsSettling = true
    }
    // No clock ever says the highest number, and nothing lies above it.
    if entry.incarnation.rawValue == .max { return }
    if entry.incarnation > incarnation {
      if yields(to: entry, at: now, into: &actions) { return }
      // A former life had a later clock. Go above it, or nobody would believe us.
      incarnation = Incarnation(entry.incarnation.rawValue + 1)
      triggerNow = true
      // We went on as a life that is over: its buckets are no longer ours.
      if isCatchingUp { giveUp(for: .joining, at: now, into: &actions) }
      return
    }
    guard isOurs, entry.sequence.rawValue > 0 else {
      return peers[i].showNothingNew(at: now, spacing: timing.interval / 2)
    }
    if let age = entry.serviceAge.duration {
      peers[i].heardUsOnService = max(peers[i].heardUsOnService, now - age)
    }
    if isCatchingUp, entry.sequence > sequence, entry.sequence.rawValue < .max / 2 {
      // What was kept of our sequence is older than it may be. Go above it, or nobody would listen.
      sequence = entry.sequence
      triggerNow = true
      return
    }
    guard entry.sequence > peers[i].echoed, entry.sequence <= sequence else {
      return peers[i].showNothingNew(at: now, spacing: timing.interval / 2)
    }
    let age = sequence.rawValue - entry.sequence.rawValue
    if age < UInt64(Node.sentRing) {
      let sent = sentAt[Int(entry.sequence.rawValue % UInt64(Node.sentRing))]
      if sent > lastEchoed { lastEchoed = sent }
      peers[i].echoedSince = max(peers[i].echoedSince, sent)
    }
    peers[i].exchange(entry.sequence, at: now, gap: timing.twoIntervals + timing.interval / 2)
  }
}

/// Who lives: evidence by any path, new lives, removals.
///
/// Evidence about a node is a pair of incarnation and sequence. It counts only if it is above what is known: heard from
/// the node itself, as of now, or read in a peer's vector, as of then. A higher incarnation is a new life, and what the
/// old one claimed is free. A node is removed when nobody has heard it for `tau`. What a vector says of *us* is the way
/// back: echoes, and lives or sequences of ours that are ahead of what we know.
extension Node {
  /// Nodes with evidence younger than `tau`, this one excluded.
  var liveNodes: NodeSet {
    var live = NodeSet()
    for i in peers.indices where peers[i].isLive { live.insert(NodeID(i)) }
    return live
  }

  /// Takes evidence that is newer than what is known; anything else changes nothing.
  mutating func freshen(
    _ node: NodeID, _ incarnation: Incarnation, _ sequence: SequenceNumber, at heardAt: Instant,
    now: Instant
  ) {
    let i = node.index
    guard peers[i].freshen(incarnation, sequence, at: heardAt), !peers[i].isLive,
      now - peers[i].lastEvidence <= timing.timeout
    else { return }
    peers[i].isLive = true
    schedule.settleSoon()
    schedule.reviewWake()
    // Its bits may have changed while we did not hear it.
    for g in groups.indices { claims[g].doubt(node, at: now) }
    schedule.reviewResets(by: now)
  }

  /// Begins a newer incarnation of a node: whatever the old one claimed is free.
  mutating func beginLife(of node: NodeID, _ incarnation: Incarnation, at now: Instant) {
    let i = node.index
    peers[i].beginLife(incarnation, at: now)
    for x in heardBy.indices { heardBy[x].remove(node) }
    for g in groups.indices {
      claims[g].drop(node, ending: .removed, at: now)
      if peers[i].isLive { claims[g].doubt(node, at: now) }
      sectionSequences[i * groups.count + g] = SequenceNumber(0)
    }
    schedule.settleSoon()
    schedule.reviewResets(by: now)
  }

  /// Removes every member that nobody has heard for longer than `tau`.
  mutating func removeSilent(at now: Instant, into actions: inout [Action]) {
    if now < graceUntil || isCatchingUp || doubtsItsEars { return }
    for i in peers.indices where peers[i].isLive && now - peers[i].lastEvidence > timing.timeout {
      let node = NodeID(i)
      let lastEvidence = peers[i].lastEvidence
      peers[i].close()
      for x in heardBy.indices { heardBy[x].remove(node) }
      for g in groups.indices { claims[g].drop(node, ending: .removed, at: now) }
      schedule.reviewResets(by: now)
      if view.members.contains(node) { actions.append(.notice(.removed(node))) }
      // Its last datagram may have been made with the withdrawn key.
      if let keyWithdrawnAt, lastEvidence <= keyWithdrawnAt { forgetLives(of: node) }
      schedule.settleSoon()
    }
  }

  /// Forgets how far each node that nobody hears had come: it may have been said with the withdrawn key. What the other
  /// nodes know is learned again, unless no node could go above it.
  mutating func forgetFloors(at now: Instant) {
    keyWithdrawnAt = now
    for i in peers.indices where i != id.index && !peers[i].isLive { forgetLives(of: NodeID(i)) }
  }

  private mutating func forgetLives(of node: NodeID) {
    peers[node.index].forgetLives()
    doubts[node.index] = DoubtedLife()
    for g in groups.indices { sectionSequences[node.index * groups.count + g] = SequenceNumber(0) }
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

  /// Reads what a vector says of us: our echo, our two-way exchange, and whether a life of ours is ahead of this one.
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
      schedule.settleSoon()
    }
    if isOurs, peers[i].noteEars(heard: entry.heardAge, at: now) { schedule.reviewWake() }
    if entry.incarnation > incarnation {
      guard mayGoAbove(entry.incarnation, at: now) else { return }
      let isOver = entry.evidenceAge.duration.map { $0 > timing.timeout } ?? true
      if !isOver, yields(to: entry, at: now, into: &actions) { return }
      // A later life of ours is over, or we went on as an earlier one: what it had is no longer ours.
      if isOver || isCatchingUp { return beginAgain(above: entry, at: now, into: &actions) }
      incarnation = entry.incarnation.next
      schedule.sendNow()
      return
    }
    guard isOurs, entry.sequence.rawValue > 0 else {
      return peers[i].showNothingNew(at: now, spacing: timing.interval / 2)
    }
    if let age = entry.serviceAge.duration {
      peers[i].heardUsOnService = max(peers[i].heardUsOnService, now - age)
    }
    if entry.sequence > sequence {
      guard entry.sequence.isPlausible(after: sequence), incarnation < .highest else { return }
      if !isCatchingUp { return beginAgain(above: entry, at: now, into: &actions) }
      // The sequence that was kept is too old. Go above what they know, or nobody would listen.
      sequence = entry.sequence
      schedule.sendNow()
      return
    }
    guard entry.sequence > peers[i].echoed else {
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

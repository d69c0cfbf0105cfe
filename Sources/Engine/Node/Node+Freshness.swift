/// What follows for ownership and the timer when a node lives again, begins a new life or is silent: see ``PeerTable``.
extension Node {
  /// Takes evidence that is newer than what is known; anything else changes nothing.
  mutating func freshen(
    _ node: NodeID, _ incarnation: Incarnation, _ sequence: SequenceNumber, at heardAt: Instant,
    now: Instant
  ) {
    guard peers.freshen(node, incarnation, sequence, at: heardAt, now: now, timeout: timing.timeout) else {
      return
    }
    schedule.settleSoon()
    schedule.reviewWake()
    // Its bits may have changed while we did not hear it.
    for g in groups.indices { groups[g].doubt(node, at: now) }
    schedule.reviewResets(by: now)
  }

  /// Begins a newer incarnation of a node: whatever the old one claimed is free.
  mutating func beginLife(of node: NodeID, _ incarnation: Incarnation, at now: Instant) {
    peers.beginLife(of: node, incarnation, at: now)
    for g in groups.indices {
      groups[g].drop(node, ending: .removed, at: now)
      if peers[node.index].isLive { groups[g].doubt(node, at: now) }
      groups[g].restart(node)
    }
    schedule.settleSoon()
    schedule.reviewResets(by: now)
  }

  /// Removes every member that nobody has heard for longer than `tau`.
  mutating func removeSilent(at now: Instant, into actions: inout [Action]) {
    if now < graceUntil || isCatchingUp || doubtsItsEars { return }
    for node in peers.silent(for: timing.timeout, at: now) {
      let isForgotten = peers.remove(node)
      for g in groups.indices {
        groups[g].drop(node, ending: .removed, at: now)
        if isForgotten { groups[g].restart(node) }
      }
      schedule.reviewResets(by: now)
      if view.members.contains(node) { actions.append(.notice(.removed(node))) }
      schedule.settleSoon()
    }
  }

  /// Forgets what each node that nobody hears may have said with the withdrawn key.
  mutating func withdrawKey(at now: Instant) {
    for node in peers.withdrawKey(at: now, own: id) { for g in groups.indices { groups[g].restart(node) } }
  }

  /// When the next member would be removed if nothing more is heard.
  var nextRemoval: Instant {
    if isCatchingUp || doubtsItsEars { return .never }
    let earliest = peers.firstSilence(for: timing.timeout)
    return earliest == .never ? .never : max(earliest, graceUntil)
  }

  /// Reads what a vector says of us: our echo, our two-way exchange, and whether a life of ours is ahead of this one.
  mutating func readEcho(
    _ entry: FreshnessEntry, from sender: NodeID, at now: Instant, into actions: inout [Action]
  ) {
    if status == .listening { return noteShownLife(entry, at: now, into: &actions) }
    let isOurs = entry.incarnation == incarnation
    let evidence = isOurs ? entry.evidenceAge.duration : nil
    let missesUs = evidence.map { $0 > timing.timeout } ?? true
    if peers[wayBackOf: sender].note(missesUs: missesUs, at: now) { schedule.settleSoon() }
    if isOurs, peers[wayBackOf: sender].noteEars(heard: entry.heardAge, at: now) { schedule.reviewWake() }
    if entry.incarnation > incarnation { return readLaterLife(entry, at: now, into: &actions) }
    guard isOurs, entry.sequence.rawValue > 0 else {
      return peers[wayBackOf: sender].showNothingNew(at: now, spacing: timing.interval / 2)
    }
    peers[wayBackOf: sender].noteService(entry.serviceAge, at: now)
    if entry.sequence > sequence { return readLaterWord(entry, at: now, into: &actions) }
    guard entry.sequence > peers[wayBackOf: sender].echoed else {
      return peers[wayBackOf: sender].showNothingNew(at: now, spacing: timing.interval / 2)
    }
    let sent = whenSent(entry.sequence)
    if let sent { lastEchoed = max(lastEchoed, sent) }
    peers[wayBackOf: sender].exchange(
      entry.sequence, sent: sent, at: now, gap: timing.twoIntervals + timing.interval / 2)
  }

  /// When a datagram of this life was sent; `nil` if that is not known any more.
  private func whenSent(_ sequence: SequenceNumber) -> Instant? {
    let age = self.sequence.rawValue - sequence.rawValue
    return age < UInt64(Node.sentRing) ? sentAt[Int(sequence.rawValue % UInt64(Node.sentRing))] : nil
  }

  /// Reads of a life of ours that is ahead of this one.
  private mutating func readLaterLife(_ entry: FreshnessEntry, at now: Instant, into actions: inout [Action])
  {
    guard mayGoAbove(entry.incarnation, at: now) else { return }
    let isOver = entry.evidenceAge.duration.map { $0 > timing.timeout } ?? true
    if !isOver, yields(to: entry, at: now, into: &actions) { return }
    // A later life of ours is over, or we went on as an earlier one: what it had is no longer ours.
    if isOver || isCatchingUp { return beginAgain(above: entry, at: now, into: &actions) }
    incarnation = entry.incarnation.next
    schedule.sendNow()
  }

  /// Reads of a datagram of this life that this node has not sent.
  private mutating func readLaterWord(_ entry: FreshnessEntry, at now: Instant, into actions: inout [Action])
  {
    guard entry.sequence.isPlausible(after: sequence), incarnation < .highest else { return }
    if !isCatchingUp { return beginAgain(above: entry, at: now, into: &actions) }
    // The sequence that was kept is too old. Go above what they know, or nobody would listen.
    sequence = entry.sequence
    schedule.sendNow()
  }
}

/// What a vector says of *us*: the way back (``WayBack``).
///
/// Nearly always it is an echo: the newest datagram of ours that the sender knows, and when it heard us. Three things are
/// odd. A node that says nothing is shown alive, by its former life or by another machine. A life of ours is shown that is
/// above this one. A datagram of this life is shown that this node has not sent: it was set back.
extension Node {
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
    let sent = life.whenSent(entry.sequence)
    if let sent { reach.noteEcho(sent: sent) }
    peers[wayBackOf: sender].exchange(
      entry.sequence, sent: sent, at: now, gap: timing.twoIntervals + timing.interval / 2)
  }

  /// Reads of a life of ours that is ahead of this one.
  private mutating func readLaterLife(_ entry: FreshnessEntry, at now: Instant, into actions: inout [Action])
  {
    guard weighOwnLife(entry.incarnation, at: now) else { return }
    let isOver = entry.evidenceAge.duration.map { $0 > timing.timeout } ?? true
    if !isOver, leaveID(to: entry, at: now, into: &actions) { return }
    // A later life of ours is over, or we went on as an earlier one: what it had is no longer ours.
    if isOver || isCatchingUp { return beginAgain(above: entry, at: now, into: &actions) }
    life.rise(above: entry.incarnation)
    schedule.sendNow()
  }

  /// Reads of a datagram of this life that this node has not sent.
  private mutating func readLaterWord(_ entry: FreshnessEntry, at now: Instant, into actions: inout [Action])
  {
    guard entry.sequence.isPlausible(after: sequence), incarnation < .highest else { return }
    if !isCatchingUp { return beginAgain(above: entry, at: now, into: &actions) }
    // The sequence that was kept is too old. Go above what they know, or nobody would listen.
    life.skip(to: entry.sequence)
    schedule.sendNow()
  }
}

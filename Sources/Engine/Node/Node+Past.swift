/// Datagrams that are older than what is known: what they still say, and who goes on sending them.
///
/// Their content is outdated. But what one shows of *us* is as true as ever: nobody can have heard more of this node
/// than it has sent. A node that reads of later datagrams of its own was set back, as a virtual machine to a snapshot.
/// The others drop what it says as old. If they were set back too, it drops what they say in the same way. So this is
/// read in every datagram.
///
/// Numbers are believed within bounds. Otherwise one datagram of an attacker who has the key could put a node's life
/// out of its own reach. A jump that no node makes counts only once it has gone on for `tau` while nothing else is
/// heard of the node. See ``Limits/incarnationStep``, and `docs/ownership.md` for what remains.
extension Node {
  /// Drops a datagram that is no news.
  mutating func ignore(
    _ reader: HeartbeatReader, at now: Instant, into actions: inout [Action]
  ) -> Outcome {
    if status != .listening, let ours = reader.entry(for: id), ours.incarnation >= incarnation {
      readPast(ours, at: now, into: &actions)
    }
    let sender = reader.sender
    if !peers[sender.index].isLive, peers.noteStale(sender, for: timing.timeout, at: now) {
      actions.append(.notice(.stale(sender)))
    }
    return .stale
  }

  /// Whether a datagram fits what is known of its sender.
  mutating func weigh(_ reader: HeartbeatReader, at now: Instant) -> Bool {
    let (i, life) = (reader.sender.index, reader.incarnation)
    if life == peers[i].incarnation { return reader.sequence.isPlausible(after: peers[i].sequence) }
    guard reader.sequence.isPlausible(after: SequenceNumber(0)) else { return false }
    if life.isPlausible(after: peers[i].incarnation) { return true }
    // If nothing is known of a node, the life may be one that others believe in already.
    let limit = peers[i].incarnation.rawValue == 0 ? Incarnation.highest : .highestDoubted
    guard life <= limit, !peers[i].isLive else { return false }
    return peers.noteDoubted(life, of: reader.sender, for: timing.timeout, at: now)
  }

  /// Whether this node may begin a life above another one of its id that it is shown.
  mutating func weighOwnLife(_ life: Incarnation, at now: Instant) -> Bool {
    // Above the highest there is none.
    guard life < .highest else { return false }
    if life.isPlausible(after: incarnation) { return true }
    guard life <= .highestDoubted, status == .listening || now - reach.lastEchoed > timing.timeout else {
      return false
    }
    return peers.noteDoubted(life, of: id, for: timing.timeout, at: now)
  }

  /// Begins a life above the one that others know of this node. It was set back, and its buckets are others'.
  mutating func beginAgain(above entry: FreshnessEntry, at now: Instant, into actions: inout [Action]) {
    let isOurs = entry.incarnation == incarnation
    actions.append(
      .notice(.setBack(heartbeats: isOurs ? entry.sequence.rawValue - sequence.rawValue : 0)))
    life.rise(above: entry.incarnation)
    schedule.sendNow(status != .listening)
    if status.isMember { releaseAll(entering: .joining, at: now, into: &actions) }
  }

  private mutating func readPast(
    _ entry: FreshnessEntry, at now: Instant, into actions: inout [Action]
  ) {
    if entry.incarnation == incarnation {
      guard !isCatchingUp, incarnation < .highest, entry.sequence > sequence,
        entry.sequence.isPlausible(after: sequence)
      else { return }
    } else {
      guard weighOwnLife(entry.incarnation, at: now) else { return }
    }
    beginAgain(above: entry, at: now, into: &actions)
  }
}

/// The suspicion that another machine uses this node's id.
///
/// It comes in three ways. Datagrams with our id that are not ours arrive (``DuplicateProof``). The others' vectors show
/// our id alive while we say nothing, or in a life above ours (``ShownLife``). Another machine answers for our address.
///
/// A node that is up defends its id by a higher incarnation, since a newcomer then stays away. Two nodes that are both
/// up would go on so for ever, so defences are counted, and forgotten after some time without any.
struct DuplicateSuspicion: Sendable {
  private var proof = DuplicateProof()
  /// When the other machine was last heard or shown.
  private var lastSeen: Instant?
  /// The newest life of our own id that others show while we say nothing: another machine's if it goes on.
  private(set) var shown = ShownLife()
  /// How often this node has raised its incarnation above another machine's, and when last.
  private var defences = 0
  private var lastDefence = Instant.zero
  /// When another machine last answered for an address of this node's.
  private var lastAddressTaken: Instant?

  /// A switch of the configuration does not end a suspicion.
  func adapted(to nodeCount: Int) -> DuplicateSuspicion {
    var next = self
    next.proof.resize(to: nodeCount)
    return next
  }

  // MARK: Datagrams with our id

  /// Takes a datagram with our id that is not ours: see ``DuplicateProof/note(_:peers:witnesses:at:pause:)``.
  mutating func hear(
    _ reader: HeartbeatReader, _ peers: PeerTable, witnesses: NodeSet, at now: Instant, pause: Duration
  ) -> Bool { proof.note(reader, peers: peers, witnesses: witnesses, at: now, pause: pause) }

  /// Whether such datagrams have proven another machine no longer ago than `time`.
  func isProven(within time: Duration, at now: Instant) -> Bool { proof.isProven(within: time, at: now) }

  /// Believes that another machine was heard. One late datagram of a former life proves nothing: another machine goes on
  /// talking. - Returns: whether it has gone on for `time` since the suspicion began, or since this was true last.
  mutating func see(for time: Duration, at now: Instant) -> Bool {
    lastSeen = now
    if now - proof.since < time { return false }
    proof.restartWaiting(at: now)
    return true
  }

  /// Whether another machine was heard, or shown, no longer ago than `time`.
  func isSeen(within time: Duration, at now: Instant) -> Bool { lastSeen.map { now - $0 <= time } ?? false }

  // MARK: Lives that others show

  /// Takes over what an entry shows of our id while we are silent.
  mutating func noteShown(_ entry: FreshnessEntry, heardAt: Instant, now: Instant) {
    shown.note(entry, heardAt: heardAt, now: now)
  }

  /// Takes over what an entry shows of another machine, to which this node leaves the id now.
  mutating func yield(to entry: FreshnessEntry, heardAt: Instant, now: Instant) {
    shown = ShownLife()
    shown.note(entry, heardAt: heardAt, now: now)
  }

  /// Believes that others have shown another machine. - Returns: whether that was not so for `time`.
  mutating func seeShown(after time: Duration, nodeCount: Int, at now: Instant) -> Bool {
    let isKnown = isSeen(within: time, at: now)
    lastSeen = now
    if !isKnown { proof.begin(nodeCount: nodeCount, at: now) }
    return !isKnown
  }

  /// Counts one more defence of the id.
  /// - Parameters:
  ///   - longest: how many defences there may be in a row.
  ///   - rest: how long a time without a defence resets the count.
  /// - Returns: `false` if there have been enough.
  mutating func defend(longest: Int, rest: Duration, at now: Instant) -> Bool {
    if now - lastDefence > rest { defences = 0 }
    if defences >= longest { return false }
    defences += 1
    lastDefence = now
    return true
  }

  // MARK: Our address

  mutating func noteAddressTaken(at now: Instant) { lastAddressTaken = now }

  /// Until when the last answer for our address counts, which it does for `time`.
  func addressIsDoubtedUntil(_ time: Duration) -> Instant { lastAddressTaken.map { $0 + time } ?? .zero }
}

/// The other nodes, as this one knows them: how far each has come (``Peer``), and who hears whom.
///
/// Freshness decides who lives. Evidence about a node is a pair of incarnation and sequence. It counts only if it is
/// above what is known: heard from the node itself, as of now, or read in a peer's vector, as of then. A higher
/// incarnation is a new life. A node is removed when nobody has heard it for `tau`.
///
/// The table keeps in two directions which node hears which. ``Peer/hears`` is ordered by the node that hears, as
/// vectors say it; ``hearers(of:)`` by the node that is heard, as relaying asks it. Only this type changes them, and
/// always both.
///
/// Some numbers are not believed at once. A life far above the one that is known is *doubted* until it has gone on for
/// `tau`. Old datagrams of a node that nobody hears are noted, since somebody may be sending recorded ones. When a key is
/// withdrawn, what may have been said with it is forgotten.
struct PeerTable: Sendable {
  /// By node id; this node's own entry stays empty.
  private(set) var all: [Peer]
  /// By node: which nodes' vectors show that they hear it directly.
  private var heardBy: [NodeSet]
  /// By node, this one included: a life whose number is too high to be believed at once.
  private var doubts: [DoubtedLife]
  /// By node: old heartbeats that come although nobody hears the node; and the nodes of which that has been said.
  private var staleWords: [Recurrence]
  private var saidStale = NodeSet.empty
  /// When the backend last ceased to accept a key.
  private var keyWithdrawnAt: Instant?

  /// A table in which nothing is known of anyone.
  init(nodeCount: Int) {
    all = [Peer](repeating: Peer(), count: nodeCount)
    heardBy = [NodeSet](repeating: .empty, count: nodeCount)
    doubts = [DoubtedLife](repeating: DoubtedLife(), count: nodeCount)
    staleWords = [Recurrence](repeating: Recurrence(), count: nodeCount)
  }

  /// The table of a node that switches to another configuration. A node that the new list does not have is no member,
  /// and was none.
  func adapted(to nodeCount: Int) -> PeerTable {
    var next = self
    let configured = NodeSet(first: nodeCount)
    next.all = resized(all, to: nodeCount, Peer())
    next.heardBy = resized(heardBy, to: nodeCount, .empty)
    next.doubts = resized(doubts, to: nodeCount, DoubtedLife())
    next.staleWords = resized(staleWords, to: nodeCount, Recurrence())
    next.saidStale = saidStale.intersection(configured)
    for i in next.all.indices {
      next.all[i].adapt(to: configured)
      next.heardBy[i] = next.heardBy[i].intersection(configured)
    }
    return next
  }

  private func resized<T>(_ array: [T], to count: Int, _ added: T) -> [T] {
    var resized = [T](repeating: added, count: count)
    for i in 0..<min(count, array.count) { resized[i] = array[i] }
    return resized
  }

  var indices: Range<Int> { all.indices }

  /// What is known of a node, by its index.
  subscript(i: Int) -> Peer { @inline(__always) _read { yield all[i] } }

  /// The nodes whose vectors show that they hear a node directly.
  func hearers(of node: NodeID) -> NodeSet { heardBy[node.index] }

  // MARK: Lives

  /// Takes evidence; what is no newer than what is known changes nothing. - Returns: whether the node lives again.
  mutating func freshen(
    _ node: NodeID, _ life: Incarnation, _ sequence: SequenceNumber, at heardAt: Instant, now: Instant,
    timeout: Duration
  ) -> Bool { all[node.index].freshen(life, sequence, at: heardAt, now: now, timeout: timeout) }

  mutating func raiseFloor(of node: NodeID, to sequence: SequenceNumber, heardAt: Instant) {
    all[node.index].raiseFloor(sequence, heardAt: heardAt)
  }

  /// Begins a newer incarnation of a node.
  mutating func beginLife(of node: NodeID, _ life: Incarnation, at now: Instant) {
    all[node.index].beginLife(life, at: now)
    forgetEars(of: node)
  }

  /// Removes a node that nobody has heard for longer than `tau`.
  /// - Returns: whether its lives are forgotten: its last datagram may have been made with the withdrawn key.
  mutating func remove(_ node: NodeID) -> Bool {
    let lastEvidence = all[node.index].lastEvidence
    all[node.index].close()
    forgetEars(of: node)
    guard let keyWithdrawnAt, lastEvidence <= keyWithdrawnAt else { return false }
    forgetLives(of: node)
    return true
  }

  private mutating func forgetEars(of node: NodeID) { for x in heardBy.indices { heardBy[x].remove(node) } }

  /// Forgets how far each node that nobody hears had come: it may have been said with the withdrawn key. What the other
  /// nodes know is learned again, unless no node could go above it.
  /// - Returns: the nodes of which everything is forgotten.
  mutating func withdrawKey(at now: Instant, own id: NodeID) -> NodeSet {
    keyWithdrawnAt = now
    var forgotten = NodeSet.empty
    for i in all.indices where i != id.index && !all[i].isLive {
      forgetLives(of: NodeID(i))
      forgotten.insert(NodeID(i))
    }
    return forgotten
  }

  private mutating func forgetLives(of node: NodeID) {
    all[node.index].forgetLives()
    doubts[node.index] = DoubtedLife()
  }

  /// Restores what an earlier daemon knew of a node: see ``Peer/restore(_:renewed:isLive:hasHeardUs:at:)``.
  mutating func restore(
    _ node: NodeID, _ last: ResumedPeer, renewed: Instant, isLive: Bool, hasHeardUs: Bool, at now: Instant
  ) { all[node.index].restore(last, renewed: renewed, isLive: isLive, hasHeardUs: hasHeardUs, at: now) }

  /// Restores how far a node had come.
  mutating func restoreFloor(_ node: NodeID, _ last: ResumedPeer) { all[node.index].restoreFloor(last) }

  // MARK: Hearing

  mutating func hearOnService(_ node: NodeID, _ sequence: SequenceNumber, at heardAt: Instant) {
    all[node.index].hearOnService(sequence, at: heardAt)
  }

  /// Hears a datagram from its sender itself. - Returns: whether it was not heard before on any network.
  mutating func hear(_ node: NodeID, _ sequence: SequenceNumber, at heardAt: Instant, gap: Duration) -> Bool {
    all[node.index].hear(sequence, at: heardAt, gap: gap)
  }

  /// Takes over a datagram's header. - Returns: whether something changed that ownership depends on.
  mutating func read(_ reader: HeartbeatReader) -> Bool { all[reader.sender.index].read(reader) }

  /// Takes over what can be read of a datagram of another configuration. - Returns: whether the configuration is news.
  mutating func readForeign(_ reader: HeartbeatReader) -> Bool {
    all[reader.sender.index].readForeign(reader)
  }

  /// Replaces what is known of whom a node hears, for the slice of nodes that its datagram spoke of.
  mutating func note(hears: NodeSet, of slice: NodeSet, by node: NodeID) {
    for x in all[node.index].note(hears: hears, of: slice) {
      if hears.contains(x) { heardBy[x.index].insert(node) } else { heardBy[x.index].remove(node) }
    }
  }

  /// What a node's vector shows of us.
  subscript(wayBackOf node: NodeID) -> WayBack {
    @inline(__always) _read { yield all[node.index].wayBack }
    @inline(__always) _modify { yield &all[node.index].wayBack }
  }

  /// Makes the next two-way exchange with each node the first in a row.
  mutating func restartExchanges() { for i in all.indices { all[i].wayBack.restartExchanges() } }

  // MARK: What is odd

  /// Takes a datagram of a life that was too high to be believed.
  /// - Returns: whether the life has gone on for `time`, without a longer silence.
  mutating func noteDoubted(_ life: Incarnation, of node: NodeID, for time: Duration, at now: Instant) -> Bool
  { doubts[node.index].note(life, for: time, at: now) }

  /// Takes an old datagram of a node that nobody hears.
  /// - Returns: whether such datagrams have come again and again for `time`, and that is to be said.
  mutating func noteStale(_ node: NodeID, for time: Duration, at now: Instant) -> Bool {
    if !staleWords[node.index].goesOn(at: now, pause: time) { saidStale.remove(node) }
    staleWords[node.index].note(at: now, pause: time)
    guard staleWords[node.index].lasts(for: time), !saidStale.contains(node) else { return false }
    saidStale.insert(node)
    return true
  }

  /// Takes a boot id that may be read. - Returns: whether it proves two machines with the node's id, and that is to be
  /// said.
  mutating func noteBoot(_ reader: HeartbeatReader) -> Bool {
    all[reader.sender.index].sharedID.hear(reader.bootID)
  }

  /// Takes a datagram of a life that is over, heard from its sender itself. - Returns: as ``noteBoot(_:)``.
  mutating func noteFormerLife(_ reader: HeartbeatReader) -> Bool {
    all[reader.sender.index].sharedID.hear(formerLife: reader.incarnation, reader.sequence)
  }

  /// Counts a return of a node.
  mutating func penalize(_ node: NodeID, _ life: LifeSettings, at now: Instant) {
    all[node.index].penalty.add(life.flapPenalty, at: now, halfLife: life.flapHalfLife)
  }
}

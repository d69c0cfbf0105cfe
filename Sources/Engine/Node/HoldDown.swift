/// Flap hold-down: a node that comes back too often stays in standby for a while.
///
/// The flapping node forgets with every restart, so the others remember. Each counts the returns of each peer
/// (``FlapPenalty``), and says in its heartbeats which nodes it holds down. A node obeys if most members that it hears
/// hold it down, so the table stays a function of what nodes say of themselves. A node that an operator resumes overrides
/// them: it says so, and they forget what they have counted.
struct HoldDown: Sendable {
  /// The nodes that this one holds down.
  private(set) var held = NodeSet.empty
  /// Whether an operator resumed this node although others hold it down.
  private(set) var isOverridden = false

  /// - Parameter held: the nodes that an earlier daemon held down.
  init(held: NodeSet = .empty) { self.held = held }

  func adapted(to configured: NodeSet) -> HoldDown {
    var next = self
    next.held = held.intersection(configured)
    return next
  }

  /// Works out which nodes this one holds down: from a penalty above the suppress threshold until its decay to the reuse
  /// threshold.
  mutating func update(_ peers: PeerTable, _ life: LifeSettings, at now: Instant) {
    var next = NodeSet()
    if life.flapPenalty > 0 {
      for i in peers.indices where !peers[i].penalty.isZero {
        let threshold = held.contains(NodeID(i)) ? life.flapReuse : life.flapSuppress
        if peers[i].penalty.points(at: now, halfLife: life.flapHalfLife) > threshold {
          next.insert(NodeID(i))
        }
      }
    }
    held = next
  }

  /// Overrides the others, until none of them holds this node down any more.
  mutating func override() { isOverridden = true }

  mutating func endOverride() { isOverridden = false }

  /// Whether most live members hold a node down. Of two nodes that hold each other down the lower id goes on.
  func holdsDown(_ id: NodeID, _ peers: PeerTable) -> Bool {
    if isOverridden { return false }
    let (members, holders) = (peers.members.count, peers.holders(of: id))
    if members == 1, let holder = holders.first { return holder < id }
    return holders.count * 2 > members
  }
}

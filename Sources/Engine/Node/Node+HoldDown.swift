/// Flap hold-down: a node that comes back too often stays in standby for a while.
///
/// The flapping node forgets with every restart, so the others remember. Each counts the returns of each peer, and says
/// in its heartbeats which nodes it holds down. A node obeys if most members that it hears hold it down, so the table
/// stays a function of what nodes say of themselves. A node that an operator resumes overrides them: it says so, and
/// they forget what they have counted.
extension Node {
  /// The nodes that this one holds down: from a penalty above the suppress threshold until its decay to the reuse
  /// threshold.
  func heldDown(at now: Instant) -> NodeSet {
    var held = NodeSet()
    guard settings.life.flapPenalty > 0 else { return held }
    let halfLife = settings.life.flapHalfLife
    for i in peers.indices where !peers[i].penalty.isZero {
      let threshold = isHolding.contains(NodeID(i)) ? settings.life.flapReuse : settings.life.flapSuppress
      if peers[i].penalty.points(at: now, halfLife: halfLife) > threshold { held.insert(NodeID(i)) }
    }
    return held
  }

  /// Whether most live members hold us down. Of two nodes that hold each other down the lower id goes on.
  var isHeldDown: Bool {
    if overridesHoldDown { return false }
    let (members, holders) = (peers.members.count, holders)
    if members == 1, let holder = holders.first { return holder < id }
    return holders.count * 2 > members
  }

  /// The members that hold this node down.
  var holders: NodeSet { peers.holders(of: id) }

  /// Done with every heartbeat: works out which nodes we hold down, and drains towards standby if we are held down.
  mutating func obeyHoldDown(at now: Instant, into actions: inout [Action]) {
    isHolding = heldDown(at: now)
    if overridesHoldDown, status == .up, holders.isEmpty { overridesHoldDown = false }
    guard status == .up, isHeldDown, view.serving.count > 1 else { return }
    actions.append(.notice(.heldDown(by: holders)))
    // The drain lets its flows end. It ends in standby instead of leaving.
    endsDrainInStandby = true
    drainUntil = now + settings.life.drainDeadline
    change(to: .draining, at: now, into: &actions)
  }
}

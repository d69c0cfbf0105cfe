/// Obeying the members that hold this node down: see ``HoldDown``.
extension Node {
  /// The members that hold this node down.
  var holders: NodeSet { peers.holders(of: id) }

  var isHeldDown: Bool { holdDown.holdsDown(id, peers) }

  /// Done with every heartbeat: works out which nodes we hold down, and drains towards standby if we are held down.
  mutating func obeyHoldDown(at now: Instant, into actions: inout [Action]) {
    holdDown.update(peers, settings.life, at: now)
    if holdDown.isOverridden, status == .up, holders.isEmpty { holdDown.endOverride() }
    guard status == .up, isHeldDown, view.serving.count > 1 else { return }
    actions.append(.notice(.heldDown(by: holders)))
    // The drain lets its flows end. It ends in standby instead of leaving.
    lifecycle.planDrain(until: now + settings.life.drainDeadline, inStandby: true)
    change(to: .draining, at: now, into: &actions)
  }
}

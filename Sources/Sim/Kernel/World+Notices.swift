import Engine

extension World {
  /// Takes what a node says of itself: the story, the times of view changes and the count of removals.
  mutating func note(_ notice: Notice, of n: Int) {
    let node = NodeID(n)
    switch notice {
    case .view(_, let serving, let digest, let epoch):
      trace.record(now, 0x81, UInt64(n) << 56 ^ epoch.rawValue, digest.rawValue)
      if meters.ownership.formedAt != nil { viewChanges += 1 }
      meters.rebalances.viewChanged(of: node, serving: serving, at: now)
    case .removed(let member):
      trace.record(now, 0x82, UInt64(n), UInt64(member.rawValue))
      let m = machines[member.index]
      let isFalse = removals.removed(
        member, by: node, undisturbedSince: m.canStep ? m.undisturbedSince : nil, at: now)
      if isFalse { story.falseRemoval(of: member, by: node, at: now) }
      missing[member.index].insert(node)
      traffic.nodeMissed(member)
    case .returned(let member), .joined(let member): found(member, by: node)
    case .status(let status, _):
      trace.record(now, 0x83, UInt64(n), UInt64(status.rawValue))
      inServiceChanged()
      if status == .up { holdEnds(of: node) }
      // It forgets with its life that it is held, and is told so by the others when it is back.
      if status == .standby, case .heldDown? = nodes[n].obstacle(at: now) { holdBegins(of: node) }
    case .heldDown: holdBegins(of: node)
    case .drained(let cut): drained.append(DrainedNode(node: node, at: now, flowsCut: cut))
    case .configurationSwitched: switched(n)
    default: break
    }
    story.notice(notice, of: node, at: now)
  }

  /// An observer counts with a node again.
  private mutating func found(_ node: NodeID, by observer: NodeID) {
    guard missing[node.index].contains(observer) else { return }
    missing[node.index].remove(observer)
    if missing[node.index].isEmpty { traffic.nodeFound(node, at: now) }
  }

  /// Others keep a node out that came back too often.
  private mutating func holdBegins(of node: NodeID) {
    if heldDown.contains(where: { $0.node == node && $0.until == nil }) { return }
    heldDown.append(HeldDown(node: node, from: now))
  }

  private mutating func holdEnds(of node: NodeID) {
    guard let last = heldDown.lastIndex(where: { $0.node == node && $0.until == nil }) else { return }
    heldDown[last].until = now
  }

  /// A daemon that is gone misses nobody, and nobody holds it.
  mutating func missesNobody(_ n: Int) {
    holdEnds(of: NodeID(n))
    for node in missing.indices { found(NodeID(node), by: NodeID(n)) }
  }
}

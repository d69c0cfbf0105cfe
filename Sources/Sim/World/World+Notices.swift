import Engine

extension World {
  /// Takes a node's own notice into the story, and into the few measures that notices feed: see ``World``.
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
      // A new life begins without knowing the hold-down. The others tell the node, and it goes into standby.
      if status == .standby, case .heldDown? = nodes[n].obstacle(at: now) { holdBegins(of: node) }
    case .heldDown: holdBegins(of: node)
    case .drained(let cut): drained.append(DrainedNode(node: node, at: now, flowsCut: cut))
    case .configurationSwitched: switched(n)
    default: break
    }
    story.notice(notice, of: node, at: now)
  }

  /// An observer has a node in its view again.
  private mutating func found(_ node: NodeID, by observer: NodeID) {
    guard missing[node.index].contains(observer) else { return }
    missing[node.index].remove(observer)
    if missing[node.index].isEmpty { traffic.nodeFound(node, at: now) }
  }

  /// The other nodes keep a node out of service that came back too often.
  private mutating func holdBegins(of node: NodeID) {
    if heldDown.contains(where: { $0.node == node && $0.until == nil }) { return }
    heldDown.append(HeldDown(node: node, from: now))
  }

  private mutating func holdEnds(of node: NodeID) {
    guard let last = heldDown.lastIndex(where: { $0.node == node && $0.until == nil }) else { return }
    heldDown[last].until = now
  }

  /// A node whose daemon is gone misses no other node, and its hold-down ends.
  mutating func missesNobody(_ n: Int) {
    holdEnds(of: NodeID(n))
    for node in missing.indices { found(NodeID(node), by: NodeID(n)) }
  }
}

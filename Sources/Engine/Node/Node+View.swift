/// The view and the table that follows from it.
extension Node {
  /// Whether a node of this status can be a target or hold buckets.
  static func isMember(_ status: Status) -> Bool {
    status == .up || status == .draining || status == .detached
  }

  /// Brings view, table and ownership up to date with what is known.
  mutating func settle(at now: Instant, into actions: inout [Action]) {
    schedule.beginSettling()
    if isCatchingUp, !catchUp(at: now, into: &actions) { return }
    switchIfAllStaged(at: now, into: &actions)
    updateView(at: now, into: &actions)
    checkQuorum(at: now, into: &actions)
    decideOwnership(at: now, into: &actions)
  }

  private mutating func updateView(at now: Instant, into actions: inout [Action]) {
    var members = NodeSet()
    var up = NodeSet()
    var detached = NodeSet()
    var digest = Digest()
    for i in peers.indices {
      let node = NodeID(i)
      let status = node == id ? self.status : peers[i].status
      let life = node == id ? incarnation : peers[i].incarnation
      guard node == id || isInView(peers[i]) else { continue }
      guard Node.isMember(status) else { continue }
      members.insert(node)
      if status == .up { up.insert(node) }
      if status == .detached { detached.insert(node) }
      digest.combine(UInt64(i) << 8 | UInt64(status.rawValue))
      digest.combine(life.rawValue)
      for g in groups.indices { digest.combine(UInt64(weight(of: node, in: g))) }
    }
    // No node is skipped if that would skip all.
    let serving = !up.isEmpty ? up : !detached.isEmpty ? detached : members
    let next = View(members: members, serving: serving, digest: digest)
    if next == view { return }
    let previous = view
    view = next
    earlierViewSince = viewSince
    viewSince = now
    departed = departed.union(previous.members.subtracting(NodeSet(id))).subtracting(members)
    // A node that is no member any more has no flows.
    schedule.reviewResets(by: now)
    noteArrivals(since: previous, at: now, into: &actions)
    if previous.members != members || previous.serving != serving {
      epoch = Epoch(epoch.rawValue + 1)
      actions.append(.notice(.view(members: members, serving: serving, digest: digest, epoch: epoch)))
    }
    updateTargets()
    trigger(at: now)
  }

  private func isInView(_ peer: Peer) -> Bool {
    peer.isLive && peer.hasContent
      && (peer.configuration == configuration || configurationIsTransitional(of: peer))
  }

  /// The runtime weight of a member.
  func weight(of node: NodeID, in group: Int) -> UInt16 {
    node == id ? weights[group] : peerWeights[node.index * groups.count + group]
  }

  mutating func updateTargets() {
    var memberWeights = [UInt16](repeating: 0, count: settings.nodeCount)
    for g in groups.indices {
      for node in view.members { memberWeights[node.index] = weight(of: node, in: g) }
      farm.tables[g].targets(serving: view.serving, weights: memberWeights, into: &targets[g])
    }
  }

  /// Says who came and went, and counts returns against flapping.
  private mutating func noteArrivals(since previous: View, at now: Instant, into actions: inout [Action]) {
    for node in view.members.subtracting(previous.members) where node != id {
      let i = node.index
      let isBack =
        peers[i].removedIncarnation == peers[i].incarnation && peers[i].removedIncarnation.rawValue != 0
      actions.append(.notice(isBack ? .returned(node) : .joined(node)))
      let halfLife = settings.life.flapHalfLife
      if previous.members.isEmpty || settings.life.flapPenalty == 0 { continue }
      peers[i].penalty = peers[i].penalty(at: now, halfLife: halfLife) + settings.life.flapPenalty
      peers[i].penaltyAt = now
    }
    for node in previous.members.subtracting(view.members) where node != id && peers[node.index].isLive {
      actions.append(.notice(.left(node)))
    }
  }
}

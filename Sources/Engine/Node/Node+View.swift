/// The view and the table that follows from it.
extension Node {
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
      guard status.isMember else { continue }
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
    let isNewEpoch = views.change(to: next, own: id, at: now)
    // A node that is no member any more has no flows.
    schedule.reviewResets(by: now)
    noteArrivals(since: previous, at: now, into: &actions)
    if isNewEpoch {
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
    node == id ? groups[group].weight : groups[group].claims.weights[node.index]
  }

  mutating func updateTargets() {
    var memberWeights = [UInt16](repeating: 0, count: settings.nodeCount)
    for g in groups.indices {
      for node in view.members { memberWeights[node.index] = weight(of: node, in: g) }
      groups[g].updateTargets(farm.tables[g], serving: view.serving, weights: memberWeights)
    }
  }

  /// Says who came and went, and counts returns against flapping.
  private mutating func noteArrivals(since previous: View, at now: Instant, into actions: inout [Action]) {
    for node in view.members.subtracting(previous.members) where node != id {
      actions.append(.notice(peers[node.index].hasReturned ? .returned(node) : .joined(node)))
      if previous.members.isEmpty || settings.life.flapPenalty == 0 { continue }
      peers.penalize(node, settings.life, at: now)
    }
    for node in previous.members.subtracting(view.members) where node != id && peers[node.index].isLive {
      actions.append(.notice(.left(node)))
    }
  }
}

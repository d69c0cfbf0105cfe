/// What follows for ownership and the timer when a node lives again, begins a new life or is silent: see ``PeerTable``.
extension Node {
  /// Takes evidence that is newer than what is known; anything else changes nothing.
  mutating func freshen(
    _ node: NodeID, _ incarnation: Incarnation, _ sequence: SequenceNumber, at heardAt: Instant,
    now: Instant
  ) {
    guard peers.freshen(node, incarnation, sequence, at: heardAt, now: now, timeout: timing.timeout) else {
      return
    }
    schedule.settleSoon()
    schedule.reviewWake()
    // Its bits may have changed while we did not hear it.
    for g in groups.indices { groups[g].doubt(node, at: now) }
    schedule.reviewResets(by: now)
  }

  /// Begins a newer incarnation of a node: whatever the old one claimed is free.
  mutating func beginLife(of node: NodeID, _ incarnation: Incarnation, at now: Instant) {
    peers.beginLife(of: node, incarnation, at: now)
    for g in groups.indices {
      groups[g].drop(node, ending: .removed, at: now)
      if peers[node.index].isLive { groups[g].doubt(node, at: now) }
      groups[g].restart(node)
    }
    schedule.settleSoon()
    schedule.reviewResets(by: now)
  }

  /// Removes every member that nobody has heard for longer than `tau`.
  mutating func removeSilent(at now: Instant, into actions: inout [Action]) {
    if now < pause.graceUntil || isCatchingUp || doubtsItsEars { return }
    for node in peers.silent(for: timing.timeout, at: now) {
      let isForgotten = peers.remove(node)
      for g in groups.indices {
        groups[g].drop(node, ending: .removed, at: now)
        if isForgotten { groups[g].restart(node) }
      }
      schedule.reviewResets(by: now)
      if view.members.contains(node) { actions.append(.notice(.removed(node))) }
      schedule.settleSoon()
    }
  }

  /// Forgets what each node that nobody hears may have said with the withdrawn key.
  mutating func withdrawKey(at now: Instant) {
    for node in peers.withdrawKey(at: now, own: id) { for g in groups.indices { groups[g].restart(node) } }
  }

  /// When the next member would be removed if nothing more is heard.
  var nextRemoval: Instant {
    if isCatchingUp || doubtsItsEars { return .never }
    let earliest = peers.firstSilence(for: timing.timeout)
    return earliest == .never ? .never : max(earliest, pause.graceUntil)
  }
}

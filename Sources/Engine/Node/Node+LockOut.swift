/// Heartbeats of this farm that fit none of this node's keys.
///
/// A node with the wrong key hears nobody. It would believe that it is alone, and take every bucket that the others
/// serve. So a node that has yet to serve does not come up alone while such heartbeats arrive from nodes' addresses.
/// But anybody on the segment can send them. So they count only
/// - until ``Timing/lockOut`` after the start, whatever comes;
/// - at a node that has not been up since its start: a node goes on serving what it serves;
/// - from an address from which no heartbeat comes that fits a key. A node that is heard has the key, and what else
///   comes from its address is forged.
///
/// An operator who knows better resumes the node.
extension Node {
  mutating func note(unauthenticated node: NodeID, at now: Instant, into actions: inout [Action]) {
    guard node != id, node.index < settings.nodeCount else { return }
    if !hearsUnexplained(at: now) { unauthenticatedNodes = .empty }
    if !unauthenticatedNodes.contains(node) { actions.append(.notice(.unauthenticated(from: node))) }
    unauthenticatedNodes.insert(node)
    lastUnauthenticated = now
  }

  /// Whether a farm may be there whose key this node does not have.
  func isLockedOut(at now: Instant) -> Bool {
    guard hearsUnexplained(at: now), upSince == .zero, !isResumed, now - startedAt < timing.lockOut else {
      return false
    }
    for node in unauthenticatedNodes {
      let peer = peers[node.index]
      if !peer.hasBeenHeard || now - peer.lastHeard > timing.timeout { return true }
    }
    return false
  }

  private func hearsUnexplained(at now: Instant) -> Bool {
    lastUnauthenticated.map { now - $0 <= timing.timeout } ?? false
  }
}

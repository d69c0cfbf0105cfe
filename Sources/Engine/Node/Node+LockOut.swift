/// Staying away from a farm whose key this node does not have: see ``LockOut``.
extension Node {
  mutating func note(unauthenticated node: NodeID, at now: Instant, into actions: inout [Action]) {
    guard node != id, node.index < settings.nodeCount else { return }
    if lockOut.note(node, timeout: timing.timeout, at: now) {
      actions.append(.notice(.unauthenticated(from: node)))
    }
  }

  /// Whether a farm may be there whose key this node does not have.
  func isLockedOut(at now: Instant) -> Bool {
    lifecycle.upSince == .zero && !lifecycle.isOverruled && now - lifecycle.startedAt < timing.lockOut
      && lockOut.isJustified(peers, timeout: timing.timeout, at: now)
  }
}

/// Heartbeats of this farm that this node's key does not explain.
///
/// A node with the wrong key hears nobody, and would believe to be alone and take every bucket that the others serve.
/// So a node that has yet to join does not come up alone while such heartbeats arrive from nodes' addresses. To one
/// that is up they mean nothing: else whoever can send from a node's address could stop a farm.
extension Node {
  mutating func note(unauthenticated node: NodeID, at now: Instant, into actions: inout [Action]) {
    guard node != id, node.index < settings.nodeCount else { return }
    if !isLockedOut(at: now) { unauthenticatedNodes = .empty }
    if !unauthenticatedNodes.contains(node) { actions.append(.notice(.unauthenticated(from: node))) }
    unauthenticatedNodes.insert(node)
    lastUnauthenticated = now
  }

  /// Whether a farm may be there that this node has no key for.
  func isLockedOut(at now: Instant) -> Bool {
    guard let lastUnauthenticated else { return false }
    return now - lastUnauthenticated <= timing.timeout
  }
}

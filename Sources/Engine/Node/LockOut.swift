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
struct LockOut: Sendable {
  /// When such a heartbeat last came.
  private var last: Instant?
  /// The nodes from whose addresses they come, since the last time that there were none for `tau`.
  private(set) var nodes = NodeSet.empty

  func adapted(to configured: NodeSet) -> LockOut {
    var next = self
    next.nodes = nodes.intersection(configured)
    return next
  }

  /// Takes one from a node's address. - Returns: whether it is the first from there.
  mutating func note(_ node: NodeID, timeout: Duration, at now: Instant) -> Bool {
    if !goesOn(for: timeout, at: now) { nodes = .empty }
    let isFirst = !nodes.contains(node)
    nodes.insert(node)
    last = now
    return isFirst
  }

  /// Whether a farm may be there whose key this node does not have, as far as heartbeats tell.
  func isJustified(_ peers: PeerTable, timeout: Duration, at now: Instant) -> Bool {
    if !goesOn(for: timeout, at: now) { return false }
    for node in nodes {
      let peer = peers[node.index]
      if !peer.hasBeenHeard || now - peer.lastHeard > timeout { return true }
    }
    return false
  }

  private func goesOn(for timeout: Duration, at now: Instant) -> Bool {
    last.map { now - $0 <= timeout } ?? false
  }
}

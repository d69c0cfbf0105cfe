/// Releasing everything to members that we hear and that have lost us: they are about to remove us and to take our
/// buckets. Only we know that.
///
/// The heartbeats of such a member arrive here, and what they show of us does not move on. So nothing that we send
/// reaches it, or the nodes that it hears, by any path. When they remove us they take all our buckets together. So we
/// release them just before, and keep the flows that we track. A node that nobody hears at all becomes isolated
/// instead.
///
/// Why a member has lost us makes no difference, with one exception: a node at which no frame arrives serves nobody
/// (`Node+Deaf.swift`), so nobody yields to it.
extension Node {
  /// How many heartbeats in a row must show nothing new of us: fewer may be chance.
  private static let wordsOfLoss = 3

  /// When a member removes us if it hears nothing more of us; `nil` while it hears us, or if it serves nobody.
  private func yieldDeadline(to i: Int) -> Instant? {
    let peer = peers[i]
    guard peer.isLive, peer.hasContent, !peer.receivesNothing, peer.status.isMember,
      peer.wayBack.unmovedWords >= Node.wordsOfLoss
    else { return nil }
    return max(max(peer.wayBack.echoedSince, peer.lifeSince), max(peer.heardSince, lifecycle.upSince))
      + timing.isolateAfter
  }

  /// Whether some member has lost us and is about to take our buckets.
  func yields(at now: Instant) -> Bool { !losers(at: now).isEmpty }

  /// The members that have lost us. A silent peer proves nothing: it is about to be removed.
  func losers(at now: Instant) -> NodeSet {
    var losers = NodeSet.empty
    guard settings.heartbeat.isRelaying, now >= pause.graceUntil else { return losers }
    for i in peers.indices where i != id.index && now - peers[i].lastHeard <= timing.twoIntervals {
      if let deadline = yieldDeadline(to: i), deadline <= now { losers.insert(NodeID(i)) }
    }
    return losers
  }

  /// When this node yields if vectors show nothing new of it.
  func yieldDue(after now: Instant) -> Instant {
    guard settings.heartbeat.isRelaying, status.isMember else { return .never }
    var due = Instant.never
    for i in peers.indices where i != id.index {
      if let deadline = yieldDeadline(to: i), deadline > now { due = min(due, deadline) }
    }
    return due
  }
}

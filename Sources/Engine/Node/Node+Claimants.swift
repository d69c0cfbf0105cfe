/// Who claims which bucket right now, one bucket at a time: for accounts that are updated with every step. People look
/// at ``Node/standing``.
extension Node {
  /// The nodes that claim a bucket, this one included. O(1).
  public func claimants(of bucket: Bucket, in group: GroupID) -> NodeSet {
    var claimants = NodeSet(bits: groups[group.index].claims.claimants[Int(bucket.rawValue)])
    if groups[group.index].owned.contains(bucket) { claimants.insert(id) }
    return claimants
  }

  /// Live nodes whose claims on a group are not known: each may have any bucket.
  public func unknownClaimants(in group: GroupID) -> NodeSet { groups[group.index].claims.unknown }

  /// Rises with every claim of another node that begins or ends. This node's own claims are ``owned(_:)``.
  public func claimChanges(in group: GroupID) -> UInt64 { groups[group.index].claims.changes }

  /// When anyone last heard another node, as far as this one knows; also for a removed node.
  public func lastHeard(_ node: NodeID) -> Instant { peers[node.index].lastEvidence }

  /// Whether this node knows all claims that there are.
  ///
  /// A node outside its own view, in standby or isolated, hears the others as before. A node that listens knows less:
  /// what is claimed under its own id may be another machine's. A node that was restarted in place knows less, too,
  /// until it has heard its members.
  public var knowsClaims: Bool {
    if isCatchingUp { return false }
    switch status {
    case .stopped, .listening: return false
    case .up, .draining, .detached: return view.members.contains(id)
    case .joining, .standby, .fenced, .deaf, .leaving: return hearsEnough
    }
  }

  /// Whether silence means absence, by the policy for serving alone.
  private var hearsEnough: Bool {
    let live = peers.live.count
    if settings.life.alone == .quorum { return (live + 1) * 2 > settings.nodeCount }
    return live > 0 || mayServeAlone && receivesFrames
  }
}

/// Who claims which bucket at this moment, one at a time and without memory of its own: for accounts that are kept with
/// every step. What people look at is ``Node/standing``.
extension Node {
  /// Those who claim a bucket, this node included. O(1).
  public func claimants(of bucket: Bucket, in group: GroupID) -> NodeSet {
    var claimants = NodeSet(bits: claims[group.index].claimants[Int(bucket.rawValue)])
    if owned[group.index].contains(bucket) { claimants.insert(id) }
    return claimants
  }

  /// Live nodes whose claims on a group are not known: each may have any bucket.
  public func unknownClaimants(in group: GroupID) -> NodeSet { claims[group.index].unknown }

  /// Rises with every claim of another node that begins or ends; what this node claims itself is ``owned(_:)``.
  public func claimChanges(in group: GroupID) -> UInt64 { claims[group.index].changes }

  /// When anyone heard another node last, as far as this one knows. Also of one that was removed.
  public func lastHeard(_ node: NodeID) -> Instant { peers[node.index].lastEvidence }

  /// Whether what this node knows of others' claims is all that there is.
  ///
  /// A node out of its own view, in standby or isolated, hears the others as ever. A node that listens
  /// knows less: what is claimed under its own id may be another machine's. So does one that was started in place and has
  /// not heard its members yet.
  public var knowsClaims: Bool {
    if isCatchingUp { return false }
    switch status {
    case .stopped, .listening: return false
    case .up, .draining, .detached: return view.members.contains(id)
    case .joining, .standby, .fenced, .deaf, .leaving: return hearsEnough
    }
  }

  /// Whether silence means absence: by the policy that says who may serve alone.
  private var hearsEnough: Bool {
    let live = liveNodes.count
    if settings.life.alone == .quorum { return (live + 1) * 2 > settings.nodeCount }
    return live > 0 || mayServeAlone && receivesFrames
  }
}

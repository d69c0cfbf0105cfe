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

  /// Whether this node takes part in its own view and has heard whom it goes on with: what it knows of others' claims
  /// is then all that there is.
  public var knowsClaims: Bool { view.members.contains(id) && !isCatchingUp }
}

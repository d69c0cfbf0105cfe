/// How things stand for a node at one moment: what it shows to people. Nothing depends on it.
public struct Standing: Sendable, Hashable {
  public var status: Status
  public var statusSince: Instant
  public var view: View
  public var viewSince: Instant
  public var epoch: Epoch
  public var incarnation: Incarnation
  /// The settings in force, and those that are staged.
  public var configuration: Digest
  public var staged: Digest?
  /// When the kernel filter stops accepting unless the lease is renewed; `nil` while there is none.
  public var leaseUntil: Instant?
  /// By node id.
  public var members: [MemberStanding]
  /// In the order of ``Settings/ownershipGroups``.
  public var groups: [GroupStanding]
}

/// One configured node as another sees it.
public struct MemberStanding: Sendable, Hashable {
  /// By its own word; `nil` if it is not heard.
  public var status: Status?
  /// When anyone heard it last; `nil` for never, and for the node itself.
  public var lastHeard: Instant?
  /// Runtime weights by group; empty if it is not heard.
  public var weights: [UInt16]
}

/// One group as a node sees it, by what everybody announces.
public struct GroupStanding: Sendable, Hashable {
  /// Buckets that each node claims, by node id.
  public var claims: [Int]
  /// Buckets that nobody claims.
  public var holes: Int
  /// Buckets that more than one node claims.
  public var doubles: Int
  /// TCP flows that this node tracks, by whether their bucket is its own.
  public var flowsInside: Int
  public var flowsOutside: Int
}

extension Node {
  /// How things stand now. O(buckets): for people, not for every packet.
  public var standing: Standing {
    var members: [MemberStanding] = []
    for i in 0..<settings.nodeCount { members.append(memberStanding(of: i)) }
    var standings: [GroupStanding] = []
    for g in groups.indices { standings.append(groupStanding(of: g)) }
    let isLeased = hasLease && settings.heartbeat.leasePolicy != .none
    return Standing(
      status: status, statusSince: statusSince, view: view, viewSince: viewSince, epoch: epoch,
      incarnation: incarnation, configuration: configuration, staged: stagedDigest,
      leaseUntil: isLeased ? leaseRenewedAt + timing.lease : nil, members: members, groups: standings)
  }

  private func memberStanding(of i: Int) -> MemberStanding {
    if i == id.index { return MemberStanding(status: status, lastHeard: nil, weights: weights) }
    let peer = peers[i]
    let lastHeard = peer.sequence.rawValue > 0 ? peer.lastEvidence : nil
    guard peer.hasContent else { return MemberStanding(status: nil, lastHeard: lastHeard, weights: []) }
    var weights: [UInt16] = []
    for g in groups.indices { weights.append(peerWeights[i * groups.count + g]) }
    return MemberStanding(status: peer.status, lastHeard: lastHeard, weights: weights)
  }

  private func groupStanding(of g: Int) -> GroupStanding {
    var claimed = [Int](repeating: 0, count: settings.nodeCount)
    var holes = 0
    var doubles = 0
    for b in 0..<groups[g].bucketCount {
      var claimants = NodeSet(bits: claims[g].claimants[b])
      if owned[g].contains(Bucket(b)) { claimants.insert(id) }
      for node in claimants { claimed[node.index] += 1 }
      if claimants.isEmpty { holes += 1 }
      if claimants.count > 1 { doubles += 1 }
    }
    return GroupStanding(
      claims: claimed, holes: holes, doubles: doubles, flowsInside: flowsInside[g],
      flowsOutside: flowsOutside[g])
  }
}

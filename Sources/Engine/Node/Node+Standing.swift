extension Node {
  /// How things stand now. O(buckets): for people, not for every packet.
  public var standing: Standing {
    var members: [MemberStanding] = []
    for i in 0..<settings.nodeCount { members.append(memberStanding(of: i)) }
    var standings: [GroupStanding] = []
    for g in groups.indices { standings.append(groupStanding(of: g)) }
    let isLeased = filter.hasLease && settings.heartbeat.leasePolicy != .none
    return Standing(
      status: status, statusSince: lifecycle.since, view: view, viewSince: views.since, epoch: epoch,
      incarnation: incarnation, sequence: sequence, isCatchingUp: isCatchingUp, knowsClaims: knowsClaims,
      configuration: configuration, staged: staging.digest,
      stagedWaitsFor: staging.digest.map { peers.lacking($0) } ?? .empty,
      leaseUntil: isLeased ? filter.leaseRenewedAt + timing.lease : nil, members: members, groups: standings)
  }

  private func memberStanding(of i: Int) -> MemberStanding {
    if i == id.index {
      return MemberStanding(
        status: status, lastHeard: nil, lastHeardHere: nil, sharesView: true, staged: staging.digest,
        weights: groups.map { $0.weight })
    }
    let peer = peers[i]
    let lastHeard = peer.sequence.rawValue > 0 && peer.lastEvidence > .zero ? peer.lastEvidence : nil
    let here = peer.hasBeenHeard ? peer.lastHeard : nil
    let other = strangers.contains(NodeID(i)) ? peer.foreign : nil
    guard peer.hasContent else {
      return MemberStanding(
        status: nil, lastHeard: lastHeard, lastHeardHere: here, sharesView: false, otherConfiguration: other,
        weights: [])
    }
    var weights: [UInt16] = []
    for g in groups.indices { weights.append(groups[g].claims.weights[i]) }
    return MemberStanding(
      status: peer.status, lastHeard: lastHeard, lastHeardHere: here,
      sharesView: peers[i].announces(view.digest), otherConfiguration: other, staged: peer.staged,
      weights: weights)
  }

  private func groupStanding(of g: Int) -> GroupStanding {
    var claimed = [Int](repeating: 0, count: settings.nodeCount)
    var targeted = claimed
    var holes = 0
    var doubles = 0
    for b in 0..<groups[g].bucketCount {
      let claimants = claimants(of: Bucket(b), in: GroupID(g))
      for node in claimants { claimed[node.index] += 1 }
      if claimants.isEmpty { holes += 1 }
      if claimants.count > 1 { doubles += 1 }
      if groups[g].targets[b] != TargetTable.none { targeted[Int(groups[g].targets[b])] += 1 }
    }
    return GroupStanding(
      claims: claimed, targets: targeted, own: groups[g].owned, unknown: groups[g].claims.unknown,
      holes: holes, doubles: doubles, flowsInside: groups[g].flows.tracked.inside,
      flowsOutside: groups[g].flows.tracked.outside)
  }
}

/// What the node can say of itself and the farm.
extension Node {
  /// Where it stands at an instant not before its last step. O(nodes * groups + buckets).
  public func standing(at now: Instant) -> Standing {
    var standings: [GroupStanding] = []
    for g in groups.indices { standings.append(standing(ofGroup: g)) }
    var members: [MemberStanding] = []
    for i in peers.indices { members.append(standing(of: NodeID(i), at: now)) }
    let leaseUntil = leaseRenewedAt + timing.lease
    let isKept = settings.heartbeat.leasePolicy == .none
    return Standing(
      node: id, status: status, statusSince: statusSince, view: view, viewSince: viewSince, epoch: epoch,
      incarnation: incarnation, sequence: sequence, configuration: configuration, staged: stagedDigest,
      hasLease: hasLease && (isKept || leaseUntil > now), leaseUntil: isKept ? .never : leaseUntil,
      isCatchingUp: isCatchingUp, groups: standings, members: members)
  }

  private func standing(ofGroup g: Int) -> GroupStanding {
    var claimed = [Int](repeating: 0, count: peers.count)
    var targeted = claimed
    var holes = 0
    var doubles = 0
    for b in 0..<groups[g].bucketCount {
      var claimants = NodeSet(bits: claims[g].claimants[b])
      if owned[g].contains(Bucket(b)) { claimants.insert(id) }
      for node in claimants { claimed[node.index] += 1 }
      if claimants.isEmpty { holes += 1 }
      if claimants.count > 1 { doubles += 1 }
      let target = Int(targets[g][b])
      if target < targeted.count { targeted[target] += 1 }
    }
    var known: [UInt16] = []
    for i in peers.indices { known.append(weight(of: NodeID(i), in: g)) }
    return GroupStanding(
      own: owned[g], releasing: releasing[g], claimed: claimed, targeted: targeted, holes: holes,
      doubles: doubles, unknown: claims[g].unknown, weights: known, flowsInside: flowsInside[g],
      flowsOutside: flowsOutside[g])
  }

  private func standing(of node: NodeID, at now: Instant) -> MemberStanding {
    if node == id {
      return MemberStanding(
        status: status, incarnation: incarnation, sequence: sequence, isLive: status != .stopped,
        silence: .zero,
        silenceHere: .zero, sharesView: true, configuration: configuration)
    }
    let peer = peers[node.index]
    let isKnown = peer.sequence.rawValue > 0
    return MemberStanding(
      status: peer.hasContent ? peer.status : .stopped, incarnation: peer.incarnation,
      sequence: peer.sequence,
      isLive: peer.isLive, silence: isKnown ? now - peer.lastEvidence : nil,
      silenceHere: peer.hasBeenHeard ? now - peer.lastHeard : nil,
      sharesView: announcesOurDigest(node), configuration: peer.hasContent ? peer.configuration : nil)
  }
}

/// Sending heartbeats: the regular ones, and triggered copies at once on any change.
extension Node {
  /// Whether this node sends heartbeats. It listens in silence, so that an id used twice does not harm the other node.
  private var isTalking: Bool { status != .stopped && status != .listening }

  /// Asks for a heartbeat as soon as the spacing allows, and for a copy one spacing later.
  mutating func trigger(at now: Instant) {
    schedule.trigger(at: now, spacing: timing.triggerSpacing)
  }

  mutating func sendHeartbeat(at now: Instant, into actions: inout [Action]) {
    guard isTalking else { return }
    schedule.noteSend(at: now)
    for index in plan.parts.indices {
      sequence = SequenceNumber(sequence.rawValue + 1)
      sentAt[Int(sequence.rawValue % UInt64(Node.sentRing))] = now
      let header = HeartbeatHeader(
        farmID: settings.farmID, sender: id, status: status, bootID: bootID, incarnation: incarnation,
        sequence: sequence, epoch: epoch, viewDigest: view.digest, configuration: configuration,
        stagedConfiguration: stagedDigest, heldDown: isHolding,
        departed: departed, overridesHoldDown: overridesHoldDown, receivesNothing: !receivesFrames)
      var writer = HeartbeatWriter(header, part: index, of: plan)
      for x in plan.parts[index].nodes { writer.append(freshnessEntry(of: x, at: now)) }
      for g in plan.parts[index].groups {
        writer.append(
          GroupID(g), weight: groups[g].weight, flows: groups[g].announcedFlows, owned: groups[g].owned)
      }
      actions.append(
        .send(
          Transmission(
            bytes: writer.finish(), to: nil, networks: NetworkSet(first: settings.networks.count),
            isRelayed: false)))
    }
  }

  private func freshnessEntry(of x: Int, at now: Instant) -> FreshnessEntry {
    if x == id.index {
      return FreshnessEntry(
        incarnation: incarnation, sequence: sequence, evidenceAge: .zero, serviceAge: .zero,
        heardAge: .zero)
    }
    let peer = peers[x]
    let isKnown = peer.sequence.rawValue > 0 && peer.lastEvidence > .zero
    return FreshnessEntry(
      incarnation: peer.incarnation, sequence: peer.sequence, echoed: peer.wayBack.echoed,
      evidenceAge: isKnown ? Age(now - peer.lastEvidence) : .never,
      serviceAge: peer.hasBeenHeardOnService ? Age(now - peer.lastHeardOnService) : .never,
      heardAge: peer.hasBeenHeard ? Age(now - peer.lastHeard) : .never)
  }
}

/// Sending heartbeats: the regular ones, and triggered copies at once on any change.
extension Node {
  /// Whether this node sends heartbeats. It listens in silence, so that an id used twice does not harm the other node.
  var isTalking: Bool { status != .stopped && status != .listening }

  /// Asks for a heartbeat as soon as the spacing allows, and for a copy one spacing later.
  mutating func trigger(at now: Instant) { schedule.trigger(at: now, spacing: timing.triggerSpacing) }

  mutating func sendTriggered(at now: Instant, into actions: inout [Action]) {
    sendHeartbeat(at: now, into: &actions)
    schedule.takeTrigger(at: now, spacing: timing.triggerSpacing)
  }

  mutating func sendHeartbeat(at now: Instant, into actions: inout [Action]) {
    guard isTalking else { return }
    schedule.noteSend(at: now)
    for index in farm.plan.parts.indices {
      let sequence = life.takeSequence(at: now)
      let header = HeartbeatHeader(
        farmID: settings.farmID, sender: id, status: status, bootID: life.bootID, incarnation: incarnation,
        sequence: sequence, epoch: epoch, viewDigest: view.digest, configuration: configuration,
        stagedConfiguration: staging.digest, heldDown: holdDown.held, departed: views.departed,
        overridesHoldDown: holdDown.isOverridden, receivesNothing: !receivesFrames)
      var writer = HeartbeatWriter(header, part: index, of: farm.plan)
      for x in farm.plan.parts[index].nodes { writer.append(freshnessEntry(of: x, at: now)) }
      for g in farm.plan.parts[index].groups {
        writer.append(
          GroupID(g), weight: groups[g].weight, flows: groups[g].flows.announced, owned: groups[g].owned)
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

/// Going on as the daemon before: an upgrade in place. The argument for it is in `docs/upgrade-in-place.md`.
///
/// The former daemon keeps ``resumption`` with every step. The next one starts with that and with what the kernel's
/// filter holds. It checks both (`obstacle(to:)`), goes on in the same life, and then *catches up*: it takes, removes
/// and releases nothing until it has heard its members again, except that it lets go what another claims. If it cannot
/// go on it starts as always, and keeps only how far the others had come.
extension Node {
  /// What a daemon that comes after this one needs to go on as this node, or `nil` while there is nothing to go on
  /// with: it holds no buckets under a lease, or the kernel has not confirmed a new configuration yet.
  ///
  /// O(nodes + groups * buckets / 64): cheap enough for every heartbeat.
  public var resumption: Resumption? {
    guard canServe, filter.hasLease, !filter.isSwitching, settings.heartbeat.leasePolicy != .none else {
      return nil
    }
    var known: [ResumedPeer] = []
    for i in peers.indices {
      known.append(
        ResumedPeer(
          incarnation: peers[i].incarnation, sequence: peers[i].sequence,
          silence: filter.leaseRenewedAt - peers[i].lastEvidence,
          penalty: peers[i].penalty.points(at: filter.leaseRenewedAt, halfLife: settings.life.flapHalfLife)))
    }
    // Even without loss an echo of a heartbeat takes up to two intervals. A daemon that nobody has echoed yet passes on
    // all of the silence: otherwise a series of restarts could put off isolation for ever.
    let silence = filter.leaseRenewedAt - reach.lastEchoed
    let isEchoed =
      reach.lastEchoed >= lifecycle.startedAt && silence <= timing.twoIntervals + timing.delayBound
    return Resumption(
      incarnation: incarnation, bootID: life.bootID,
      sequence: SequenceNumber(sequence.rawValue + Resumption.sequenceReserve), status: status, epoch: epoch,
      view: view, configuration: configuration, staged: staging.digest, owned: groups.map { $0.accepted },
      resets: groups.map { $0.resets }, leaseLeft: .zero, stagedSettings: staging.settings,
      previousConfiguration: staging.previous, weights: groups.map { $0.weight }, peers: known,
      holding: holdDown.held, departed: views.departed, unechoed: isEchoed ? .zero : max(silence, .zero),
      drainLeft: lifecycle.drainUntil == .never ? nil : lifecycle.drainUntil - filter.leaseRenewedAt,
      endsDrainInStandby: lifecycle.endsDrainInStandby)
  }

  /// Why this node cannot go on as the one before, or `nil` if it can.
  func obstacle(to last: Resumption) -> ResumptionObstacle? {
    if settings.heartbeat.leasePolicy == .none { return .noLease }
    if last.configuration != configuration || last.staged != last.stagedSettings?.digest {
      return .otherSettings
    }
    guard last.owned.count == groups.count, last.resets.count == groups.count,
      last.weights.count == groups.count, last.peers.count == settings.nodeCount,
      last.view.members.isSubset(of: NodeSet(first: settings.nodeCount)),
      last.view.serving.isSubset(of: last.view.members), last.view.members.contains(id)
    else { return .filterUnknown }
    for g in groups.indices {
      let capacity = groups[g].bucketCount
      if last.owned[g].capacity != capacity || last.resets[g].capacity != capacity { return .filterUnknown }
    }
    // An echo of our first heartbeat comes within T + 2 delta. We become isolated delta + C before the others remove
    // us, which is T after the end of the lease. With less time left, going on would only end in isolation.
    let isAlone = last.view.members == NodeSet(id)
    let silence = isAlone ? Duration.zero : last.unechoed
    return last.leaseLeft - silence <= timing.leaseNeeded ? .leaseOver : nil
  }

  /// Goes on as the node before: first a heartbeat, then the lease. So a daemon that dies in between never keeps a
  /// filter alive that nobody knows of.
  mutating func resume(from last: Resumption, former: [BootID], at now: Instant, into actions: inout [Action])
  {
    let renewed = now - (timing.lease - min(last.leaseLeft, timing.lease))
    life = OwnLife(
      incarnation: last.incarnation, bootID: last.bootID, formerBootIDs: former, sequence: last.sequence)
    // Any number that no interval has been drawn from yet.
    schedule = Schedule(draws: last.sequence.rawValue)
    views = ViewHistory(resuming: last, at: now)
    staging = Staging(resuming: last)
    holdDown = HoldDown(held: last.holding)
    filter.adoptLease(renewedAt: renewed)
    reach = Reach(echoed: renewed - last.unechoed)
    lifecycle = Lifecycle(
      resuming: last, echoed: reach.lastEchoed, renewed: renewed, timeout: timing.timeout, at: now)
    adoptFilter(of: last, renewed: renewed, at: now)
    restoreOthers(of: last, renewed: renewed, at: now)
    actions.append(.notice(.status(status, from: .stopped)))
    actions.append(.notice(.resumed(members: view.members)))
    catchUp.begin(until: now + timing.timeout + timing.interval)
    schedule.settleSoon()
    sendHeartbeat(at: now, into: &actions)
    schedule.repeatOnce(at: now, spacing: timing.triggerSpacing)
    schedule.beginInterval(at: now, settings.heartbeat, seed: life.bootID)
    renewLease(at: now, into: &actions)
    finish(at: now, into: &actions)
  }

  private mutating func adoptFilter(of last: Resumption, renewed: Instant, at now: Instant) {
    // A bucket that resets now has been owned for longer than it takes to settle.
    let settledSince = renewed - timing.settledAfter - timing.commitBound
    for g in groups.indices {
      groups[g].resume(
        owned: last.owned[g], resets: last.resets[g], weight: last.weights[g], settledSince: settledSince,
        renewed: renewed, at: now)
    }
  }

  /// Restores the others: alive until they have been silent for `tau`, and claiming everything until heard.
  private mutating func restoreOthers(of last: Resumption, renewed: Instant, at now: Instant) {
    for i in peers.indices where i != id.index && last.peers[i].incarnation.rawValue > 0 {
      let (node, known) = (NodeID(i), last.peers[i])
      let heardAt = known.heardAt(renewed: renewed, now: now)
      let isMember = last.view.members.contains(node)
      // Its daemon may be replaced at the same time as ours, which excuses its silence. Without echoes before, nothing
      // does.
      peers.restore(
        node, known, renewed: renewed, isLive: isMember || now - heardAt <= timing.timeout,
        hasHeardUs: isMember && last.unechoed == .zero, at: now)
      for g in groups.indices {
        groups[g].restart(node, after: known.sequence)
        if peers[i].isLive { groups[g].doubt(node, at: now) }
      }
      if isMember { reach.restore(heardAt: heardAt) }
    }
  }

  /// Keeps how far the others had come, for a daemon that cannot go on as the one before.
  mutating func restoreFloors(of last: Resumption) {
    for i in 0..<min(settings.nodeCount, last.peers.count) where i != id.index {
      guard last.peers[i].incarnation <= .highest, last.peers[i].sequence <= .highest else { continue }
      peers.restoreFloor(NodeID(i), last.peers[i])
    }
  }

  /// Catches up with the former daemon. Until that is over nothing is decided, except that this node lets go what another
  /// member claims too. - Returns: whether it is over.
  mutating func catchUp(at now: Instant, into actions: inout [Action]) -> Bool {
    guard catchUp.isOver(othersInView, peers, timeout: timing.timeout, at: now) else {
      releaseContested(at: now, into: &actions)
      return false
    }
    catchUp.finish()
    schedule.reviewWake()
    schedule.reviewResets(by: now)
    actions.append(.notice(.caughtUp(missing: catchUp.missing(of: othersInView, peers))))
    removeSilent(at: now, into: &actions)
    updateTargets()
    return true
  }

  /// The members of the view without this node.
  var othersInView: NodeSet { view.members.subtracting(NodeSet(id)) }

  /// Lets go what another member claims too, without waiting for anything: it was lost while we were away.
  private mutating func releaseContested(at now: Instant, into actions: inout [Action]) {
    for g in groups.indices {
      let count = groups[g].releaseContested()
      if count == 0 { continue }
      filter.noteChange()
      actions.append(.notice(.released(GroupID(g), count: count)))
    }
  }
}

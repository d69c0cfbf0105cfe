/// Why this node does not serve, worked out from what it knows: for people. Nothing depends on it.
///
/// The tests are those of `Node+Life.swift` and of ``GroupOwnership``: a change there needs one here. They are asked in the
/// order in which a node meets them, so that the answer is what it waits for next.
extension Node {
  /// Why it serves no client now; `nil` while it accepts buckets under a lease. O(buckets).
  public func obstacle(at now: Instant) -> ServiceObstacle? {
    switch status {
    case .stopped: .stopped
    case .listening: obstacleOfListening(at: now)
    case .joining: obstacleOfJoining(at: now)
    case .standby: obstacleOfStandby
    case .fenced: obstacleOfIsolated
    case .deaf: .deaf
    case .leaving: .leaving
    case .up, .detached, .draining: obstacleOfMember(at: now)
    }
  }

  private func obstacleOfListening(at now: Instant) -> ServiceObstacle {
    if isIDTaken(at: now) { return .duplicateID }
    if isLockedOut(at: now) { return .wrongKey(from: lockOut.nodes) }
    if !strangers.isEmpty { return .otherConfiguration(of: strangers) }
    if filter.isCleaning { return .closing }
    if isAddressTaken(at: now) { return .addressTaken }
    // Others show its id: most likely its own last life, which must be over first.
    let isShown = duplicate.shown.mayGoOn(within: timing.silenceOfEnd, at: now)
    let silence = isShown ? duplicate.shown.heardAt + timing.silenceOfEnd : .zero
    return .listening(until: max(lifecycle.startedAt + timing.timeout + timing.interval, silence))
  }

  /// The test that keeps a node which listens from joining.
  private func isIDTaken(at now: Instant) -> Bool { duplicate.isSeen(within: timing.patience, at: now) }

  private func obstacleOfJoining(at now: Instant) -> ServiceObstacle {
    if filter.isCleaning { return .closing }
    let foreign = foreignFarm
    if !foreign.isEmpty { return .otherConfiguration(of: foreign) }
    var waitsFor = NodeSet()
    var hasCompany = false
    for i in peers.indices where peers[i].isCompany(under: configuration) {
      hasCompany = true
      if peers[i].wayBack.exchanges < 3 { waitsFor.insert(NodeID(i)) }
    }
    if !hasCompany {
      if !receivesFrames { return .deaf }
      if !mayServeAlone { return .tooFew(settings.life.alone) }
      if isLockedOut(at: now) { return .wrongKey(from: lockOut.nodes) }
      if isAddressTaken(at: now) { return .addressTaken }
    }
    return .joining(waitsFor: waitsFor)
  }

  private var obstacleOfStandby: ServiceObstacle {
    if !isHealthy { return .unhealthy }
    if isHeldDown { return .heldDown(by: holders) }
    if filter.isCleaning { return .closing }
    switch settings.life.failback {
    case .automatic: return .joining(waitsFor: .empty)
    case .delayed(let time): return .failback(until: max(views.since, lifecycle.since) + time)
    case .manual: return .failback(until: nil)
    }
  }

  private var obstacleOfIsolated: ServiceObstacle {
    if filter.isRefusing { return .noLease(isRefused: true) }
    let isMinority = settings.life.alone == .quorum && (peers.live.count + 1) * 2 <= settings.nodeCount
    return !mayServeAlone && (!peers.hearsWitness || isMinority) ? .tooFew(settings.life.alone) : .isolated
  }

  private func obstacleOfMember(at now: Instant) -> ServiceObstacle? {
    let isLeased =
      filter.hasLease
      && (settings.heartbeat.leasePolicy == .none || now - filter.leaseRenewedAt <= timing.lease)
    if !isLeased { return .noLease(isRefused: filter.isRefusing) }
    for g in groups.indices { if !groups[g].accepted.isEmpty { return nil } }
    if isCatchingUp { return .resuming(waitsFor: catchUp.missing(of: othersInView, peers)) }
    if !view.serving.contains(id) {
      if status == .draining { return lifecycle.endsDrainInStandby ? .heldDown(by: holders) : .draining }
      if status == .detached { return .detached }
    }
    if !receivesFrames { return .deaf }
    if !hasQuorum(at: now) { return .tooFew(.quorum) }
    let losers = losers(at: now)
    if !losers.isEmpty { return .unheard(by: losers) }
    if !groups.contains(where: { $0.weight > 0 }) { return .noWeight }
    return obstacleToShare
  }

  /// What lies between being a target and owning the bucket.
  private var obstacleToShare: ServiceObstacle {
    var claimants = NodeSet()
    var isTarget = false
    for g in groups.indices {
      for b in groups[g].targets.indices where groups[g].targets[b] == id.rawValue {
        isTarget = true
        claimants = claimants.union(NodeSet(bits: groups[g].claims.claimants[b])).union(
          groups[g].claims.unknown)
      }
    }
    return isTarget ? .handOver(from: claimants) : .noShare
  }

  // MARK: The others

  /// The configuration that another node announces; `nil` unless it is one of the ``strangers``.
  public func otherConfiguration(of node: NodeID) -> Digest? {
    strangers.contains(node) ? peers[node.index].foreign : nil
  }

  /// Whether another node's heartbeats can be read: it is heard and has this node's configuration, or is on its way to
  /// or from it.
  public func isUnderstood(_ node: NodeID) -> Bool {
    peers[node.index].isLive && peers[node.index].hasContent && !strangers.contains(node)
  }

  /// The configuration that another node has staged, if it is known.
  public func staged(by node: NodeID) -> Digest? { peers[node.index].staged }

  /// Until when this node holds another one down, if that joins no more: by then its penalty has decayed to the reuse
  /// threshold. `nil` if it does not hold it down.
  public func holdEnds(of node: NodeID, at now: Instant) -> Instant? {
    guard holdDown.held.contains(node) else { return nil }
    let halfLife = settings.life.flapHalfLife
    var (early, late) = (now, now + 30 * halfLife)
    // Penalties only fall, so halving finds the last instant above the threshold, to the millisecond.
    while late - early > .milliseconds(1) {
      let middle = early + Duration(nanoseconds: (late - early).nanoseconds / 2)
      let isAbove = peers[node.index].penalty.points(at: middle, halfLife: halfLife) > settings.life.flapReuse
      if isAbove { early = middle } else { late = middle }
    }
    return late
  }

  /// The nodes that this one holds down.
  public var holding: NodeSet { holdDown.held }
}

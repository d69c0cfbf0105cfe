/// A new configuration on a running farm: staged on every node, then switched to by each node at once.
///
/// A node announces the digest of what it has staged. It switches when every live node that serves or joins has staged
/// the same, or has switched already. A switch makes a fresh node from the new settings and carries this life over.
/// Ownership stays for groups whose buckets mean the same clients. In any other group a node that owned anything claims
/// every bucket until its kernel has the new rules: otherwise a client might be answered by old rules here and by new
/// ones elsewhere.
extension Node {
  mutating func stage(_ next: Settings, at now: Instant, into actions: inout [Action]) {
    guard next.problems().isEmpty, next.farmID == settings.farmID, id.index < next.nodeCount else {
      actions.append(.notice(.refused(.invalidSettings)))
      return
    }
    let digest = next.digest
    if digest == configuration {
      staged = nil
      stagedDigest = nil
    } else {
      staged = next
      stagedDigest = digest
      actions.append(.notice(.configurationStaged(digest)))
    }
    schedule.settleSoon()
    trigger(at: now)
  }

  /// Whether a datagram can be read with our configuration, or its sender is on its way to or from it.
  func configurationIsShared(_ reader: HeartbeatReader) -> Bool {
    if reader.configuration == configuration { return true }
    return isTransitional(current: reader.configuration, staged: reader.stagedConfiguration)
  }

  func configurationIsTransitional(of peer: Peer) -> Bool {
    isTransitional(current: peer.configuration, staged: peer.staged)
  }

  /// Whether a node has switched to what we have staged, or has staged what we have switched to.
  private func isTransitional(current: Digest, staged: Digest?) -> Bool {
    current == stagedDigest || staged == configuration && current == previousConfiguration
  }

  /// Notes a datagram of another configuration, and says so if that is news.
  mutating func noteForeign(
    _ reader: HeartbeatReader, at now: Instant, into actions: inout [Action]
  ) -> Outcome {
    if noteStranger(reader, at: now) {
      actions.append(.notice(.configurationMismatch(reader.configuration, of: reader.sender)))
    }
    return .foreignConfiguration
  }

  /// Switches once every node that counts has staged the same, or has switched already.
  mutating func switchIfAllStaged(at now: Instant, into actions: inout [Action]) {
    guard let staged, let stagedDigest else { return }
    guard peers.lacking(stagedDigest).isEmpty else { return }
    adopt(staged, stagedDigest, at: now, into: &actions)
  }

  private mutating func adopt(
    _ next: Settings, _ digest: Digest, at now: Instant, into actions: inout [Action]
  ) {
    var node = Node(id: id, settings: next)
    node.takeLife(from: self, at: now)
    node.previousConfiguration = configuration
    self = node
    actions.append(.notice(.configurationSwitched(digest)))
    commitFilter(into: &actions, isSwitch: true)
  }

  /// Whether a target waits for buckets that our kernel may still accept by old rules. If so, the lease is not renewed.
  ///
  /// One kernel that refuses new rules must not stop the farm. Where every kernel refuses them, every target still
  /// claims its buckets, and the farm goes on under the old rules.
  var holdsUpSwitch: Bool {
    if !filter.isSwitching { return false }
    for group in groups where group.isAwaited(own: id) { return true }
    return false
  }

  /// Takes over everything that does not follow from the settings. Ownership stays for the groups whose buckets mean
  /// the same clients.
  private mutating func takeLife(from old: Node, at now: Instant) {
    status = old.status
    // A node that the new list does not have is no member, and was none.
    let configured = NodeSet(first: settings.nodeCount)
    view = old.view
    view.members = view.members.intersection(configured)
    view.serving = view.serving.intersection(configured)
    epoch = old.epoch
    incarnation = old.incarnation
    sequence = old.sequence
    outcomes = old.outcomes
    bootID = old.bootID
    startedAt = old.startedAt
    statusSince = old.statusSince
    upSince = old.upSince
    gainedAt = old.gainedAt
    takesAfter = old.takesAfter
    viewSince = now
    earlierViewSince = old.viewSince
    isHealthy = old.isHealthy
    gatewayReachable = old.gatewayReachable
    isResumed = old.isResumed
    drainUntil = old.drainUntil
    endsDrainInStandby = old.endsDrainInStandby
    leavingLeft = old.leavingLeft
    lastEchoed = old.lastEchoed
    hearingSince = old.hearingSince
    lastHeardAnyone = old.lastHeardAnyone
    hasHeardAnyone = old.hasHeardAnyone
    sentAt = old.sentAt
    filter = old.filter.adapted()
    schedule = old.schedule.adapted(at: now)
    graceUntil = max(old.graceUntil, now + timing.timeout)
    pausedAt = old.pausedAt
    pauseLateness = old.pauseLateness
    lastUnauthenticated = old.lastUnauthenticated
    unauthenticatedNodes = old.unauthenticatedNodes
    isHolding = old.isHolding.intersection(configured)
    overridesHoldDown = old.overridesHoldDown
    departed = old.departed.intersection(configured)
    silentSince = old.silentSince
    lastWords = old.lastWords.among(configured)
    takeSuspicion(from: old)
    peers = old.peers.adapted(to: settings.nodeCount)
    let gaining = settings.groupsGainingClients(from: old.settings)
    let hasOwned = old.groups.contains { !$0.owned.isEmpty }
    for g in groups.indices {
      let (former, next) = (old.farm.groups, farm.groups[g])
      if g < former.count, next.sameBuckets(as: former[g]), gaining >> UInt8(g) & 1 == 0 {
        groups[g] = old.groups[g].adapted(to: groups[g], configured: former[g].weight(of: id))
      } else if hasOwned {
        groups[g].releaseUnderNewRules()
      }
      groups[g].restartWaiting(at: now)
      for node in peers.live { groups[g].doubt(node, at: now) }
    }
  }
}

extension GroupSettings {
  /// Whether a bucket means the same clients, provided that the rules send the same ones to the group.
  func sameBuckets(as other: GroupSettings) -> Bool {
    bucketCount == other.bucketCount && hashSeed == other.hashSeed
  }
}

/// A new configuration on a running farm: staged on every node, then switched to by each node at once.
///
/// A node announces the digest of what it has staged. It switches when every live node that serves or joins has staged
/// the same, or has switched already. A switch adapts every part of the node to the new settings, one by one; its life
/// goes on. Ownership stays for groups whose buckets mean the same clients. In any other group a node that owned anything claims
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
      staging.clear()
    } else {
      staging.stage(next, digest)
      actions.append(.notice(.configurationStaged(digest)))
    }
    schedule.settleSoon()
    trigger(at: now)
  }

  /// Whether a datagram can be read with our configuration, or its sender is on its way to or from it.
  func configurationIsShared(_ reader: HeartbeatReader) -> Bool {
    if reader.configuration == configuration { return true }
    return staging.isTransitional(
      current: reader.configuration, staged: reader.stagedConfiguration, from: configuration)
  }

  func configurationIsTransitional(of peer: Peer) -> Bool {
    staging.isTransitional(current: peer.configuration, staged: peer.staged, from: configuration)
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
    guard let next = staging.settings, let digest = staging.digest, peers.lacking(digest).isEmpty else {
      return
    }
    self = adapted(to: FarmTables(next), at: now)
    // A node without others has the view that it had before, and nothing else would work out the new table.
    updateTargets()
    actions.append(.notice(.configurationSwitched(digest)))
    commitFilter(into: &actions, isSwitch: true)
  }

  /// This node under another configuration, part by part.
  private func adapted(to farm: FarmTables, at now: Instant) -> Node {
    let configured = NodeSet(first: farm.settings.nodeCount)
    let peers = self.peers.adapted(to: farm.settings.nodeCount)
    return Node(
      id: id, farm: farm, counts: counts, life: life, lifecycle: lifecycle,
      views: views.adapted(to: configured, at: now), staging: Staging(after: configuration), peers: peers,
      holdDown: holdDown.adapted(to: configured), reach: reach, pause: pause.adapted(farm.timing, at: now),
      duplicate: duplicate.adapted(to: farm.settings.nodeCount), lockOut: lockOut.adapted(to: configured),
      lastWords: lastWords.among(configured), catchUp: CatchUp(),
      groups: adaptedGroups(to: farm, live: peers.live, at: now), filter: filter.adapted(),
      schedule: schedule.adapted(at: now))
  }

  /// Ownership stays for the groups whose buckets mean the same clients.
  private func adaptedGroups(to farm: FarmTables, live: NodeSet, at now: Instant) -> [GroupOwnership] {
    let gaining = farm.settings.groupsGainingClients(from: settings)
    let hasOwned = groups.contains { !$0.owned.isEmpty }
    var adapted: [GroupOwnership] = []
    for g in farm.groups.indices {
      var group = GroupOwnership(GroupID(g), of: farm, node: id)
      if g < groups.count, farm.groups[g].sameBuckets(as: self.farm.groups[g]), gaining >> UInt8(g) & 1 == 0 {
        group = groups[g].adapted(to: group, configured: self.farm.groups[g].weight(of: id))
      } else if hasOwned {
        group.releaseUnderNewRules()
      }
      group.restartWaiting(at: now)
      for node in live { group.doubt(node, at: now) }
      adapted.append(group)
    }
    return adapted
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
}

extension GroupSettings {
  /// Whether a bucket means the same clients, provided that the rules send the same ones to the group.
  func sameBuckets(as other: GroupSettings) -> Bool {
    bucketCount == other.bucketCount && hashSeed == other.hashSeed
  }
}

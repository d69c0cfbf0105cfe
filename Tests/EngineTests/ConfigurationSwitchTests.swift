import Testing

@testable import Engine

/// A node that switches to another configuration keeps its life: it forgets nothing on the way.
@Suite("A configuration switch forgets nothing") struct ConfigurationSwitchTests {
  /// Properties that follow from the settings, or that begin anew with them on purpose.
  private static let beginsAnew: Set<String> = [
    "farm", "staged", "stagedDigest", "previousConfiguration", "viewSince",
    "earlierViewSince", "graceUntil", "schedule.resetsDue", "filter.switchCommit", "filter.pending",
    "filter.number", "sequence", "schedule.lastSend", "sentAt", "schedule.triggersLeft",
    "schedule.nextTrigger", "schedule.requestedWake", "schedule.ownershipDue", "targets", "view", "epoch",
    // Claims and weights are announced anew under the new configuration; until then none are known.
    "claims", "peerWeights", "sectionSequences", "peers",
    // Counts the step itself.
    "outcomes",
    // True within a step alone.
    "schedule.isWakeStale", "schedule.needsSettling", "schedule.sendsNow", "filter.isDirty",
    // Nothing is staged while a node catches up with the one before it.
    "isCatchingUp", "catchUpUntil",
  ]

  @Test("Every stored property keeps its value over a switch, or is known to begin anew")
  func keepsEverything() throws {
    var next = Settings(nodeCount: 4, groups: [GroupSettings(bucketCount: 12)])
    let (before, now) = try livelyNode(of: next)
    next.life.drainDeadline = .seconds(77)
    var after = before
    for i in after.peers.indices { after.peers[i].staged = next.digest }
    var actions: [Action] = []
    after.step(.command(.stage(next)), at: now, into: &actions)
    #expect(after.settings.life.drainDeadline == .seconds(77), "it has switched")
    let fresh = ConfigurationSwitchTests.values(of: Node(id: before.id, settings: next))
    let kept = ConfigurationSwitchTests.values(of: before)
    let found = ConfigurationSwitchTests.values(of: after)
    #expect(kept.count > 60)
    for (name, value) in kept where !ConfigurationSwitchTests.beginsAnew.contains(name) {
      #expect(found[name] == value, "\(name) is forgotten at a configuration switch")
      #expect(
        fresh[name] != value || name == "id",
        "\(name) has the value of a node that was just made: this test cannot tell whether it is kept")
    }
    for name in ConfigurationSwitchTests.beginsAnew {
      #expect(kept[name] != nil, "there is no \(name) any more")
    }
  }

  /// Four nodes that share twelve buckets.
  private static func formed() -> TestFarm {
    var farm = TestFarm(Settings(nodeCount: 4, groups: [GroupSettings(bucketCount: 12)]))
    farm.startAll()
    farm.run(for: .seconds(3))
    #expect(farm.isWhole)
    return farm
  }

  @Test("Who hears whom outlives a switch: nobody repeats heartbeats after it")
  func repeatsNothing() {
    var farm = Self.formed()
    var next = farm.nodes[0].settings
    next.groups[0].bucketCount = 24
    for i in farm.nodes.indices { farm.command(i, .stage(next)) }
    farm.run(for: .seconds(3))
    #expect(farm.nodes.allSatisfy { $0.settings == next })
    #expect(farm.relayed == 0)
    #expect(farm.isWhole)
  }

  @Test("A node that has left may be taken off the list while others still have it in their view")
  func forgetsWhoIsNotListed() {
    var farm = Self.formed()
    var next = farm.nodes[0].settings
    next.nodeCount = 3
    for i in 0..<3 { farm.command(i, .stage(next)) }
    farm.run(for: .seconds(1))
    farm.command(3, .leave)
    farm.run(for: .seconds(3))
    #expect(farm.nodes.prefix(3).allSatisfy { $0.settings == next && $0.view.members == NodeSet(first: 3) })
  }

  /// A node with everything under way that can be at the same time.
  private func livelyNode(of settings: Settings) throws -> (Node, Instant) {
    var farm = TestFarm(settings)
    farm.run(for: .milliseconds(100))
    for i in 0..<3 { farm.start(i) }
    farm.run(for: .seconds(3))
    var node = farm.nodes[0]
    try #require(node.status == .up)
    node.isHealthy = false
    node.gatewayReachable = false
    node.isResumed = true
    node.endsDrainInStandby = true
    node.drainUntil = farm.now + .seconds(9)
    node.isHolding = NodeSet(NodeID(2))
    node.overridesHoldDown = true
    node.departed = NodeSet(NodeID(3))
    node.silentSince = farm.now
    node.lastAddressTaken = farm.now
    node.defences = 1
    node.lastDefence = farm.now
    node.shownLife.note(
      FreshnessEntry(incarnation: Incarnation(3), sequence: SequenceNumber(4)), heardAt: farm.now,
      now: farm.now)
    node.leavingLeft = 2
    var later = farm
    later.command(2, .leave)
    later.run(for: .milliseconds(20))
    node.lastWords = later.nodes[0].lastWords
    refuseEverything(&node, at: farm.now)
    node.suspicion.begin(peers: node.peers, at: farm.now)
    node.lastDuplicate = farm.now
    node.formerBootIDs = [BootID(5)]
    _ = node.doubts[1].goesOn(Incarnation(6), for: .seconds(1), at: farm.now)
    node.staleWords[1].note(at: farm.now, pause: .seconds(1))
    node.saidStale = NodeSet(NodeID(1))
    node.keyWithdrawnAt = farm.now
    node.unauthenticatedNodes = NodeSet(NodeID(1))
    node.lastUnauthenticated = farm.now
    node.takesAfter = farm.now
    node.pausedAt = farm.now - .seconds(1)
    node.pauseLateness = .milliseconds(3)
    let first = try #require((0..<12).map { Bucket($0) }.first { node.owned[0].contains($0) })
    node.releasing[0].insert(first)
    node.resets[0] = node.owned[0]
    node.resets[0].remove(first)
    node.tracked[0] = TrackedFlows(inside: 4, outside: 5, bucketsOutside: node.resets[0])
    node.justReleased[0].insert(first)
    node.hasJustReleased = true
    node.weights[0] = 50
    return (node, farm.now)
  }

  /// Gives everything up under a lease that is taken for running, with a kernel that refuses all of it.
  private func refuseEverything(_ node: inout Node, at now: Instant) {
    var actions: [Action] = []
    node.filter.clean(into: &actions)
    node.commitFilter(into: &actions)
    var refused = 0
    for action in actions {
      switch action {
      case .commit(let commit): refused += node.filter.refuse(commit.number) ? 1 : 0
      case .endLease(let number): refused += node.filter.refuse(number) ? 1 : 0
      default: break
      }
    }
    #expect(refused == 2)
    node.filter.adoptLease(renewedAt: now)
  }

  /// The stored properties of a node's parts, and its own, each as text.
  private static func values(of node: Node) -> [String: String] {
    var values: [String: String] = [:]
    for child in Mirror(reflecting: node).children {
      let name = child.label ?? ""
      if !parts.contains(name) {
        values[name] = String(describing: child.value)
        continue
      }
      for property in Mirror(reflecting: child.value).children {
        values["\(name).\(property.label ?? "")"] = String(describing: property.value)
      }
    }
    return values
  }

  private static let parts: Set<String> = ["schedule", "filter"]
}

import Testing

@testable import Engine

/// A node that switches to another configuration keeps its life: it forgets nothing on the way.
@Suite struct ConfigurationSwitchTests {
  /// Properties that follow from the settings, or that begin anew with them on purpose.
  private static let beginsAnew: Set<String> = [
    "farm", "staging.settings", "staging.digest", "staging.previous", "views.since", "views.earlierSince",
    "pause.graceUntil", "schedule.resetsDue", "filter.switchCommit", "filter.pending", "filter.number",
    "life.sequence", "schedule.lastSend", "life.sentAt", "schedule.triggersLeft", "schedule.nextTrigger",
    "schedule.requestedWake", "schedule.ownershipDue", "groups.targets", "views.view", "views.epoch",
    // Claims and weights are announced anew under the new configuration; until then none are known.
    "groups.claims", "peers.all",
    // Counts the step itself.
    "counts.byOutcome",
    // True within a step alone.
    "schedule.isWakeStale", "schedule.needsSettling", "schedule.sendsNow", "filter.isDirty",
    // Nothing is staged while a node catches up with the one before it.
    "catchUp.end",
  ]

  @Test func everyStoredPropertyIsKeptOrIsKnownToBeginAnew() throws {
    let settings = Settings(nodeCount: 5, groups: [GroupSettings(bucketCount: 48)])
    var next = settings
    next.life.drainDeadline = .seconds(77)
    let (before, now) = try livelyNode(of: settings, staging: next)
    var after = before
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
        fresh[name] != value || ["id", "groups.id"].contains(name),
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

  @Test func nobodyRepeatsHeartbeatsAfterASwitch() {
    var farm = Self.formed()
    var next = farm.nodes[0].settings
    next.groups[0].bucketCount = 24
    for i in farm.nodes.indices { farm.command(i, .stage(next)) }
    farm.run(for: .seconds(3))
    #expect(farm.nodes.allSatisfy { $0.settings == next })
    #expect(farm.relayed == 0)
    #expect(farm.isWhole)
  }

  @Test func aNodeThatLeftMayBeTakenOffTheListWhileOthersStillHaveIt() {
    var farm = Self.formed()
    var next = farm.nodes[0].settings
    next.nodeCount = 3
    for i in 0..<3 { farm.command(i, .stage(next)) }
    farm.run(for: .seconds(1))
    farm.command(3, .leave)
    farm.run(for: .seconds(3))
    #expect(farm.nodes.prefix(3).allSatisfy { $0.settings == next && $0.view.members == NodeSet(first: 3) })
  }

  @Test func anAddressThatIsNotListedAnyMoreKeepsNoNodeFromServing() {
    var lockOut = LockOut()
    let (now, tau) = (Instant(nanoseconds: 5), Duration.seconds(1))
    let isFirst = lockOut.note(NodeID(3), timeout: tau, at: now)
    #expect(isFirst && lockOut.isJustified(PeerTable(nodeCount: 4), timeout: tau, at: now))
    let adapted = lockOut.adapted(to: NodeSet(first: 3))
    #expect(!adapted.isJustified(PeerTable(nodeCount: 3), timeout: tau, at: now))
  }

  @Test(arguments: [24, 12])
  func aNodeWithoutOthersServesEveryBucketAgainAfterASwitch(buckets: Int) {
    var farm = TestFarm(Settings(nodeCount: 2, groups: [GroupSettings(bucketCount: 12)]))
    farm.start(0)
    farm.run(for: .seconds(3))
    var next = farm.nodes[0].settings
    next.groups[0] = GroupSettings(bucketCount: buckets, hashSeed: 1)
    farm.command(0, .stage(next))
    farm.run(for: .seconds(3))
    #expect(farm.nodes[0].settings == next && farm.holes() == 0)
  }

  /// A node with everything under way that can be at the same time. All others have staged the next configuration.
  private func livelyNode(of settings: Settings, staging next: Settings) throws -> (Node, Instant) {
    var farm = TestFarm(settings)
    farm.commitTime = .milliseconds(4)
    farm.run(for: .milliseconds(100))
    for i in 0..<3 { farm.start(i) }
    farm.run(for: .seconds(3))
    try #require(farm.nodes[0].status == .up)
    var later = farm
    later.command(2, .leave)
    later.run(for: .milliseconds(20))
    // A fourth node comes, and this one is handing buckets over to it.
    for i in 1..<3 { farm.command(i, .stage(next)) }
    farm.start(3)
    for _ in 0..<5000 where farm.nodes[3].status != .joining { farm.run(for: .milliseconds(1)) }
    farm.command(3, .stage(next))
    for _ in 0..<5000 where farm.nodes[0].groups[0].releasing.isEmpty { farm.run(for: .milliseconds(1)) }
    var node = farm.nodes[0]
    node.lastWords = later.nodes[0].lastWords
    liven(&node, at: farm.now)
    try livenGroup(&node, at: farm.now)
    refuseEverything(&node, at: farm.now)
    return (node, farm.now)
  }

  private func liven(_ node: inout Node, at now: Instant) {
    node.life = OwnLife(
      incarnation: node.incarnation, bootID: node.life.bootID, formerBootIDs: [BootID(5)],
      sequence: node.sequence)
    var isNews = [node.lifecycle.note(isHealthy: false)]
    node.lifecycle.overrule()
    node.lifecycle.planDrain(until: now + .seconds(9), inStandby: true)
    node.lifecycle.planFarewells()
    node.lifecycle.sayFarewell()
    node.holdDown = HoldDown(held: NodeSet(NodeID(2)))
    node.holdDown.override()
    let view = node.view
    let larger = View(
      members: view.members.union(NodeSet(NodeID(4))), serving: view.serving, digest: view.digest)
    for view in [larger, view] { _ = node.views.change(to: view, own: node.id, at: now) }
    node.reach.note(hasGateway: false)
    isNews.append(node.reach.note(framesArrive: false, at: now))
    node.pause.note(late: .seconds(1), asked: true, at: now, node.timing)
    isNews.append(node.pause.begin(.milliseconds(3), grace: .zero, at: now - .seconds(1)))
    node.duplicate.noteAddressTaken(at: now)
    isNews.append(node.duplicate.defend(longest: 3, rest: .seconds(1), at: now))
    isNews.append(node.duplicate.seeShown(after: .seconds(1), nodeCount: 5, at: now))
    node.duplicate.noteShown(
      FreshnessEntry(incarnation: Incarnation(3), sequence: SequenceNumber(4)), heardAt: now, now: now)
    isNews.append(node.lockOut.note(NodeID(1), timeout: .seconds(1), at: now))
    let forgotten = node.peers.withdrawKey(at: now, own: node.id)
    #expect(forgotten == NodeSet(NodeID(4)) && isNews == [true, true, true, true, true, true])
    let isBelieved = node.peers.noteDoubted(Incarnation(6), of: NodeID(1), for: .seconds(1), at: now)
    #expect(!isBelieved)
    for earlier in [1000, 500, 0] {
      let isSaid = node.peers.noteStale(NodeID(1), for: .seconds(1), at: now - .milliseconds(earlier))
      #expect(isSaid == (earlier == 0))
    }
  }

  private func livenGroup(_ node: inout Node, at now: Instant) throws {
    try #require(node.groups[0].releasing.count > 1)
    var released = node.groups[0].releasing
    let first = try #require((0..<48).map { Bucket($0) }.first { released.contains($0) })
    for b in 0..<48 where b != first.index { released.remove(Bucket(b)) }
    let hasCleared = node.groups[0].clear(released, own: node.id, at: now)
    #expect(hasCleared && !node.groups[0].resets.isEmpty)
    node.groups[0].note(
      TrackedFlows(inside: 4, outside: 5, bucketsOutside: node.groups[0].releasing))
    node.groups[0].weigh(50)
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

  /// The stored properties of a node's parts and of its first group, and its own, each as text.
  private static func values(of node: Node) -> [String: String] {
    var values: [String: String] = [:]
    for part in Mirror(reflecting: node).children {
      let name = part.label ?? ""
      let value = name == "groups" ? node.groups[0] : part.value
      if ["id", "farm"].contains(name) {
        values[name] = String(describing: value)
        continue
      }
      for property in Mirror(reflecting: value).children {
        values["\(name).\(property.label ?? "")"] = String(describing: property.value)
      }
    }
    return values
  }
}

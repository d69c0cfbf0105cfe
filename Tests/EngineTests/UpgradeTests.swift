import Engine
import Testing

/// Daemons that are replaced in place. The golden transcripts show single cases; these tests check what holds for all.
@Suite struct UpgradeTests {
  static func membershipNotices(_ farm: TestFarm) -> Int {
    farm.notices.count {
      switch $0.notice {
      case .view, .removed, .left, .joined, .returned, .claimed, .released, .heldDown: true
      default: false
      }
    }
  }

  /// In a farm of two, only the replaced daemon tells the other node that it is heard. A daemon that is taken away
  /// before it was heard starts a new life, so the second replacement waits for two intervals.
  @Test(arguments: [2, 4], 1...6)
  func replacingEachDaemonInTurnMovesNoBucketAndChangesNoView(nodes: Int, seed: Int) {
    var random = Xorshift(state: UInt64(seed))
    var farm = NodeLifeTests.running(nodes, buckets: 12)
    for i in 0..<8 {
      let node = i % nodes
      if nodes == 2 { farm.run(for: .milliseconds(210)) { #expect($0.isWhole) } }
      farm.run(for: .nanoseconds(random.below(700_000_000))) { #expect($0.isWhole) }
      farm.takeAway(node)
      // The lease was renewed up to 100 ms ago and runs for 450 ms; the last 20 ms are not worth it.
      farm.run(for: .nanoseconds(random.below(325_000_000))) { #expect($0.isWhole) }
      farm.replace(node)
    }
    farm.run(for: .seconds(5)) { #expect($0.isWhole) }
    #expect(UpgradeTests.membershipNotices(farm) == 0)
    #expect(farm.nodes.allSatisfy { $0.status == .up && $0.incarnation.rawValue == 1_000_000 })
  }

  @Test(arguments: 1...12)
  func bothDaemonsOfAFarmOfTwoMayBeReplacedAtTheSameTime(seed: Int) {
    var random = Xorshift(state: UInt64(seed))
    var farm = NodeLifeTests.running(2, buckets: 12)
    farm.run(for: .nanoseconds(random.below(100_000_000)))
    farm.takeAway(0)
    farm.takeAway(1)
    farm.run(for: .nanoseconds(random.below(160_000_000))) { #expect($0.isWhole) }
    farm.replace(0)
    farm.run(for: .nanoseconds(random.below(160_000_000))) { #expect($0.isWhole) }
    farm.replace(1)
    farm.run(for: .seconds(3)) { #expect($0.isWhole) }
    #expect(UpgradeTests.membershipNotices(farm) == 0)
  }

  /// The node may excuse the new daemon's silence about it for a while, but no longer than the new daemon waits for the
  /// node.
  @Test(arguments: 1...12)
  func aNodeThatANewDaemonNeverHearsStopsBeforeThatTakesOver(seed: Int) {
    var random = Xorshift(state: UInt64(seed))
    var farm = NodeLifeTests.running(2, buckets: 12)
    farm.run(for: .nanoseconds(random.below(100_000_000)))
    farm.takeAway(0)
    farm.machines[1].cut = NodeSet(NodeID(0))
    farm.run(for: .nanoseconds(random.below(325_000_000))) { #expect($0.isWhole) }
    farm.replace(0)
    farm.run(for: .seconds(3)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.machines[1].kernel.filters[0].isEmpty && farm.nodes[1].status == .fenced)
    farm.machines[1].cut = .empty
    farm.run(for: .seconds(3)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up })
  }

  @Test(arguments: [20, 50, 130, 290, 430, 500])
  func aNodeThatIsReplacedAgainAndAgainCannotPutThatOff(gap: Int) {
    var farm = NodeLifeTests.running(2, buckets: 12)
    farm.takeAway(0)
    farm.machines[1].cut = NodeSet(NodeID(0))
    farm.run(for: .milliseconds(5))
    farm.replace(0)
    for _ in 0..<(2000 / gap) {
      farm.run(for: .milliseconds(gap)) { #expect($0.doubles() == 0) }
      farm.takeAway(1)
      farm.run(for: .milliseconds(5)) { #expect($0.doubles() == 0) }
      farm.replace(1)
    }
    #expect(farm.isWhole && farm.machines[1].kernel.filters[0].isEmpty)
  }

  /// A farm in which one node is replaced and another loses power at any time, on a network that repeats and reorders.
  ///
  /// Nodes join one at a time: two that join within a few milliseconds are another question.
  static func troubled(seed: Int, each: (borrowing TestFarm) -> Void) -> TestFarm {
    var random = Xorshift(state: UInt64(seed) &* 7919)
    var farm = NodeLifeTests.running(4, buckets: 12) { $0.life.flapPenalty = 0 }
    farm.mischief = Mischief(
      random: Xorshift(state: UInt64(seed)), duplicatePermille: 100, reordering: .milliseconds(4))
    for _ in 0..<6 {
      let a = random.below(4)
      let b = (a + 1 + random.below(3)) % 4
      let crashesFirst = random.below(2) == 0
      if crashesFirst { farm.crash(b) }
      farm.run(for: .nanoseconds(random.below(600_000_000)), each: each)
      farm.takeAway(a)
      farm.run(for: .nanoseconds(random.below(600_000_000)), each: each)
      if !crashesFirst, random.below(4) > 0 { farm.crash(b) }
      farm.replace(a)
      farm.run(for: .nanoseconds(1_000_000_000 + random.below(500_000_000)), each: each)
      if !farm.machines[b].isRunning { farm.start(b) }
      farm.run(for: .seconds(1), each: each)
    }
    farm.run(for: .seconds(2), each: each)
    return farm
  }

  @Test(arguments: 1...24)
  func whateverHappensMeanwhileNoBucketGetsTwoOwners(seed: Int) {
    let farm = UpgradeTests.troubled(seed: seed) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up })
  }

  @Test func nodesInTroubleGoOnStartAnewAndMissOthers() {
    var (resumed, refused, missing) = (0, 0, 0)
    for seed in 1...10 {
      for notice in UpgradeTests.troubled(seed: seed, each: { _ in }).notices {
        switch notice.notice {
        case .resumed: resumed += 1
        case .resumptionRefused(.leaseOver): refused += 1
        case .caughtUp(let nodes) where !nodes.isEmpty: missing += 1
        default: break
        }
      }
    }
    #expect(resumed > 10 && refused > 10 && missing > 2)
  }

  @Test(arguments: [20, 50, 130, 290])
  func aDaemonThatRestartsAgainAndAgainUnheardIsIsolatedInTime(gap: Int) {
    var farm = NodeLifeTests.running(4, buckets: 12)
    farm.machines[2].cut = NodeSet(bits: 0b1011)
    for _ in 0..<(2000 / gap) {
      farm.takeAway(2)
      farm.run(for: .milliseconds(5)) { #expect($0.doubles() == 0) }
      farm.replace(2)
      farm.run(for: .milliseconds(gap)) { #expect($0.doubles() == 0) }
    }
    #expect(farm.isWhole && farm.machines[2].kernel.filters[0].isEmpty)
  }

  @Test func tenUpgradesInAMinuteHoldNobodyDown() {
    var farm = NodeLifeTests.running {
      $0.life.flapSuppress = 1500
      $0.life.flapReuse = 700
    }
    for _ in 0..<10 {
      farm.takeAway(1)
      farm.run(for: .milliseconds(100))
      farm.replace(1)
      farm.run(for: .seconds(2)) { #expect($0.isWhole) }
    }
    #expect(UpgradeTests.membershipNotices(farm) == 0)
  }

  @Test func stateOfAnEarlierLifeCostsTheResumptionAndNotSafety() throws {
    var farm = NodeLifeTests.running(4, buckets: 12)
    let old = try #require(farm.nodes[1].resumption)
    // A pause beyond the lease raises the incarnation.
    farm.machines[1].isStalled = true
    farm.run(for: .seconds(1))
    farm.resumeDaemon(1)
    farm.run(for: .seconds(3))
    #expect(farm.isWhole && farm.nodes[1].incarnation > old.incarnation)
    farm.takeAway(1)
    farm.run(for: .milliseconds(50))
    farm.replace(1, keeping: old)
    farm.run(for: .seconds(4)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.nodes[1].status == .up)
  }

  @Test func aSequenceBelowWhatWasSentIsFoundOutFromTheOthers() throws {
    var farm = NodeLifeTests.running(4, buckets: 12)
    let old = try #require(farm.nodes[1].resumption)
    farm.run(for: .seconds(150))
    #expect(farm.nodes[1].sequence > old.sequence)
    farm.takeAway(1)
    farm.run(for: .milliseconds(50)) { #expect($0.isWhole) }
    farm.replace(1, keeping: old)
    farm.run(for: .seconds(2)) { #expect($0.isWhole) }
    #expect(UpgradeTests.membershipNotices(farm) == 0)
  }

  @Test func whatAnotherMemberClaimsTooIsReleasedAtOnce() {
    var farm = NodeLifeTests.running(3, buckets: 6)
    farm.takeAway(1)
    // Somebody put a bucket of node1's into the kernel by hand.
    let foreign = (0..<6).first { farm.machines[0].kernel.filters[0].contains(Bucket($0)) } ?? 0
    farm.machines[1].kernel.add(Bucket(foreign))
    farm.run(for: .milliseconds(50))
    farm.replace(1)
    farm.run(for: .milliseconds(106))
    #expect(farm.isWhole && !farm.machines[1].kernel.filters[0].contains(Bucket(foreign)))
  }

  /// There is nothing to go on with before it is up, once it has given up, or without a lease.
  @Test func thereIsNothingToGoOnWithBeforeServiceAfterItOrWithoutALease() {
    var farm = TestFarm(Settings(nodeCount: 3, groups: [GroupSettings(bucketCount: 6)]))
    farm.startAll()
    #expect(farm.nodes[0].resumption == nil)
    farm.run(for: .seconds(3))
    #expect(farm.nodes[0].resumption != nil)
    farm.give(0, .health(isHealthy: false))
    farm.run(for: .seconds(1))
    #expect(farm.nodes[0].status == .standby && farm.nodes[0].resumption == nil)
    #expect(NodeLifeTests.running { $0.heartbeat.leasePolicy = .none }.nodes[0].resumption == nil)
  }

  @Test func aKernelThatHoldsSomethingElseIsNotGoneOnWith() throws {
    var farm = NodeLifeTests.running(3, buckets: 6)
    farm.takeAway(0)
    let left = try #require(farm.machines[0].left)
    for owned in [[], [BucketSet(capacity: 12)], left.owned + left.owned] {
      var wrong = left
      wrong.owned = owned
      wrong.leaseLeft = .milliseconds(300)
      var node = Node(id: NodeID(0), settings: farm.nodes[0].settings)
      var actions: [Action] = []
      node.step(
        .start(Start(incarnation: Incarnation(7), bootID: BootID(7), resume: wrong)), at: farm.now,
        into: &actions)
      #expect(node.status == .listening && node.incarnation > left.incarnation)
      #expect(
        actions.contains { if case .notice(.resumptionRefused(.filterUnknown)) = $0 { true } else { false } })
    }
  }

  /// A daemon that dies in between keeps nothing alive.
  @Test func theHeartbeatGoesBeforeTheRenewal() throws {
    var farm = NodeLifeTests.running(3, buckets: 6)
    farm.takeAway(0)
    farm.machines[0].isWatched = true
    farm.replace(0)
    let actions = try #require(farm.records.first).actions
    let sent = actions.firstIndex { if case .send = $0 { true } else { false } }
    let renewed = actions.firstIndex { if case .renewLease = $0 { true } else { false } }
    #expect(try #require(sent) < #require(renewed))
  }

  @Test func whatIsKeptSurvivesAsBytesAndOtherBytesAreRefused() throws {
    var farm = NodeLifeTests.running(3, buckets: 6)
    farm.command(1, .drain(deadline: .seconds(9), isForced: false))
    farm.run(for: .milliseconds(200))
    for node in farm.nodes {
      var left = try #require(node.resumption)
      let bytes = left.bytes
      left.owned = []
      left.resets = []
      #expect(Resumption(bytes: bytes) == left)
      for i in bytes.indices {
        var changed = bytes
        changed[i] ^= 1 << UInt8(i % 8)
        #expect(Resumption(bytes: changed) == nil)
        #expect(Resumption(bytes: Array(bytes[..<i])) == nil)
      }
      #expect(Resumption(bytes: bytes + [0]) == nil)
    }
    #expect(farm.nodes[1].resumption?.status == .draining)
  }
}

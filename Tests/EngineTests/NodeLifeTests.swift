import Engine
import Testing

/// A farm of real nodes.
@Suite struct NodeLifeTests {
  static func farm(_ nodes: Int = 4, buckets: Int = 64) -> TestFarm {
    TestFarm(Settings(nodeCount: nodes, groups: [GroupSettings(bucketCount: buckets)]))
  }

  @Test func aFarmBootsIntoOneViewInWhichEveryBucketHasOneOwner() {
    var farm = NodeLifeTests.farm()
    farm.startAll()
    farm.run(for: .seconds(3)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole)
    #expect(Set(farm.nodes.map(\.view.digest)).count == 1)
    #expect(farm.nodes.allSatisfy { $0.status == .up })
  }

  /// A farm that has run for three seconds.
  static func running(_ nodes: Int = 4, buckets: Int = 64, _ change: (inout Settings) -> Void = { _ in })
    -> TestFarm
  {
    var settings = Settings(nodeCount: nodes, groups: [GroupSettings(bucketCount: buckets)])
    change(&settings)
    var farm = TestFarm(settings)
    farm.startAll()
    farm.run(for: .seconds(3))
    #expect(farm.isWhole)
    farm.notices = []
    return farm
  }

  static func viewChanges(_ farm: TestFarm) -> Int {
    farm.notices.count { if case .view = $0.notice { true } else { false } }
  }

  @Test func aCrashIsDetectedWithinTauAndItsBucketsAreTakenAtOnce() {
    var farm = NodeLifeTests.running()
    let before = farm.nodes[0].view.digest
    farm.crash(1)
    let at = farm.now
    var healed: Instant?
    farm.run(for: .seconds(2)) {
      #expect($0.doubles() == 0)
      if healed == nil, $0.isWhole { healed = $0.now }
    }
    let took = healed.map { $0 - at } ?? .seconds(99)
    #expect(took > .milliseconds(440) && took <= .milliseconds(550) + farm.delay + farm.commitTime)
    farm.start(1)
    let back = farm.now
    var whole: Instant?
    farm.run(for: .seconds(2)) {
      #expect($0.doubles() == 0)
      if whole == nil, $0.machines[1].kernel.filters[0].count > 0, $0.isWhole,
        $0.machines[1].kernel.filters[0].count >= 16
      {
        whole = $0.now
      }
    }
    #expect(farm.isWhole)
    let returned = whole.map { $0 - back } ?? .seconds(99)
    #expect(returned <= 5 * .milliseconds(100) + .milliseconds(15) + 2 * farm.commitTime)
    #expect(farm.nodes[0].view.digest != before)
  }

  @Test func aDaemonThatStallsLosesItsLeaseBeforeOthersTakeOverAndJoinsAnew() {
    var farm = NodeLifeTests.running()
    farm.machines[2].isStalled = true
    var mostHoles = 0
    farm.run(for: .seconds(10)) {
      #expect($0.doubles() == 0)
      mostHoles = max(mostHoles, $0.holes())
    }
    #expect(farm.isWhole && mostHoles == 16)
    farm.resumeDaemon(2)
    farm.run(for: .seconds(3)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.machines[2].kernel.filters[0].count == 16)
  }

  @Test(arguments: [3, 4, 8])
  func aOneWayCutChangesNothingInAFarmOfThreeOrMore(nodes: Int) {
    var farm = NodeLifeTests.running(nodes)
    farm.machines[0].cut.insert(NodeID(1))
    farm.run(for: .seconds(20)) { #expect($0.isWhole) }
    #expect(NodeLifeTests.viewChanges(farm) == 0)
    #expect(farm.relayed > 100)
  }

  @Test func aBridgePartitionChangesNothing() {
    var farm = NodeLifeTests.running(5)
    for a in [0, 1] {
      for b in [3, 4] {
        farm.machines[a].cut.insert(NodeID(b))
        farm.machines[b].cut.insert(NodeID(a))
      }
    }
    farm.run(for: .seconds(20)) { #expect($0.isWhole) }
    #expect(NodeLifeTests.viewChanges(farm) == 0)
    farm.crash(0)
    farm.run(for: .seconds(2)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole)
  }

  @Test func aNodeThatCannotSendIsIsolatedBeforeOthersTakeItsBuckets() {
    var farm = NodeLifeTests.running()
    farm.machines[3].cut = NodeSet(bits: 0b0111)
    farm.run(for: .seconds(5)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.nodes[3].status == .fenced)
    farm.machines[3].cut = .empty
    farm.run(for: .seconds(3)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.nodes[3].status == .up)
  }

  @Test func anEvenSplitServesBothHalvesAndHealsIntoOneView() {
    var farm = NodeLifeTests.running()
    for a in 0..<4 { farm.machines[a].cut = NodeSet(bits: a < 2 ? 0b1100 : 0b0011) }
    farm.run(for: .seconds(5))
    #expect(farm.doubles() == 64)
    for a in 0..<4 { farm.machines[a].cut = .empty }
    let at = farm.now
    var healed: Instant?
    farm.run(for: .seconds(3)) { if healed == nil, $0.doubles() == 0 { healed = $0.now } }
    #expect(farm.isWhole)
    #expect((healed ?? .never) - at <= .milliseconds(100 + 2 * 5 + 10))
  }

  @Test func aDrainHandsEverythingOverAndEndsAndTheLastNodeRefusesIt() {
    var farm = NodeLifeTests.running()
    farm.command(0, .drain(deadline: nil, isForced: false))
    farm.run(for: .seconds(2)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.nodes[0].status == .stopped)
    farm.crash(1)
    farm.crash(2)
    farm.run(for: .seconds(2)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.machines[3].kernel.filters[0].count == 64)
    farm.command(3, .drain(deadline: nil, isForced: false))
    farm.run(for: .seconds(2))
    #expect(farm.isWhole && farm.nodes[3].status == .up)
  }

  @Test func aKernelThatRefusesEverythingEndsTheLeaseAndOthersTakeOver() {
    var farm = NodeLifeTests.running()
    farm.machines[1].kernel.refuses = .everything
    farm.run(for: .seconds(4)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.nodes[1].status == .fenced)
    farm.machines[1].kernel.refuses = .nothing
    farm.run(for: .seconds(4)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.nodes[1].status == .up)
  }

  /// A cut is known after two intervals. A node that leaves earlier is gone before others would repeat its heartbeats.
  @Test(arguments: [0, 44, 150])
  func aLeaveBehindAnUnknownCutIsRepeatedToThoseWhoMissedIt(since: Int) {
    var farm = NodeLifeTests.running()
    for other in [0, 3] {
      farm.machines[1].cut.insert(NodeID(other))
      farm.machines[other].cut.insert(NodeID(1))
    }
    farm.run(for: .milliseconds(since))
    farm.command(1, .leave)
    // One interval until the nodes that missed the leave show it, one until it is repeated to them, and the commit; not
    // tau.
    farm.run(for: .milliseconds(230)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole)
    let told = farm.notices.filter { $0.notice == .left(NodeID(1)) }.map(\.node.index)
    #expect(Set(told).isSuperset(of: [0, 2, 3]))
    #expect(!farm.notices.contains { $0.notice == .removed(NodeID(1)) })
  }

  @Test func aLeaveThatOneNodeMissedIsRepeatedToItAloneUntilTauHasPassed() {
    var farm = NodeLifeTests.running()
    farm.machines[1].cut.insert(NodeID(3))
    farm.command(1, .leave)
    farm.run(for: .milliseconds(40))
    farm.machines[1].cut = .empty
    farm.run(for: .milliseconds(190)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.relayed >= 1 && farm.relayed <= 3)
    // It is repeated with each heartbeat until tau has passed, since a repeated one may be lost as well.
    farm.run(for: .milliseconds(400))
    let relayed = farm.relayed
    #expect(relayed <= 8)
    farm.run(for: .seconds(3))
    #expect(farm.relayed == relayed)
  }

  @Test func aLeaveThatEverybodyHeardIsNotRepeated() {
    var farm = NodeLifeTests.running(8)
    farm.command(1, .leave)
    farm.run(for: .seconds(3)) { #expect($0.doubles() == 0) }
    #expect(farm.relayed == 0 && farm.isWhole)
  }

  /// A node that has just started takes a node that has just left for alive, and for a possible owner of everything.
  @Test func aNodeThatStartsIsToldOfALeaveJustBefore() {
    var farm = NodeLifeTests.running()
    farm.crash(3)
    farm.run(for: .milliseconds(700))
    farm.command(1, .leave)
    farm.run(for: .milliseconds(60))
    farm.start(3)
    var mostHoles = 0
    var holesSince = Instant.never
    var longest = Duration.zero
    farm.run(for: .seconds(2)) { farm in
      #expect(farm.doubles() == 0)
      if farm.holes() == 0 {
        holesSince = .never
      } else {
        holesSince = min(holesSince, farm.now)
        longest = max(longest, farm.now - holesSince)
        mostHoles = max(mostHoles, farm.holes())
      }
    }
    // A hand-over to it takes delta + 2C.
    #expect(farm.isWhole && farm.machines[3].kernel.filters[0].count > 0 && mostHoles > 0)
    #expect(longest <= .milliseconds(15), "\(longest)")
  }
}

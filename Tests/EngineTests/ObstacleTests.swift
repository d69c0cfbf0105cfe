import Testing

@testable import Engine

/// Why a node does not serve.
@Suite struct ObstacleTests {
  static func reason(_ farm: TestFarm, _ node: Int) -> ServiceObstacle? {
    farm.nodes[node].obstacle(at: farm.now)
  }

  @Test func aFarmThatBootsListensJoinsAndServes() {
    var farm = NodeLifeTests.farm(3)
    #expect(Self.reason(farm, 0) == .stopped)
    farm.startAll()
    var seen: [ServiceObstacle.Reason] = []
    farm.run(for: .seconds(3)) { farm in
      if let reason = farm.nodes[0].obstacle(at: farm.now)?.reason, seen.last != reason {
        seen.append(reason)
      }
    }
    #expect(seen.starts(with: [.closing, .listening, .joining]) && farm.isWhole, "\(seen)")
    for node in 0..<3 { #expect(Self.reason(farm, node) == nil) }
    #expect(
      seen.allSatisfy { [.closing, .listening, .joining, .noLease, .handOver].contains($0) }, "\(seen)")
  }

  @Test func listeningEndsWhenNobodyIsHeardAndSaysWhen() {
    var farm = NodeLifeTests.farm(2)
    farm.start(0)
    farm.run(for: .milliseconds(100))
    #expect(Self.reason(farm, 0) == .listening(until: Instant.zero + .milliseconds(650)))
  }

  @Test func joiningNamesThoseThatHeartbeatsWereNotExchangedWith() {
    var farm = NodeLifeTests.running(3)
    farm.crash(2)
    farm.run(for: .seconds(1))
    // Node 2 hears both others, and neither hears it.
    farm.machines[2].cut = NodeSet(first: 2)
    farm.start(2)
    farm.run(for: .seconds(1))
    #expect(Self.reason(farm, 2) == .joining(waitsFor: NodeSet(first: 2)))
  }

  @Test func aNodeThatIsHeldDownSaysByWhomAndUntilWhen() {
    var farm = NodeLifeTests.running(3) {
      $0.life.flapSuppress = 1800
      $0.life.flapReuse = 700
    }
    for _ in 0..<2 {
      farm.crash(2)
      farm.run(for: .seconds(1))
      farm.start(2)
      farm.run(for: .seconds(2))
    }
    #expect(Self.reason(farm, 2) == .heldDown(by: NodeSet(first: 2)))
    let until = farm.nodes[0].holdEnds(of: NodeID(2), at: farm.now)
    let last = [until, farm.nodes[1].holdEnds(of: NodeID(2), at: farm.now)].compactMap { $0 }.max() ?? .zero
    // Two thousand points, less what they decayed in between, halve in a minute: 700 are reached after one and a half.
    #expect(last > farm.now + .seconds(80) && last < farm.now + .seconds(95))
    farm.run(until: last - .milliseconds(200))
    #expect(farm.nodes[2].status == .standby)
    farm.run(until: last + .milliseconds(400))
    #expect(farm.nodes[2].status == .up)
    farm.run(for: .seconds(1))
    #expect(Self.reason(farm, 2) == nil)
    #expect(farm.nodes[0].holdEnds(of: NodeID(2), at: farm.now) == nil)
  }

  @Test func checkersFailbackWeightDrainAndLeavingHaveReasonsOfTheirOwn() {
    var farm = NodeLifeTests.running(3)
    farm.give(1, .health(isHealthy: false))
    farm.run(for: .milliseconds(500))
    #expect(Self.reason(farm, 1) == .unhealthy)
    farm.give(1, .health(isHealthy: true))
    farm.run(for: .seconds(1))
    #expect(Self.reason(farm, 1) == nil)
    farm.command(1, .setWeight(GroupID(0), 0))
    farm.run(for: .seconds(1))
    #expect(Self.reason(farm, 1) == .noWeight)
    let capacity = farm.nodes[2].owned(GroupID(0)).capacity
    farm.give(
      2,
      .flows(GroupID(0), TrackedFlows(inside: 3, outside: 0, bucketsOutside: BucketSet(capacity: capacity))))
    farm.command(2, .drain(deadline: nil, isForced: false))
    // It serves its buckets until others have them.
    #expect(Self.reason(farm, 2) == nil)
    farm.run(for: .seconds(1))
    #expect(Self.reason(farm, 2) == .draining)
    farm.command(2, .leave)
    #expect(Self.reason(farm, 2) == .leaving)
    farm.run(for: .seconds(1))
    #expect(Self.reason(farm, 2) == .stopped)
  }

  @Test func failbackWaitsForATimeOrForAnOperator() {
    for (policy, isTimed) in [(FailbackPolicy.manual, false), (.delayed(.seconds(30)), true)] {
      var farm = NodeLifeTests.running(3) { $0.life.failback = policy }
      farm.crash(2)
      farm.run(for: .seconds(2))
      farm.start(2)
      farm.run(for: .seconds(2))
      guard case .failback(let until)? = Self.reason(farm, 2) else {
        Issue.record("\(String(describing: Self.reason(farm, 2)))")
        continue
      }
      #expect((until != nil) == isTimed)
      if let until {
        farm.run(until: until + .milliseconds(150))
      } else {
        farm.command(2, .resume)
      }
      #expect(farm.nodes[2].status == .up)
    }
  }

  /// A backup of a group by priority; too few nodes to serve.
  @Test func aBackupHasNoShareAndWithoutQuorumOrWitnessThereAreTooFew() {
    var backup = NodeLifeTests.running(2) { $0.groups[0].policy = .priority }
    #expect(Self.reason(backup, 0) == nil && Self.reason(backup, 1) == .noShare)
    backup.crash(0)
    backup.run(for: .seconds(1))
    #expect(Self.reason(backup, 1) == nil)
    var few = NodeLifeTests.running(3) { $0.life.alone = .quorum }
    few.crash(0)
    few.crash(1)
    few.run(for: .seconds(2))
    #expect(Self.reason(few, 2) == .tooFew(.quorum))
    var alone = NodeLifeTests.running(2) { $0.life.alone = .witness }
    alone.give(1, .gateway(isReachable: false))
    alone.crash(0)
    alone.run(for: .seconds(2))
    #expect(Self.reason(alone, 1) == .tooFew(.witness))
  }

  @Test func anIsolatedNodeIsUnheardAndARefusingKernelMeansNoLease() {
    var farm = NodeLifeTests.running(3)
    farm.machines[2].cut = NodeSet(first: 2)
    farm.run(for: .milliseconds(700))
    #expect(farm.nodes[2].status == .fenced && Self.reason(farm, 2) == .isolated)
    var refused = NodeLifeTests.running(3)
    refused.machines[1].kernel.refuses = .everything
    refused.run(for: .seconds(1))
    #expect(Self.reason(refused, 1) == .noLease(isRefused: true))
    refused.machines[1].kernel.refuses = .nothing
    refused.run(for: .seconds(2))
    #expect(Self.reason(refused, 1) == nil)
  }

  @Test func aDeafNodeGetsNoFrameAndIsNoCompanyForThoseThatJoin() {
    var farm = NodeLifeTests.running(3)
    for i in 0...1 { farm.machines[i].cut = NodeSet(NodeID(2)) }
    farm.give(2, .frames(arrive: false))
    farm.run(for: .seconds(1))
    #expect(farm.nodes[2].status == .deaf && Self.reason(farm, 2) == .deaf)
    let seen = farm.nodes[0]
    #expect(!seen.peers[2].isCompany(under: seen.configuration))
    #expect(Self.reason(farm, 0) == nil && farm.isWhole)
    for i in 0...1 { farm.machines[i].cut = .empty }
    farm.give(2, .frames(arrive: true))
    farm.run(for: .seconds(2))
    #expect(Self.reason(farm, 2) == nil)
    // A node that is alone cannot know whether anybody could reach it.
    var alone = NodeLifeTests.farm(2)
    alone.start(0)
    alone.run(for: .milliseconds(680))
    #expect(alone.nodes[0].status == .joining && Self.reason(alone, 0)?.reason == .joining)
    alone.give(0, .frames(arrive: false))
    #expect(Self.reason(alone, 0) == .deaf)
  }

  @Test func aNodeThatHearsAMemberThatHasLostItYieldsAndSaysToWhom() {
    var farm = NodeLifeTests.running(3)
    // Node 0 hears neither of the others, which hear it and each other: it removes them and takes all.
    farm.machines[1].cut = NodeSet(NodeID(0))
    farm.machines[2].cut = NodeSet(NodeID(0))
    farm.run(for: .seconds(1))
    for node in 1...2 { #expect(Self.reason(farm, node) == .unheard(by: NodeSet(NodeID(0)))) }
    #expect(Self.reason(farm, 0) == nil)
  }

  @Test func anotherKeyConfigurationOrMachineIsNamedBeforeANodeJoins() {
    var locked = NodeLifeTests.farm(3)
    locked.start(0)
    for _ in 0..<20 {
      locked.give(0, .unauthenticated(from: NodeID(1)))
      locked.give(0, .unauthenticated(from: NodeID(2)))
      locked.run(for: .milliseconds(50))
    }
    #expect(Self.reason(locked, 0) == .wrongKey(from: NodeSet(bits: 0b110)))
    let told = locked.notices.compactMap {
      if case .unauthenticated(let node) = $0.notice { node } else { nil }
    }
    #expect(told == [NodeID(1), NodeID(2)])

    var farm = NodeLifeTests.running(3)
    farm.crash(2)
    farm.run(for: .seconds(1))
    var other = farm.nodes[2].settings
    other.surroundings = Digest(rawValue: 7)
    farm.machines[2].configure(other)
    farm.start(2)
    farm.run(for: .seconds(3))
    #expect(Self.reason(farm, 2) == .otherConfiguration(of: NodeSet(first: 2)))
    #expect(farm.nodes[2].otherConfiguration(of: NodeID(0)) == farm.nodes[0].settings.digest)
    #expect(farm.isWhole)

    var twice = NodeLifeTests.running(2)
    twice.machines.append(TestMachine(Node(id: NodeID(1), settings: twice.nodes[1].settings)))
    twice.start(2)
    twice.run(for: .seconds(2))
    #expect(Self.reason(twice, 2) == .duplicateID && Self.reason(twice, 1) == nil)
  }

  @Test func aMachineThatAnswersForItsAddressKeepsOutOnlyANodeThatIsAlone() {
    func answered(_ farm: inout TestFarm, for time: Engine.Duration) {
      let end = farm.now + time
      while farm.now < end {
        farm.give(0, .addressTaken)
        farm.run(for: .milliseconds(50))
      }
    }
    var alone = NodeLifeTests.farm(2)
    alone.start(0)
    answered(&alone, for: .seconds(5))
    #expect(alone.nodes[0].status == .listening && Self.reason(alone, 0) == .addressTaken)
    // The other machine answers no longer.
    alone.run(for: .seconds(2))
    #expect(Self.reason(alone, 0) == nil && alone.isWhole)
    // The other machine's first answer comes late.
    alone.crash(0)
    alone.start(0)
    alone.run(for: .milliseconds(680))
    #expect(alone.nodes[0].status == .joining)
    answered(&alone, for: .seconds(1))
    #expect(alone.nodes[0].status == .joining && Self.reason(alone, 0) == .addressTaken)
    // Another node that is heard settles who has the id.
    alone.start(1)
    answered(&alone, for: .seconds(3))
    #expect(Self.reason(alone, 0) == nil && alone.isWhole)
    // A node that serves is not driven out.
    alone.crash(1)
    answered(&alone, for: .seconds(3))
    #expect(Self.reason(alone, 0) == nil && alone.isWhole)
  }

  @Test func ofTwoConfigurationsThatMeetWhenBothAreUpTheSmallerPartGivesUp() {
    var farm = NodeLifeTests.farm(3)
    var other = farm.nodes[0].settings
    other.surroundings = Digest(rawValue: 7)
    farm.machines[0].configure(other)
    farm.machines[0].cut = NodeSet(bits: 0b110)
    farm.machines[1].cut = NodeSet(NodeID(0))
    farm.machines[2].cut = NodeSet(NodeID(0))
    farm.startAll()
    farm.run(for: .seconds(3))
    #expect(farm.nodes.allSatisfy { $0.status == .up })
    for i in 0..<3 { farm.machines[i].cut = .empty }
    farm.run(for: .milliseconds(700))
    farm.run(for: .seconds(3)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && farm.machines[0].kernel.filters[0].isEmpty)
    #expect(Self.reason(farm, 0) == .otherConfiguration(of: NodeSet(bits: 0b110)))
  }

  @Test func partsOfDifferentConfigurationsThatStartTogetherDoNotServeSideBySide() {
    for nodes in 2...5 {
      for odd in 1..<(1 << nodes) - 1 {
        var farm = NodeLifeTests.farm(nodes)
        var other = farm.nodes[0].settings
        other.surroundings = Digest(rawValue: 7)
        for i in 0..<nodes where odd >> i & 1 == 1 { farm.machines[i].configure(other) }
        farm.startAll()
        farm.run(for: .seconds(3)) { farm in
          let doubles = farm.doubles()
          #expect(doubles == 0, "\(nodes) nodes, odd \(odd)")
        }
        let isWhole = farm.isWhole
        #expect(isWhole, "\(nodes) nodes, odd \(odd)")
        let up = NodeSet(
          bits: farm.nodes.reduce(0) { $1.status == .up ? $0 | 1 << UInt64($1.id.rawValue) : $0 })
        let odds = NodeSet(bits: UInt64(odd))
        let rest = NodeSet(first: nodes).subtracting(odds)
        let larger = odds.count != rest.count ? odds.count > rest.count : odds.contains(NodeID(0))
        #expect(up == (larger ? odds : rest), "\(nodes) nodes, odd \(odd)")
        for node in farm.nodes where node.status != .up {
          #expect(node.obstacle(at: farm.now) == .otherConfiguration(of: up))
        }
      }
    }
  }
}

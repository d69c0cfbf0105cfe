import Engine
import Testing

/// Which unknown segments are reset, on farms where every node has a flow at once in each bucket that it accepts.
@Suite struct ResetRuleTests {
  /// A farm of this many nodes that has settled.
  /// - Parameters:
  ///   - buckets: 130 are three words, so a heartbeat shows a part of them.
  ///   - others: the sizes of more groups.
  private static func busy(
    nodes: Int, buckets: Int = 130, others: [Int] = [], grace: Duration = .seconds(1)
  ) -> TestFarm {
    let groups = ([buckets] + others).map { GroupSettings(bucketCount: $0) }
    var settings = Settings(nodeCount: nodes, groups: groups)
    settings.life.flapPenalty = 0
    settings.flows.grace = grace
    var farm = TestFarm(settings)
    farm.isBusy = true
    farm.startAll()
    farm.run(for: .seconds(3))
    return farm
  }

  private func expectNoneRobbed(_ farm: borrowing TestFarm, _ what: String) {
    let robbed = farm.nodesRobbed
    #expect(robbed.isEmpty, "\(what) at \(farm.now): flows of \(robbed) are reset")
  }

  /// Buckets that a node owns and whose unknown segments it answers.
  private func resets(_ node: Int, _ farm: borrowing TestFarm) -> BucketSet {
    farm.machines[node].kernel.resets[0]
  }

  /// Moves, crashes, joins and drains, in any order.
  @Test(arguments: Trouble.allCases)
  func noTroubleResetsAFlowThatAMemberStillHas(trouble: Trouble) {
    let settled = ResetRuleTests.busy(nodes: 5)
    for seed in 1...6 {
      var farm = settled
      var random = Xorshift(state: UInt64(seed))
      var robbed: (at: Instant, of: NodeSet)?
      var events = 0
      trouble.befall(&farm, seed: seed) {
        if robbed == nil, !$0.nodesRobbed.isEmpty { robbed = ($0.now, $0.nodesRobbed) }
      }
      // Flows end here and there; the others last far longer than the grace.
      for _ in 0..<30 {
        farm.run(for: .milliseconds(100)) {
          events += 1
          if robbed == nil, !$0.nodesRobbed.isEmpty { robbed = ($0.now, $0.nodesRobbed) }
        }
        for node in farm.nodes.indices {
          var ended = BucketSet(capacity: 130)
          for b in 0..<130 where random.below(40) == 0 { ended.insert(Bucket(b)) }
          farm.machines[node].kernel.endFlows(in: ended)
        }
      }
      #expect(events > 100)
      #expect(robbed == nil, "\(trouble), seed \(seed): \(robbed?.of ?? .empty) at \(robbed?.at ?? .zero)")
      expectEverythingElseResets(farm, "\(trouble), seed \(seed)")
    }
  }

  /// Where no other member has a flow, unknown segments are answered.
  private func expectEverythingElseResets(_ farm: TestFarm, _ what: String) {
    var farm = farm
    farm.run(for: .milliseconds(600))
    for i in farm.nodes.indices where farm.machines[i].isRunning && farm.nodes[i].status == .up {
      var expected = farm.machines[i].kernel.filters[0]
      for j in farm.nodes.indices where j != i && farm.machines[j].isRunning {
        expected.subtract(farm.machines[j].kernel.flows)
      }
      #expect(resets(i, farm) == expected, "\(what): node\(i + 1)")
    }
  }

  @Test func aDrainingNodesFlowsOutliveTheGraceAndAreResetAtItsDeadline() {
    var farm = ResetRuleTests.busy(nodes: 3)
    let moved = farm.machines[1].kernel.filters[0]
    farm.command(1, .drain(deadline: .seconds(5), isForced: false))
    farm.run(for: .milliseconds(4900)) { expectNoneRobbed($0, "while it drains") }
    for i in [0, 2] {
      var mine = farm.machines[i].kernel.filters[0]
      #expect(resets(i, farm).isDisjoint(with: moved))
      mine.subtract(moved)
      #expect(resets(i, farm) == mine, "where no other has flows")
    }
    let cut = farm.machines[1].kernel.flows.count
    #expect(cut == moved.count && cut > 30)
    farm.run(for: .milliseconds(400))
    #expect(farm.notices.contains { $0.node == NodeID(1) && $0.notice == .drained(flowsCut: cut) })
    for i in [0, 2] { #expect(resets(i, farm) == farm.machines[i].kernel.filters[0], "of every bucket") }
  }

  @Test func flowsHandedOverLongBeforeACrashDieWithTheirNodeToo() {
    var farm = ResetRuleTests.busy(nodes: 3)
    let own = farm.machines[1].kernel.filters[0]
    farm.command(1, .setWeight(GroupID(0), 0))
    farm.run(for: .seconds(3)) { expectNoneRobbed($0, "after a weight change") }
    farm.crash(1)
    farm.run(for: .seconds(1))
    var reset = resets(0, farm)
    reset.formUnion(resets(2, farm))
    reset.formIntersection(own)
    #expect(reset == own)
  }

  @Test func aNodeThatReturnsResetsOnlyWhatDiedWithItsFormerLife() {
    var farm = ResetRuleTests.busy(nodes: 3)
    let own = farm.machines[1].kernel.filters[0]
    farm.crash(1)
    farm.run(for: .seconds(2))
    var ended = own
    for b in 0..<65 { ended.remove(Bucket(b)) }
    for i in [0, 2] { farm.machines[i].kernel.endFlows(in: ended) }
    // The other flows in these buckets, which went on at other nodes in the node's absence, stay open.
    farm.start(1)
    farm.run(for: .milliseconds(1200)) { expectNoneRobbed($0, "during the failback") }
    #expect(farm.machines[1].kernel.filters[0] == own)
    for i in [0, 2] { farm.machines[i].kernel.endFlows(in: ended) }
    farm.run(for: .seconds(3)) { expectNoneRobbed($0, "after the failback") }
    #expect(resets(1, farm) == ended)
  }

  @Test func aDaemonThatGoesOnHasFlowsThatItHasNotCountedYet() {
    var farm = ResetRuleTests.busy(nodes: 3)
    farm.command(1, .setWeight(GroupID(0), 50))
    farm.run(for: .seconds(1))
    farm.isBusy = false
    for i in [1, 0] {
      farm.takeAway(i)
      farm.run(for: .milliseconds(150)) { expectNoneRobbed($0, "while node\(i + 1)'s daemon is away") }
      farm.replace(i)
      farm.run(for: .milliseconds(700)) { expectNoneRobbed($0, "after node\(i + 1)'s daemon is back") }
    }
    farm.isBusy = true
    farm.run(for: .seconds(2)) { expectNoneRobbed($0, "later") }
    expectEverythingElseResets(farm, "later")
  }

  @Test func aConfigurationSwitchResetsNobodysFlows() {
    var farm = ResetRuleTests.busy(nodes: 3)
    farm.command(1, .setWeight(GroupID(0), 50))
    farm.run(for: .seconds(1))
    var next = farm.nodes[0].settings
    next.flows.grace = .seconds(2)
    for i in 0..<3 { farm.command(i, .stage(next)) }
    farm.run(for: .seconds(5)) { expectNoneRobbed($0, "around the switch") }
    #expect(farm.nodes.allSatisfy { $0.settings == next })
    expectEverythingElseResets(farm, "after the switch")
  }

  @Test func aGroupInAHeartbeatOfSeveralDatagramsIsKnownAsWell() {
    var farm = ResetRuleTests.busy(nodes: 5, others: [4096, 4096, 4096])
    #expect(HeartbeatPlan(farm.nodes[0].settings).parts.count > 1)
    farm.command(2, .drain(deadline: .seconds(2), isForced: false))
    farm.run(for: .milliseconds(1900)) { expectNoneRobbed($0, "while it drains") }
    farm.run(for: .milliseconds(500))
    for i in [0, 4] { #expect(resets(i, farm) == farm.machines[i].kernel.filters[0]) }
  }
}

import Engine
import Testing

/// Authentic datagrams that are sent again.
@Suite struct NodeReplayTests {
  /// Sends recorded datagrams again, in order, one each 30 ms, to nodes from the address of another.
  static func replay(
    _ said: [[UInt8]], to nodes: [Int], from address: Int, into farm: inout TestFarm, for length: Duration
  ) {
    let end = farm.now + length
    var next = 0
    while farm.now < end {
      for i in nodes where farm.machines[i].isRunning {
        Attacker.send(said[next % said.count], to: i, from: address, in: &farm)
      }
      next += 1
      farm.run(for: .milliseconds(30)) { #expect($0.doubles() == 0) }
    }
  }

  static func said(_ notice: Notice, in farm: TestFarm) -> Int { farm.notices.count { $0.notice == notice } }

  @Test func replaysOfARunningNodeChangeNothing() {
    var (farm, attacker) = Attacker.recorded(3)
    NodeReplayTests.replay(attacker.said(by: 1), to: [0, 1, 2], from: 1, into: &farm, for: .seconds(3))
    #expect(farm.isWhole && NodeLifeTests.viewChanges(farm) == 0)
  }

  @Test func replaysChangeNothingWhereAHeartbeatIsSeveralDatagrams() {
    var (farm, attacker) = Attacker.recorded(3, for: .milliseconds(1500)) {
      $0.groups = Array(repeating: GroupSettings(bucketCount: 2048), count: 6)
    }
    #expect(HeartbeatPlan(farm.nodes[0].settings).parts.count > 1)
    farm.crash(1)
    farm.run(for: .milliseconds(800))
    farm.start(1)
    farm.run(for: .milliseconds(1500))
    #expect(farm.isWhole)
    farm.notices = []
    let before = farm.nodes[0].outcomes[Int(Outcome.stale.rawValue)]
    let said = attacker.said(by: 2)
    for bytes in said {
      for i in 0...1 { Attacker.send(bytes, to: i, from: 2, in: &farm) }
      farm.run(for: .milliseconds(5))
    }
    #expect(farm.isWhole && NodeLifeTests.viewChanges(farm) == 0)
    #expect(farm.nodes[0].outcomes[Int(Outcome.stale.rawValue)] - before == said.count)
  }

  @Test func replaysOfAFormerLifeChangeNothingAtAnyNode() {
    var (farm, attacker) = Attacker.recorded(3)
    farm.crash(1)
    farm.run(for: .seconds(1))
    farm.start(1)
    farm.run(for: .seconds(3))
    #expect(farm.isWhole && farm.nodes[1].status == .up)
    farm.notices = []
    NodeReplayTests.replay(attacker.said(by: 1), to: [0, 1, 2], from: 1, into: &farm, for: .seconds(3))
    #expect(farm.isWhole && farm.nodes[1].status == .up && NodeLifeTests.viewChanges(farm) == 0)
  }

  @Test(arguments: [false, true])
  func aRestartedNodeJoinsWhileItsFormerLifeIsSentToIt(isRemembered: Bool) {
    var (farm, attacker) = Attacker.recorded(3, for: .seconds(20))
    farm.remembersBoots = isRemembered
    farm.crash(1)
    farm.run(for: .seconds(1))
    farm.start(1)
    NodeReplayTests.replay(attacker.said(by: 1), to: [1], from: 0, into: &farm, for: .milliseconds(1500))
    #expect(farm.nodes[1].status == .up && farm.isWhole)
    NodeReplayTests.replay(attacker.said(by: 1), to: [0, 1, 2], from: 0, into: &farm, for: .seconds(2))
    #expect(farm.nodes[1].status == .up && farm.isWhole)
    #expect(NodeReplayTests.said(.duplicateNodeID, in: farm) == 0)
  }

  @Test func aLastSurvivorThatRestartsKnowsItsFormerLifeByItsBootID() {
    var (farm, attacker) = Attacker.recorded(2, for: .seconds(20))
    farm.remembersBoots = true
    farm.crash(0)
    farm.crash(1)
    farm.start(1)
    NodeReplayTests.replay(attacker.said(by: 1), to: [1], from: 0, into: &farm, for: .seconds(2))
    #expect(farm.nodes[1].status == .up && farm.machines[1].kernel.filters[0].count == 64)
  }

  /// Not even at a node that has restarted.
  @Test func replaysDoNotBringBackANodeThatIsGone() {
    var (farm, attacker) = Attacker.recorded(3, for: .seconds(20))
    farm.crash(1)
    farm.run(for: .seconds(2))
    farm.crash(2)
    farm.run(for: .seconds(1))
    farm.start(2)
    // The datagrams of its last seconds, which are as new as possible.
    let said = Array(attacker.said(by: 1).suffix(40))
    NodeReplayTests.replay(said, to: [0, 2], from: 1, into: &farm, for: .milliseconds(1200))
    #expect(farm.nodes[2].status == .up)
    #expect(farm.nodes[2].view.members == NodeSet(bits: 0b101))
    #expect(farm.machines[0].kernel.filters[0].count + farm.machines[2].kernel.filters[0].count == 64)
  }

  /// Both the restarted node and the others say so.
  @Test func aRestartedNodeJoinsWhileADeadNodesDatagramsAreReplayed() {
    var (farm, attacker) = Attacker.recorded(3, for: .seconds(20))
    farm.crash(1)
    farm.run(for: .seconds(2))
    farm.crash(2)
    farm.run(for: .seconds(1))
    farm.notices = []
    farm.start(2)
    NodeReplayTests.replay(attacker.said(by: 1), to: [0, 2], from: 1, into: &farm, for: .milliseconds(1500))
    #expect(farm.nodes[2].status == .up && farm.isWhole)
    NodeReplayTests.replay(attacker.said(by: 1), to: [0, 2], from: 1, into: &farm, for: .seconds(3))
    #expect(farm.nodes[2].status == .up && farm.isWhole)
    #expect(farm.nodes[2].view.members == NodeSet(bits: 0b101))
    for node in [0, 2] {
      #expect(farm.notices.count { $0.node == NodeID(node) && $0.notice == .stale(NodeID(1)) } == 1)
    }
    // The alarm is raised again once there was none for a while.
    farm.run(for: .seconds(1))
    NodeReplayTests.replay(attacker.said(by: 1), to: [0], from: 1, into: &farm, for: .seconds(1))
    #expect(NodeReplayTests.said(.stale(NodeID(1)), in: farm) == 3)
    farm.start(1)
    farm.run(for: .seconds(2))
    #expect(farm.isWhole && farm.nodes[1].status == .up)
  }

  @Test func aNodeThatRestartsKnowsHowFarTheOthersHadCome() {
    var (farm, attacker) = Attacker.recorded(2, for: .seconds(20))
    farm.crash(1)
    farm.run(for: .seconds(2))
    farm.takeAway(0)
    // Too late to resume.
    farm.run(for: .seconds(1))
    farm.replace(0)
    NodeReplayTests.replay(attacker.said(by: 1), to: [0], from: 1, into: &farm, for: .seconds(2))
    #expect(farm.nodes[0].status == .up && farm.machines[0].kernel.filters[0].count == 64)
  }
}

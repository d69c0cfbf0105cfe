import Engine
import Testing

/// A node that cannot authenticate the others.
@Suite struct NodeLockOutTests {
  /// Time passes while a node is told every 50 ms that heartbeats of others do not fit its key.
  static func run(_ farm: inout TestFarm, locking node: Int, for length: Duration) {
    for _ in 0..<Int(length.nanoseconds / 50_000_000) {
      farm.give(node, .unauthenticated(from: NodeID(1)))
      farm.run(for: .milliseconds(50))
    }
  }

  /// It does once the strange heartbeats have stopped for tau.
  @Test func aNodeThatCannotAuthenticateOthersDoesNotComeUpAlone() {
    var farm = NodeLifeTests.farm(2)
    farm.start(0)
    NodeLockOutTests.run(&farm, locking: 0, for: .seconds(5))
    #expect(farm.nodes[0].status == .listening)
    #expect(farm.machines[0].kernel.filters[0].isEmpty)
    let told = farm.notices.count { $0.notice == .unauthenticated(from: NodeID(1)) }
    #expect(told == 1)
    farm.run(for: .seconds(2))
    #expect(farm.nodes[0].status == .up)
    #expect(farm.machines[0].kernel.filters[0].count == 64)
  }

  @Test func aNodeThatIsJoiningThenDoesNotComeUpAloneEither() {
    var farm = NodeLifeTests.farm(2)
    farm.start(0)
    farm.run(for: .milliseconds(700))
    #expect(farm.nodes[0].status == .joining)
    NodeLockOutTests.run(&farm, locking: 0, for: .seconds(3))
    #expect(farm.nodes[0].status == .joining)
    #expect(farm.machines[0].kernel.filters[0].isEmpty)
  }

  @Test func strangeHeartbeatsMeanNothingToANodeThatHearsAMemberOrIsUp() {
    var farm = NodeLifeTests.farm(3)
    farm.start(0)
    farm.start(1)
    farm.run(for: .seconds(3))
    let before = NodeLifeTests.viewChanges(farm)
    for _ in 0..<40 {
      farm.give(0, .unauthenticated(from: NodeID(2)))
      farm.give(1, .unauthenticated(from: NodeID(2)))
      farm.run(for: .milliseconds(50)) { #expect($0.doubles() == 0) }
    }
    #expect(NodeLifeTests.viewChanges(farm) == before)
    farm.start(2)
    NodeLockOutTests.run(&farm, locking: 2, for: .seconds(3))
    #expect(farm.nodes[2].status == .up)
    #expect(farm.isWhole)
  }

  @Test func strangeHeartbeatsKeepANodeFromServingAloneFor45SecondsAtMost() {
    var farm = NodeLifeTests.farm(2)
    farm.start(0)
    NodeLockOutTests.run(&farm, locking: 0, for: .seconds(44))
    #expect(farm.nodes[0].status == .listening)
    NodeLockOutTests.run(&farm, locking: 0, for: .seconds(2))
    #expect(farm.nodes[0].status == .up && farm.machines[0].kernel.filters[0].count == 64)
    // After its next start it waits again.
    farm.crash(0)
    farm.start(0)
    NodeLockOutTests.run(&farm, locking: 0, for: .seconds(40))
    #expect(farm.nodes[0].status == .listening)
  }

  @Test func aLastSurvivorThatStoodStillForASecondServesAgainAtOnce() {
    var farm = NodeLifeTests.running(2)
    farm.crash(1)
    farm.run(for: .seconds(2))
    farm.machines[0].isStalled = true
    farm.run(for: .seconds(1))
    farm.resumeDaemon(0)
    NodeLockOutTests.run(&farm, locking: 0, for: .seconds(1))
    #expect(farm.nodes[0].status == .up && farm.machines[0].kernel.filters[0].count == 64)
  }

  @Test func whatComesFromTheAddressOfANodeThatIsHeardKeepsNobodyOut() {
    var farm = NodeLifeTests.farm(3)
    farm.startAll()
    // Nobody pretends to be another node towards node 1, which therefore begins.
    for _ in 0..<60 {
      for (node, address) in [(0, 1), (0, 2), (2, 0), (2, 1)] {
        farm.give(node, .unauthenticated(from: NodeID(address)))
      }
      farm.run(for: .milliseconds(50)) { #expect($0.doubles() == 0) }
    }
    #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up })
    // Two nodes that start while the third is silent hear each other once they join.
    var two = NodeLifeTests.farm(3)
    two.start(0)
    two.start(1)
    for _ in 0..<2 { NodeLockOutTests.run(&two, locking: 0, for: .milliseconds(300)) }
    two.run(for: .seconds(3))
    #expect(two.isWhole)
  }

  @Test func anOperatorWhoKnowsBetterResumesTheNode() {
    var farm = NodeLifeTests.farm(2)
    farm.start(0)
    NodeLockOutTests.run(&farm, locking: 0, for: .seconds(3))
    #expect(farm.nodes[0].status == .listening)
    farm.command(0, .resume)
    NodeLockOutTests.run(&farm, locking: 0, for: .seconds(1))
    #expect(farm.nodes[0].status == .up)
  }
}

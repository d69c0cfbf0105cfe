import Engine
import Testing

/// Where a node says it stands.
@Suite struct StandingTests {
  @Test func inAWholeFarmEveryNodeClaimsItsTargetsAndAllAgree() {
    var farm = NodeLifeTests.running(3, buckets: 10)
    farm.run(for: .milliseconds(50))
    for node in farm.nodes {
      let standing = node.standing
      #expect(standing.status == .up && standing.view == node.view && !standing.isCatchingUp)
      let until = standing.leaseUntil ?? .zero
      #expect(until > farm.now && until <= farm.now + .milliseconds(450))
      #expect(standing.groups[0].holes == 0 && standing.groups[0].doubles == 0)
      #expect(standing.groups[0].claims == standing.groups[0].targets)
      #expect(standing.groups[0].claims == farm.machines.map { $0.kernel.filters[0].count })
      #expect(standing.groups[0].own == farm.machines[node.id.index].kernel.filters[0])
      #expect(standing.members.allSatisfy { $0.sharesView && $0.status == .up && $0.weights == [100] })
      for (i, member) in standing.members.enumerated() {
        let isSelf = i == node.id.index
        #expect((member.lastHeard == nil) == isSelf && (member.lastHeardHere == nil) == isSelf)
        #expect(isSelf || farm.now - (member.lastHeardHere ?? .zero) <= .milliseconds(101))
      }
      #expect(standing.groups[0].unknown.isEmpty && standing.sequence == node.sequence)
    }
  }

  @Test func aCrashShowsAsSilenceThenAsHolesThatAreFilled() {
    var farm = NodeLifeTests.running(3, buckets: 10)
    let lost = farm.machines[2].kernel.filters[0].count
    farm.crash(2)
    farm.run(for: .milliseconds(400))
    var standing = farm.nodes[0].standing
    #expect(farm.now - (standing.members[2].lastHeard ?? farm.now) >= .milliseconds(400))
    #expect(standing.members[2].status == .up)
    #expect(standing.groups[0].claims[2] == lost)
    farm.run(for: .milliseconds(300))
    standing = farm.nodes[0].standing
    #expect(standing.members[2].status == nil && !standing.view.members.contains(NodeID(2)))
    #expect(standing.groups[0].claims[2] == 0 && standing.groups[0].targets[2] == 0)
    #expect(standing.groups[0].holes == 0)
  }

  @Test func bucketsWithTwoClaimantsAndWithNoneAreCounted() {
    var farm = NodeLifeTests.running(3, buckets: 10)
    farm.crash(2)
    farm.makePuppet(2)
    // A bucket of node1's, under a view that nobody shares.
    let bucket = (0..<10).first { farm.machines[0].kernel.filters[0].contains(Bucket($0)) } ?? 0
    farm.machines[2].puppet?.incarnation = Incarnation(2_000_000)
    farm.machines[2].puppet?.sharesView = false
    farm.machines[2].puppet?.claims.insert(Bucket(bucket))
    farm.speak(2)
    farm.run(for: .milliseconds(1))
    let standing = farm.nodes[1].standing
    #expect(standing.groups[0].doubles == 1)
    #expect(standing.groups[0].holes > 0)
    #expect(standing.groups[0].claims[2] == 1)
    #expect(!standing.members[2].sharesView)
  }
}

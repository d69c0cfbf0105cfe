import Engine
import Testing

@Suite("Where a node says it stands")
struct StandingTests {
  @Test("In a whole farm every node claims what it is the target of, and all say the same of each other")
  func whole() {
    var farm = NodeLifeTests.running(3, buckets: 10)
    farm.run(for: .milliseconds(50))
    for node in farm.nodes {
      let standing = node.standing(at: farm.now)
      #expect(standing.status == .up && standing.view == node.view && standing.hasLease)
      #expect(standing.leaseUntil > farm.now && standing.leaseUntil <= farm.now + .milliseconds(450))
      #expect(standing.groups[0].holes == 0 && standing.groups[0].doubles == 0)
      #expect(standing.groups[0].claimed == standing.groups[0].targeted)
      #expect(standing.groups[0].claimed == farm.filters.map { $0[0].count })
      #expect(standing.groups[0].own == farm.filters[node.id.index][0])
      #expect(standing.members.allSatisfy { $0.isLive && $0.sharesView && $0.status == .up })
      #expect(standing.members.allSatisfy { ($0.silence ?? .seconds(9)) <= .milliseconds(101) })
      #expect(standing.members[node.id.index].silence == .zero)
      #expect(standing.groups[0].unknown.isEmpty && standing.groups[0].weights == [100, 100, 100])
    }
  }

  @Test("A crash shows as silence, then as holes that are filled")
  func crash() {
    var farm = NodeLifeTests.running(3, buckets: 10)
    let lost = farm.filters[2][0].count
    farm.crash(2)
    farm.run(for: .milliseconds(400))
    var standing = farm.nodes[0].standing(at: farm.now)
    #expect((standing.members[2].silence ?? .zero) >= .milliseconds(400) && standing.members[2].isLive)
    #expect(standing.groups[0].claimed[2] == lost)
    farm.run(for: .milliseconds(300))
    standing = farm.nodes[0].standing(at: farm.now)
    #expect(!standing.members[2].isLive && !standing.isMember(NodeID(2)))
    #expect(standing.groups[0].claimed[2] == 0 && standing.groups[0].targeted[2] == 0)
    #expect(standing.groups[0].holes == 0)
  }

  @Test("Two claimants and none are counted, and a lease that ran out is none")
  func trouble() {
    var farm = NodeLifeTests.running(3, buckets: 10)
    farm.crash(2)
    farm.makePuppet(2)
    // A bucket of node1's, under a view that nobody shares.
    let bucket = (0..<10).first { farm.filters[0][0].contains(Bucket($0)) } ?? 0
    farm.puppets[2]?.sharesView = false
    farm.puppets[2]?.claims.insert(Bucket(bucket))
    farm.speak(2)
    farm.run(for: .milliseconds(1))
    let standing = farm.nodes[1].standing(at: farm.now)
    #expect(standing.groups[0].doubles == 1)
    #expect(standing.groups[0].holes > 0)
    #expect(standing.groups[0].claimed[2] == 1)
    #expect(!standing.members[2].sharesView)
    #expect(!farm.nodes[1].standing(at: farm.now + .milliseconds(451)).hasLease)
  }
}

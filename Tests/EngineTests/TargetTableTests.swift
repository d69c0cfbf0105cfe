import Engine
import Testing

/// What holds for the tables of all policies, and each policy's smallest example.
@Suite struct TargetTableTests {
  /// A node of weight 0 is no target.
  @Test(arguments: GroupPolicy.allCases)
  func everyBucketHasATargetThatServesIfThereIsAny(policy: GroupPolicy) {
    let configured: [UInt16] = [100, 0, 300, 20, 100, 100]
    let group = GroupSettings(bucketCount: 61, hashSeed: 9, policy: policy, weights: configured)
    let table = TargetTable(group: group, nodeCount: 6)
    for bits in UInt64(0)..<64 {
      for weights in [configured, [1, 100, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]] as [[UInt16]] {
        let serving = NodeSet(bits: bits)
        let able = serving.filter { min(configured[$0.index], weights[$0.index]) > 0 }
        for target in Tables.targets(table, serving, weights) {
          if able.isEmpty {
            #expect(target == TargetTable.none)
          } else {
            #expect(able.contains { $0.rawValue == target })
          }
        }
      }
    }
  }

  @Test(arguments: GroupPolicy.allCases)
  func aSingleBucketHasASingleTarget(policy: GroupPolicy) {
    #expect(Tables.targets(policy, buckets: 1, nodes: 3).count == 1)
    #expect(Tables.targets(policy, buckets: 1, nodes: 3, serving: NodeSet(NodeID(2))) == [2])
  }

  @Test(arguments: GroupPolicy.allCases)
  func nodesThatAreNotConfiguredAreIgnored(policy: GroupPolicy) {
    let all = Tables.targets(policy, buckets: 64, nodes: 3, serving: NodeSet(bits: .max))
    #expect(all == Tables.targets(policy, buckets: 64, nodes: 3))
  }

  @Test(arguments: GroupPolicy.allCases)
  func aWeightAboveTheConfiguredOneCountsAsTheConfiguredOne(policy: GroupPolicy) {
    let raised = Tables.targets(policy, buckets: 64, nodes: 3, weights: [500, 100, 100])
    #expect(raised == Tables.targets(policy, buckets: 64, nodes: 3))
  }

  @Test func byPriorityTheFirstNodeUpServesAll() {
    func all(_ serving: UInt64, _ weights: [UInt16] = []) -> [UInt8] {
      Tables.targets(.priority, buckets: 5, nodes: 3, serving: NodeSet(bits: serving), weights: weights)
    }
    #expect(all(0b111) == [0, 0, 0, 0, 0])
    #expect(all(0b110) == [1, 1, 1, 1, 1])
    #expect(all(0b100) == [2, 2, 2, 2, 2])
    #expect(all(0b111, [0, 100, 100]) == [1, 1, 1, 1, 1])
  }

  @Test func byModuloBucketsAreDealtOutInTurnByWeight() {
    #expect(Tables.targets(.modulo, buckets: 7, nodes: 3) == [0, 1, 2, 0, 1, 2, 0])
    let down = Tables.targets(.modulo, buckets: 7, nodes: 3, serving: NodeSet(bits: 0b101))
    #expect(down == [0, 2, 0, 2, 0, 2, 0])
    let weighted = Tables.targets(.modulo, buckets: 8, nodes: 2, configured: [300, 100])
    #expect(Tables.loads(weighted, nodes: 2) == [6, 2])
  }

  @Test func contiguousBucketsAreRunsOfNeighboursByWeight() {
    #expect(Tables.targets(.contiguous, buckets: 7, nodes: 3) == [0, 0, 0, 1, 1, 2, 2])
    #expect(
      Tables.targets(.contiguous, buckets: 8, nodes: 2, configured: [300, 100]) == [0, 0, 0, 0, 0, 0, 1, 1])
  }

  /// The target is the bucket times the live count over the number of buckets.
  @Test func byScalingABucketIsScaledByTheLiveCount() {
    #expect(Tables.targets(.scaled, buckets: 8, nodes: 4) == [0, 0, 1, 1, 2, 2, 3, 3])
    let down = Tables.targets(.scaled, buckets: 8, nodes: 4, serving: NodeSet(bits: 0b1101))
    #expect(down == [0, 0, 0, 2, 2, 2, 3, 3])
  }

  @Test(arguments: [GroupPolicy.preference, .priority])
  func aLowerWeightGivesUpExactlyThatShareOfANodesOwnBuckets(policy: GroupPolicy) {
    let group = GroupSettings(bucketCount: 400, hashSeed: 4, policy: policy)
    let table = TargetTable(group: group, nodeCount: 4)
    let full = Tables.targets(table, NodeSet(first: 4))
    var before = full
    for weight in [75, 50, 25, 1, 0] as [UInt16] {
      let after = Tables.targets(table, NodeSet(first: 4), [weight, 100, 100, 100])
      let own = Tables.loads(full, nodes: 4)[0]
      #expect(Tables.loads(after, nodes: 4)[0] == (own * Int(weight) + 99) / 100)
      // Each step only takes more of node 0's buckets away.
      for b in 0..<400 where after[b] != before[b] { #expect(before[b] == 0) }
      before = after
    }
    #expect(before == Tables.targets(table, NodeSet(bits: 0b1110)))
  }

  @Test func aLowerWeightIsKeptForBucketsInheritedFromANodeThatLeft() {
    let table = TargetTable(group: GroupSettings(bucketCount: 4000), nodeCount: 4)
    let loads = Tables.loads(Tables.targets(table, NodeSet(bits: 0b1110), [100, 50, 100, 100]), nodes: 4)
    // Node 1 has half of the 1333 it would have: exactly half of its 1000, about half of 333 (sd 9).
    #expect(abs(loads[1] - 667) < 36)
  }
}

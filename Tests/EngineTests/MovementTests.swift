import Engine
import Testing

/// How many buckets a leave and a return move.
@Suite struct MovementTests {
  @Test(arguments: [GroupPolicy.preference, .priority, .rendezvous])
  func aLeaveMovesOnlyTheLeaversBucketsAndItsReturnRestoresTheTable(policy: GroupPolicy) {
    let configured: [UInt16] = [100, 100, 250, 100, 40, 100, 0, 100]
    for (weights, lowered) in [([], []), (configured, []), (configured, [100, 30, 100, 100, 40, 0, 0, 1])]
      as [([UInt16], [UInt16])]
    {
      let group = GroupSettings(bucketCount: 256, hashSeed: 11, policy: policy, weights: weights)
      let table = TargetTable(group: group, nodeCount: 8)
      // Tries every single leave from every set of serving nodes.
      for bits in UInt64(1)..<256 {
        let before = Tables.targets(table, NodeSet(bits: bits), lowered)
        for leaver in NodeSet(bits: bits) where bits.nonzeroBitCount > 1 {
          let left = NodeSet(bits: bits).subtracting(NodeSet(leaver))
          let after = Tables.targets(table, left, lowered)
          for b in before.indices where before[b] != leaver.rawValue && before[b] != after[b] {
            Issue.record("bucket \(b) moved from \(before[b]) to \(after[b]) when \(leaver) left \(bits)")
          }
        }
      }
      let all = Tables.targets(table, NodeSet(first: 8), lowered)
      var reused = all
      for n in 0..<8 {
        table.targets(
          serving: NodeSet(first: 8).subtracting(NodeSet(NodeID(n))), weights: lowered, into: &reused)
        table.targets(serving: NodeSet(first: 8), weights: lowered, into: &reused)
        #expect(reused == all)
      }
    }
  }

  /// From N to N - 1 nodes, (N - 1)/N of the buckets move.
  @Test(arguments: [3, 4, 5, 6])
  func byModuloAllButOneOfNBucketsMoveWhoeverLeaves(nodes: Int) {
    let buckets = 60 * nodes
    for n in 0..<nodes {
      #expect(moved(.modulo, buckets, nodes, leaver: n) == buckets * (nodes - 1) / nodes)
    }
  }

  @Test(arguments: [4, 5, 6, 9, 10, 11, 12])
  func byScalingHalfOfTheBucketsMoveWhenTheFirstOrLastLeaves(nodes: Int) {
    // 3960 is a multiple of N (N - 1) for all of these, so that shares are whole.
    #expect(moved(.scaled, 3960, nodes, leaver: nodes - 1) == 1980)
    #expect(moved(.scaled, 3960, nodes, leaver: 0) == 1980)
    #expect(moved(.scaled, 3960, nodes, leaver: nodes / 2) < 1980)
    #expect(moved(.contiguous, 3960, nodes, leaver: nodes - 1) == 1980)
  }

  /// The figures of docs/ownership.md.
  @Test(arguments: [64, 256])
  func whatAWeightInTheFileAndAnotherNodeMove(buckets: Int) {
    func table(_ weights: [UInt16]) -> [UInt8] {
      Tables.targets(
        TargetTable(group: GroupSettings(bucketCount: buckets, weights: weights), nodeCount: weights.count),
        NodeSet(first: weights.count), [])
    }
    func movement(_ next: [UInt16]) -> [Int] {
      let movement = Movement(from: table([100, 100, 100, 100]), to: table(next))
      return [movement.moved, movement.minimum]
    }
    let isSmall = buckets == 64
    #expect(movement([100, 50, 100, 100]) == (isSmall ? [22, 7] : [87, 27]))
    #expect(movement([100, 0, 100, 100]) == (isSmall ? [43, 16] : [171, 64]))
    #expect(movement([100, 100, 100, 50]) == (isSmall ? [7, 7] : [27, 27]))
    #expect(movement([100, 100, 100, 100, 100]) == (isSmall ? [12, 12] : [51, 51]))
  }

  @Test func theMinimumIsWhatNodesGain() {
    let movement = Movement(from: [0, 0, 1, 1, 2, 255], to: [0, 1, 2, 1, 1, 0])
    #expect(movement.moved == 4)
    #expect(movement.minimum == 1)
    #expect(movement.excess == 3)
    #expect(Movement(from: [3, 3], to: [3, 3]) == Movement(from: [], to: []))
  }

  private func moved(_ policy: GroupPolicy, _ buckets: Int, _ nodes: Int, leaver: Int) -> Int {
    let group = GroupSettings(bucketCount: buckets, policy: policy)
    let table = TargetTable(group: group, nodeCount: nodes)
    let all = NodeSet(first: nodes)
    let left = all.subtracting(NodeSet(NodeID(leaver)))
    return Movement(from: Tables.targets(table, all), to: Tables.targets(table, left)).moved
  }
}

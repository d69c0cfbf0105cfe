import Engine
import Testing

/// How even the default policy's tables are, before and after failures.
@Suite struct PreferenceListTests {
  struct Bound: Sendable, CustomTestStringConvertible {
    let buckets: Int
    let nodes: Int
    /// Mean of the largest share over the mean share after 0 to 3 failures.
    let bounds: [Double]
    var testDescription: String { "\(buckets) buckets, \(nodes) nodes" }
  }

  /// The protocol's design promises these, rounded to three digits.
  static let promised = [
    Bound(buckets: 256, nodes: 8, bounds: [1.000, 1.012, 1.008, 1.016]),
    Bound(buckets: 256, nodes: 32, bounds: [1.000, 1.090, 1.166, 1.179]),
    Bound(buckets: 1024, nodes: 32, bounds: [1.000, 1.029, 1.026, 1.035]),
    Bound(buckets: 4096, nodes: 32, bounds: [1.000, 1.007, 1.006, 1.010]),
  ]

  @Test(arguments: promised)
  func theLargestShareAfterFailuresIsWithinThePromisedBound(bound: Bound) {
    let group = GroupSettings(bucketCount: bound.buckets, hashSeed: 0xfa12)
    let table = TargetTable(group: group, nodeCount: bound.nodes)
    for failures in 0...3 {
      let sets = Tables.subsets(of: bound.nodes, size: failures)
      // About 100 sets, spread over all of them.
      let step = max(1, sets.count / 100)
      var (sum, count) = (0.0, 0.0)
      for i in stride(from: 0, to: sets.count, by: step) {
        let up = NodeSet(first: bound.nodes).subtracting(sets[i])
        let largest = Tables.loads(Tables.targets(table, up), nodes: bound.nodes).max() ?? 0
        sum += Double(largest) * Double(bound.nodes - failures) / Double(bound.buckets)
        count += 1
      }
      #expect(sum / count <= bound.bounds[failures] + 0.0005, "after \(failures) failures")
    }
  }

  /// Without a failure every share is the quota rounded down or up: the largest is ceil(B/N).
  @Test(arguments: [(1, 1), (1, 64), (7, 3), (60, 7), (100, 9), (256, 5), (256, 31), (1000, 64)])
  func withoutAFailureEveryShareIsTheQuotaRoundedDownOrUp(buckets: Int, nodes: Int) {
    let loads = Tables.loads(Tables.targets(.preference, buckets: buckets, nodes: nodes), nodes: nodes)
    #expect(loads.max() == (buckets + nodes - 1) / nodes)
    #expect(loads.min() == buckets / nodes)
  }

  @Test(arguments: [(60, 7), (100, 9), (256, 5), (256, 31), (300, 32)])
  func afterAnySingleFailureTheLargestShareIsTheSmallestPossible(buckets: Int, nodes: Int) {
    let table = TargetTable(group: GroupSettings(bucketCount: buckets), nodeCount: nodes)
    for n in 0..<nodes {
      let up = NodeSet(first: nodes).subtracting(NodeSet(NodeID(n)))
      let loads = Tables.loads(Tables.targets(table, up), nodes: nodes)
      // Nothing but the leaver's buckets moves, so a share cannot fall below what it was.
      #expect(loads.max() == max((buckets + nodes - 1) / nodes, (buckets + nodes - 2) / (nodes - 1)))
    }
  }

  @Test func everyShareIsWithinOneBucketOfItsQuotaAlsoAfterAFailure() {
    let weights: [UInt16] = [100, 200, 300, 50, 350, 1000, 0]
    let group = GroupSettings(bucketCount: 1024, hashSeed: 3, weights: weights)
    let table = TargetTable(group: group, nodeCount: 7)
    for down in [NodeSet.empty] + Tables.subsets(of: 7, size: 1) {
      let loads = Tables.loads(Tables.targets(table, NodeSet(first: 7).subtracting(down)), nodes: 7)
      var sum = 0
      for n in 0..<7 where !down.contains(NodeID(n)) { sum += Int(weights[n]) }
      for n in 0..<7 where !down.contains(NodeID(n)) {
        let quota = Double(1024 * Int(weights[n])) / Double(sum)
        #expect(abs(Double(loads[n]) - quota) < (down.isEmpty ? 1 : 1.5), "node \(n) without \(down.bits)")
      }
    }
  }

  @Test(arguments: [60, 256])
  func aNodeAppendedToTheConfigurationMovesItsShareAndNothingElse(buckets: Int) {
    var old = Tables.targets(.preference, buckets: buckets, nodes: 1)
    for nodes in 2...16 {
      let new = Tables.targets(.preference, buckets: buckets, nodes: nodes)
      let movement = Movement(from: old, to: new)
      #expect(movement.excess == 0)
      #expect(movement.moved == buckets / nodes)
      old = new
    }
  }

  @Test func anotherHashSeedGivesAnotherTableOfTheSameQuality() {
    let one = Tables.targets(.preference, buckets: 256, nodes: 8, seed: 1)
    let two = Tables.targets(.preference, buckets: 256, nodes: 8, seed: 2)
    #expect(one != two)
    #expect(Tables.loads(one, nodes: 8) == Tables.loads(two, nodes: 8))
  }
}

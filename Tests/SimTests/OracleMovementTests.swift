import Engine
import Testing

@testable import Sim

/// Which buckets move and how even the shares are, read from the filters of running farms.
@Suite struct OracleMovementTests {
  /// Buckets that change owner when the last of four nodes leaves, of 252: the leaver's alone, `(N-1)/N` with the
  /// modulo, exactly half where the hash is scaled by the live count.
  @Test(arguments: [("preference", 63), ("modulo", 189), ("scaled", 126), ("contiguous", 126)])
  func aLeaveMovesWhatThePolicySays(policy: String, moved: Int) throws {
    for fault in ["leave", "crash"] {
      let scenario = try OracleFarm.scenario(
        nodes: 4, buckets: 252, policy: policy,
        rest: """
          faults: [{at: 3 s, \(fault): node4}]
          run: {duration: 5 s}
          """)
      let result = OracleFarm.result(scenario)
      #expect(result.rebalances[0].bucketsMoved == moved, "\(policy), \(fault)")
      #expect(result.rebalances[0].bucketsMovedMinimum == 63, "\(policy), \(fault)")
    }
  }

  /// Rendezvous moves the leaver's alone too, however many it has; and a return restores every owner.
  @Test(arguments: ["preference", "rendezvous"])
  func aLeaveTouchesTheLeaversBucketsAlone(policy: String) throws {
    let scenario = try OracleFarm.scenario(
      nodes: 4, buckets: 256, policy: policy,
      rest: """
        faults: [{at: 3 s, leave: node2}, {at: 5 s, restart: node2}]
        run: {duration: 8 s}
        """)
    var world = World(scenario, seed: OracleFarm.seed, trial: 0, keepsDetails: false)
    world.run(until: .zero + .seconds(3))
    let before = world.meters.ownership.owners
    world.run(until: .zero + .seconds(5))
    let without = world.meters.ownership.owners
    world.run(until: .never)
    let after = world.meters.ownership.owners
    let wrong = before.indices.filter { (before[$0] == 0b10) != (before[$0] != without[$0]) }
    #expect(wrong.isEmpty && before.contains(0b10))
    #expect(after == before)
  }

  /// The quota `ceil(B/N) N/B` against a random owner for each bucket: mean of max/mean 1.259 for N = 8, B = 256,
  /// and shares that vary by `sqrt((N-1)/B)`.
  @Test func preferenceSharesAreEvenAndRendezvousSharesRandom() async throws {
    @Sendable func shares(_ scenario: Scenario, _ seed: Int) -> [Double] {
      var scenario = scenario
      scenario.farm.settings.groups[0].hashSeed = UInt32(seed)
      var world = World(scenario, seed: OracleFarm.seed, trial: seed, keepsDetails: false)
      world.run(until: .never)
      return world.meters.ownership.counts(of: GroupID(0)).map(Double.init)
    }
    for buckets in [256, 250] {
      let even = try OracleFarm.scenario(nodes: 8, buckets: buckets, rest: "run: {duration: 2 s}")
      for counts in await OracleFarm.trials(3, { shares(even, $0) }) {
        #expect(counts.max() == 32 && counts.reduce(0, +) == Double(buckets))
      }
    }
    let random = try OracleFarm.scenario(
      nodes: 8, buckets: 256, policy: "rendezvous", rest: "run: {duration: 2 s}")
    let tables = await OracleFarm.trials(60) { shares(random, $0) }
    let summaries = try tables.map { try Statistics.skew($0) }
    let peaks = summaries.map(\.maxOverMean)
    let error =
      try OracleFarm.sigmas * Statistics.standardDeviation(peaks) / Double(peaks.count).squareRoot()
    #expect(abs(try Statistics.mean(peaks) - 1.259) < error)
    // Chi-square of node counts: mean N - 1, so the squared variations have mean (N-1)/B, each with relative
    // standard deviation sqrt(2/(N-1)).
    let squares = try Statistics.mean(summaries.map { $0.variation * $0.variation })
    let law = 7.0 / 256
    #expect(abs(squares - law) < OracleFarm.sigmas * law * (2.0 / 7 / 60).squareRoot())
  }
}

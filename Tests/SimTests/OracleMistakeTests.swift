import Engine
import Testing

@testable import Sim

/// How often a live node is taken for dead, against the laws of runs of lost heartbeats.
@Suite struct OracleMistakeTests {
  /// Independent loss of 30 %, and bursts that are lost as a whole: enter 5 %, leave 30 %.
  struct Losses: Sendable, CustomTestStringConvertible {
    var text: String
    /// The chance to lose a heartbeat after one that arrived, and after one that was lost.
    var afterArrival: Double
    var afterLoss: Double
    /// Published mean number of heartbeats until the first run of k losses.
    var mean: @Sendable (Double) -> Double
    var testDescription: String { text }
  }

  static let losses = [
    Losses(text: "30 %", afterArrival: 0.3, afterLoss: 0.3) { k in
      (1 - power(0.3, k)) / (power(0.3, k) * 0.7)
    },
    Losses(text: "{gilbert: {enter: 5 %, leave: 30 %}}", afterArrival: 0.05, afterLoss: 0.7) { k in
      (1 / 0.05 + (1 - power(0.7, k - 1)) / 0.3) / power(0.7, k - 1)
    },
  ]

  /// One observer without relay: time between mistakes, length of a mistake, and the whole distribution of the
  /// number of heartbeats from one that ends a mistake to the last of the next run of k losses.
  @Test(arguments: losses) func runsOfLossesAreTakenForDeath(_ losses: Losses) async throws {
    let (k, T, m) = (3, 0.1, 0.03)
    let scenario = try OracleFarm.oneObserver(
      misses: k, margin: "30 ms", loss: losses.text, duration: "700 s")
    let runs = await OracleFarm.trials(4) { trial in
      Array(OracleFarm.sightings(of: 2, by: 1, scenario, trial: trial).drop { $0.isSeen })
    }
    var passages: [Double] = []
    var lengths: [Double] = []
    for run in runs {
      for i in run.indices.dropLast() {
        let time = run[i + 1].at - run[i].at
        // A removal comes `m` after the last of the k lost heartbeats was due.
        if run[i].isSeen { passages.append((time - m) / T) } else { lengths.append(time) }
      }
    }
    #expect(passages.count > 300)
    // Heartbeats are sent at even times: the counts are whole.
    #expect(passages.allSatisfy { abs($0 - $0.rounded()) < 1e-4 })
    func expectMean(_ samples: [Double], _ law: Double, _ what: Comment) throws {
      let error =
        try OracleFarm.sigmas * Statistics.standardDeviation(samples) / Double(samples.count).squareRoot()
      #expect(abs(try Statistics.mean(samples) - law) < error, what)
    }
    try expectMean(passages, losses.mean(Double(k)), "heartbeats until the first run")
    // The heartbeats lost after the k-th, geometric, and one that arrives.
    try expectMean(lengths, T / (1 - losses.afterLoss) - m, "a mistake's length")

    // The first passage of a chain of k states, by twelve classes of equal chance.
    let classes = 12
    var (observed, expected) = ([0.0], [0.0])
    let sorted = passages.map { Int($0.rounded()) }.sorted()
    var next = 0
    var chances = [1.0] + [Double](repeating: 0, count: k - 1)
    for n in 1...20_000 {
      let hit = chances[k - 1] * losses.afterLoss
      var after = [Double](repeating: 0, count: k)
      for run in 0..<k {
        let lost = run == 0 ? losses.afterArrival : losses.afterLoss
        if run + 1 < k { after[run + 1] += chances[run] * lost }
        after[0] += chances[run] * (1 - lost)
      }
      chances = after
      expected[expected.count - 1] += hit
      while next < sorted.count && sorted[next] == n {
        observed[observed.count - 1] += 1
        next += 1
      }
      if expected[expected.count - 1] >= 1 / Double(classes) && expected.count < classes {
        expected.append(0)
        observed.append(0)
      }
    }
    #expect(next == sorted.count)
    #expect(try Statistics.chiSquareTest(observed: observed, expected: expected).pValue > OracleFarm.level)
  }

  /// A whole farm without relay: `N (N - 1)` pairs, each with a mistake every `T / (p^k (1 - p))`.
  ///
  /// Each mistake makes its observer send two more heartbeats, which may break a run of its own losses: 4 to 6 %
  /// fewer mistakes than by the law of the regular ones, within the tolerance.
  @Test func withoutRelayEveryPairErrsForItself() async throws {
    let (k, p, nodes, seconds, T) = (3.0, 0.15, 4, 400.0, 0.1)
    let scenario = try OracleFarm.lossyFarm(nodes: nodes, relay: false, loss: "15 %", seconds: Int(seconds))
    let results = await OracleFarm.trials(4) { OracleFarm.result(scenario, trial: $0) }
    let count = try results.reduce(0.0) { try $0 + OracleFarm.value($1, .falseRemovals) }
    let law = 4 * seconds * Double(nodes * (nodes - 1)) * power(p, k) * (1 - p) / T
    #expect(abs(count - law) < OracleFarm.sigmas * law.squareRoot())
  }

  /// With relay a node is lost to all or to none: `p_eff = p_u + (1 - p_u) p_d^(N-1)`, and `N` nodes.
  ///
  /// A node that nobody echoes fences itself a moment before the others would remove it, so what is counted is that
  /// another node's view loses it, by whichever. The law is that of a relay without delay. Here evidence waits
  /// for the next heartbeat of who has it, so the margin is nearly an interval; the node that is lost joins
  /// anew, for about a second in which it cannot be lost again, and changes of view trigger heartbeats: together
  /// within the tenth that is added.
  @Test(arguments: [(0.15, 0.0), (0.15, 0.1)])
  func withRelayOnlyTheCommonLossCounts(uplink: Double, downlink: Double) async throws {
    let (k, nodes, seconds, T) = (3.0, 4, 500.0, 0.1)
    let scenario = try OracleFarm.lossyFarm(
      nodes: nodes, relay: true,
      loss: "{uplink: \(Int(uplink * 100)) %, downlink: \(Int(downlink * 100)) %}", seconds: Int(seconds))
    let counts = await OracleFarm.trials(4) { OracleFarm.departures(scenario, trial: $0) }
    let count = Double(counts.reduce(0, +))
    let p = uplink + (1 - uplink) * power(downlink, Double(nodes - 1))
    let law = 4 * seconds * Double(nodes) * power(p, k) * (1 - p) / T
    #expect(abs(count - law) < OracleFarm.sigmas * law.squareRoot() + 0.1 * law)
  }
}

extension OracleFarm {
  /// Node 1 watches node 2 with its own ears, fixed intervals and 10 ms delay; node 2 hears nobody, so that nothing
  /// but its clock makes it talk. Loss begins once both are settled. Node 1 serves nothing: nobody disputes.
  static func oneObserver(
    misses: Int, margin: String, loss: String, crash: String? = nil, duration: String
  ) throws -> Scenario {
    var scenario = try scenario(
      nodes: 2,
      farm: """
        flap: off
        heartbeat: {interval: 100 ms, misses: \(misses), margin: \(margin), jitter: 0 %, delay_bound: 10 ms, relay: no}
        """,
      rest: """
        networks: {lan: {delay: 10 ms}}
        faults:
          - {at: 1500 ms, one_way_cut: {from: node1, to: node2}}
          - {at: 2300 ms, loss: {downlink: \(loss), receivers: node1}}
          \(crash.map { "- \($0)" } ?? "")
        run: {duration: \(duration)}
        """)
    scenario.farm.settings.groups[0].weights = [0, 100]
    return scenario
  }

  /// How often a node went out of the view of the next one, summed over the nodes.
  static func departures(_ scenario: Scenario, trial: Int) -> Int {
    var world = World(scenario, seed: seed, trial: trial, keepsDetails: false)
    let count = world.nodes.count
    var seen = [Bool](repeating: false, count: count)
    var departures = 0
    while world.step(before: .never) {
      for n in 0..<count {
        // Who is out himself sees nobody go.
        guard world.nodes[(n + 1) % count].status == .up else { continue }
        let isSeen = world.nodes[(n + 1) % count].view.members.contains(NodeID(n))
        if seen[n] && !isSeen { departures += 1 }
        seen[n] = isSeen
      }
    }
    return departures
  }

  /// A farm of which only the last node serves, so that mistakes move nothing, with fixed intervals, k = 3 and a
  /// margin just below an interval. Bounds of zero let a silent node fence itself no sooner than others remove it.
  static func lossyFarm(nodes: Int, relay: Bool, loss: String, seconds: Int) throws -> Scenario {
    var scenario = try scenario(
      nodes: nodes,
      farm: """
        flap: off
        heartbeat: {interval: 100 ms, misses: 3, margin: 95 ms, jitter: 0 %, delay_bound: 0 ms, commit_bound: 0 ms, relay: \(relay ? "yes" : "no")}
        """,
      rest: """
        networks: {lan: {loss: \(loss)}}
        kernel: {commit: 100 us}
        run: {duration: \(seconds) s}
        """)
    scenario.farm.settings.groups[0].weights = [UInt16](repeating: 0, count: nodes - 1) + [100]
    return scenario
  }
}

import Engine
import Testing

@testable import Sim

/// What heartbeats and crashes cost, against the closed forms.
@Suite struct OracleCostTests {
  /// `1 / mean interval` a node: 10 a second at even intervals of 100 ms, 1 / 95 ms with `U[0.9T, T]`.
  @Test(arguments: [("0 %", 0.1), ("10 %", 0.095)])
  func aQuietFarmSendsOneHeartbeatAnInterval(jitter: String, interval: Double) throws {
    let (nodes, seconds) = (4, 100)
    let scenario = try OracleFarm.scenario(
      nodes: nodes, farm: "heartbeat: {jitter: \(jitter)}", rest: "run: {duration: \(10 + seconds) s}")
    var world = World(scenario, seed: OracleFarm.seed, trial: 0, keepsDetails: false)
    world.run(until: .zero + .seconds(10))
    let before = world.heartbeats.total
    world.run(until: .never)
    let sent = Double(world.heartbeats.total - before)
    let law = Double(nodes * seconds) / interval
    // A renewal process counts with variance `t sd^2 / mean^3`; one at each end is on either side.
    let sd = jitter == "0 %" ? 0 : 0.01 / 12.0.squareRoot() / interval * law.squareRoot()
    #expect(abs(sent - law) <= OracleFarm.sigmas * sd + Double(nodes))
  }

  /// L8: a node sends at most `1 / 0.9T` regular and `10 / T` triggered heartbeats a second, whatever happens.
  @Test(arguments: 1...3) func triggeredHeartbeatsAreBounded(seed: UInt64) throws {
    var dice = RandomStream(seed: seed, trial: 0, entity: 0, purpose: .test)
    let faults = WorldTests.randomFaults(&dice, nodes: 5, count: 40, seconds: 20)
    let result = OracleFarm.result(WorldTests.scenario(nodes: 5, faults: faults, seconds: 20))
    let most = try OracleFarm.value(result, .heartbeatRateMax)
    // One more than the rate: an interval may begin before the second.
    #expect(most > 12 && most <= 10 / 0.9 + 1 + 100 + 1)
  }

  /// `(B/N) T_D`: every orphaned bucket waits for detection, and no other waits at all, where commits cost nothing.
  @Test func aCrashCostsItsBucketsTheDetectionTime() async throws {
    let scenario = try OracleFarm.scenario(
      nodes: 4, buckets: 256,
      rest: """
        kernel: {commit: 0 ms}
        faults: [{at: 3 s, crash: node3}]
        run: {duration: 5 s}
        """)
    let crashes = await OracleFarm.trials(20) { trial in
      let scenario = OracleFarm.shifted(scenario, fault: 0, within: .seconds(1), trial: trial)
      var world = World(scenario, seed: OracleFarm.seed, trial: trial, keepsDetails: false)
      // Nodes that boot late are handed their buckets: those short holes are not the crash's.
      world.run(until: .zero + scenario.faults[0].at)
      let before = world.meters.ownership.holeTotal
      world.run(until: .never)
      let result = world.finish(isPartial: false)
      return (result, Double(before) * 1e-9)
    }
    for (result, before) in crashes {
      let detection = try #require(result.rebalances[0].detection).seconds
      // At a constant delay all survivors decide at the same instant.
      let law = 256 / 4 * detection
      let holes = try OracleFarm.value(result, .holeTimeTotal) - before
      #expect(abs(holes - law) < 1e-6)
    }
  }

  /// `(lambda_c / N) T_D` new connections meet a hole and are served at the next retry.
  @Test func aCrashDelaysItsShareOfNewConnections() async throws {
    let scenario = try OracleFarm.scenario(
      nodes: 4, buckets: 256,
      rest: """
        networks: {lan: {delay: 0 ms}}
        kernel: {commit: 1 ms}
        traffic: [{arrivals: {poisson: 800/s}, clients: {population: 1000000}, flow: {duration: 1 ms, segment_interval: 1000 s}}]
        faults: [{at: 3 s, crash: node3}]
        run: {duration: 6 s}
        """)
    let results = await OracleFarm.trials(20) { trial in
      OracleFarm.result(
        OracleFarm.shifted(scenario, fault: 0, within: .seconds(1), trial: trial), trial: trial)
    }
    var (delayed, law) = (0.0, 0.0)
    for result in results {
      law += 800 / 4 * (try #require(result.rebalances[0].total).seconds)
      delayed += try OracleFarm.value(result, .packetsLost)
      #expect(try OracleFarm.value(result, .connectsFailed) == 0)
      #expect(try OracleFarm.value(result, .clientOutageMax) < 2.1)
    }
    #expect(abs(delayed - law) < OracleFarm.sigmas * law.squareRoot())
  }
}

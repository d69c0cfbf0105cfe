import Engine
import Testing

@testable import Sim

/// How long after a crash the others know it: the laws of a deadline detector, in seconds.
///
/// A deadline hangs on the last heartbeat heard: `T_D = tau + d - A`, with `A` the age of the last heartbeat sent
/// that arrived. The delay `d` is large here, so that its place in the laws is tested too.
@Suite struct OracleDetectionTests {
  let interval = 0.1
  let d = 0.02
  let tau = 0.55

  private func detections(_ jitter: String, trials: Int) async throws -> [TrialResult] {
    let scenario = try OracleFarm.scenario(
      nodes: 3,
      farm: "heartbeat: {interval: 100 ms, misses: 5, margin: 50 ms, jitter: \(jitter), delay_bound: 20 ms}",
      rest: """
        networks: {lan: {delay: 20 ms}}
        faults: [{at: 3 s, crash: node2}]
        run: {duration: 5 s}
        """)
    return await OracleFarm.trials(trials) { trial in
      OracleFarm.result(
        OracleFarm.shifted(scenario, fault: 0, within: .seconds(1), trial: trial), trial: trial)
    }
  }

  @Test func jitteredHeartbeatsAreMissedAfterTheJitteredLaw() async throws {
    let results = try await detections("10 %", trials: 400)
    let times = try results.map { try #require($0.rebalances[0].detection).seconds }
    // The age's density is flat to 0.9 T, then falls in a line to 0 at T: an interval is at least 0.9 T long.
    func age(_ a: Double) -> Double {
      let x = min(max(a / interval, 0), 1)
      return (x <= 0.9 ? x : 0.9 + (0.01 - (1 - x) * (1 - x)) / 0.2) / 0.95
    }
    let test = try Statistics.kolmogorovSmirnovTest(times) { 1 - age(tau + d - $0) }
    #expect(test.pValue > OracleFarm.level)
    let error = OracleFarm.sigmas * 0.275 * interval / Double(times.count).squareRoot()
    #expect(abs(try Statistics.mean(times) - (tau - 0.4754 * interval + d)) < error)
    // One nanosecond: a member is removed when its age is above tau.
    #expect(times.allSatisfy { $0 <= tau + d + 2e-9 })
  }

  @Test func evenHeartbeatsAreMissedAfterAUniformLaw() async throws {
    let results = try await detections("0 %", trials: 400)
    let times = try results.map { try #require($0.rebalances[0].detection).seconds }
    let test = try Statistics.kolmogorovSmirnovTest(times) {
      min(max(($0 - (tau - interval + d)) / interval, 0), 1)
    }
    #expect(test.pValue > OracleFarm.level)
    #expect(times.allSatisfy { tau - interval + d <= $0 && $0 <= tau + d + 2e-9 })
  }

  /// Until the last bucket is served again: within `D = tau + T + 2 delta + C`, one crash or two at once.
  @Test func everyBucketIsServedAgainWithinTheBound() async throws {
    for jitter in ["0 %", "10 %"] {
      let results = try await detections(jitter, trials: 60)
      let bound = tau + interval + 2 * d + 0.005
      for result in results {
        let total = try #require(result.rebalances[0].total)
        #expect(total.seconds <= bound)
      }
    }
  }

  /// Losses before the crash shorten detection: `P(G = g) = (1 - p) p^g / (1 - p^k)`, `T_D = d + tau - U - G T`.
  /// The published means are 269.2 ms for k = 3, p = 0.1 and 340.4 ms for k = 4, p = 0.3, without delay.
  @Test(arguments: [(3, 0.1, 0.2692), (4, 0.3, 0.3404)])
  func lossShortensDetection(k: Int, p: Double, published: Double) async throws {
    let scenario = try OracleFarm.oneObserver(
      misses: k, margin: "30 ms", loss: "\(Int(p * 100)) %", crash: "{at: 3 s, crash: node2}",
      duration: "4600 ms")
    let found = await OracleFarm.trials(500) { trial -> Double in
      let scenario = OracleFarm.shifted(scenario, fault: 2, within: .seconds(1), trial: trial)
      let crash = scenario.faults[2].at.seconds
      let sightings = OracleFarm.sightings(of: 2, by: 1, scenario, trial: trial)
      // The law is that of a node in view: a mistake under way when it crashes is no detection.
      guard let before = sightings.last(where: { $0.at <= crash }), before.isSeen else { return -1 }
      // What was under way at the crash may end a mistake after it: the last loss of sight counts.
      return sightings.last { $0.at > crash && !$0.isSeen }.map { $0.at - crash } ?? -1
    }
    let times = found.filter { $0 >= 0 }
    #expect(times.count > 450)
    let delay = 0.01
    let timeout = Double(k) * interval + 0.03
    let test = try Statistics.kolmogorovSmirnovTest(times) { x in
      (0..<k).reduce(0.0) { (sum: Double, g: Int) -> Double in
        let weight = (1 - p) * power(p, Double(g)) / (1 - power(p, Double(k)))
        let latest = timeout + delay - Double(g) * interval
        return sum + weight * min(max((x - (latest - interval)) / interval, 0), 1)
      }
    }
    #expect(test.pValue > OracleFarm.level)
    let error =
      try OracleFarm.sigmas * Statistics.standardDeviation(times) / Double(times.count).squareRoot()
    #expect(abs(try Statistics.mean(times) - (published + delay)) < error)
    #expect(times.allSatisfy { $0 <= timeout + delay + 2e-9 })
  }
}

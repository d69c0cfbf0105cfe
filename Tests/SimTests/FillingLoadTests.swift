import Engine
import Testing

@testable import Sim

/// How long the load of a run climbs that begins without flows.
@Suite struct FillingLoadTests {
  private static func farm(_ traffic: String, duration: Int = 80) -> String {
    """
    farm:
      nodes: 3
      virtual_ip: 192.0.2.100
      rules:
        - {port: 80, name: web}
        - {port: 5432, name: database}
        - {port: 53, protocol: udp, name: dns}
    traffic: [\(traffic)]
    run: {duration: \(duration) s}
    """
  }

  private static func words(_ traffic: String, duration: Int = 80) throws -> String? {
    let scenario = try Scenario.read(text: farm(traffic, duration: duration), name: "case.yaml").get()
    return FillingLoad(scenario).words(measuredFrom: .zero + .seconds(5), end: .zero + scenario.run.duration)
  }

  /// What is missing is what flows last beyond the time, on average.
  @Test(arguments: [
    FlowDuration.constant(.seconds(4)), .exponential(.seconds(4)),
    .lognormal(median: .seconds(3), sigma: 0.8),
    .lognormal(median: .seconds(3), sigma: 0), .pareto(minimum: .seconds(2), shape: 3),
    .table([
      FlowDurationShare(share: 0.7, duration: .seconds(1)),
      FlowDurationShare(share: 0.3, duration: .seconds(9)),
    ]),
  ])
  func theLawIsThatOfTheDraws(_ law: FlowDuration) {
    var dice = RandomStream(seed: 1, trial: 0, entity: 0, purpose: .test)
    let draws = (0..<200_000).map { _ in Double(law.draw(&dice)) / 1e9 }
    for time in [0, 1, 2.5, 4, 8, 20] {
      let beyond = draws.reduce(0) { $0 + max(0, $1 - time) } / Double(draws.count) / law.mean
      #expect(abs(law.missing(after: time) - beyond) < 0.01, "\(law) after \(time)")
    }
  }

  /// A stream that lasts long and sends little keeps nobody waiting for the whole load.
  @Test func aStreamCountsByItsPackets() throws {
    let run = try PlayedCase(
      Self.farm(
        "{rule: web, arrivals: 400/s, clients: 5000, flow: {duration: {exponential: 4 s}}}, "
          + "{rule: database, arrivals: 5/s, clients: 50, flow: {duration: {exponential: 20 s}}}, "
          + "{rule: dns, arrivals: 200/s}"))
    let match = try #require(
      run.page.firstMatch(
        of:
          /Still filling up: connections last 4 s \(web\) and 20 s \(database\) on average and there were none at the start, so that the load climbs until it is within 5 % of its full height at about (\d+) s\./
      ), "\(run.page)")
    let time = try #require(Double(match.1))
    #expect((8...14).contains(time))
    // The run itself is 5 % below by then.
    func rate(_ from: Double, _ to: Double) -> Double {
      let bins = run.result.load.lost.indices.filter {
        let at = Double($0) * run.result.load.binWidth.seconds
        return at >= from && at < to
      }
      return Double(bins.reduce(0) { sum, bin in sum + run.result.load.accepted.reduce(0) { $0 + $1[bin] } })
        / Double(bins.count)
    }
    let part = rate(time - 1.5, time + 1.5) / rate(40, 80)
    #expect(part > 0.92 && part < 0.985, "\(part)")
  }

  @Test func eachKindOfClientHasItsWord() throws {
    let one = try Self.words("{rule: web, arrivals: 10/s, flow: {duration: 20 s}}")
    // After a start of flows that all last equally long the load is full when the first of them ends.
    #expect(
      one
        == "Still filling up: connections last 20 s on average and there were none at the start, so that the load climbs "
        + "until it is within 5 % of its full height at about 19 s.")
    let sessions = try Self.words(
      "{rule: web, arrivals: 10/s, flow: {duration: 2 s}, session: {connections: 5, think_time: 10 s}}, "
        + "{rule: dns, arrivals: 10/s, flow: {duration: {exponential: 3 s}, patience: 5 s}}", duration: 400)
    #expect(sessions?.hasPrefix("Still filling up: sessions last 50 s") == true, "\(sessions ?? "-")")
    let long = try Self.words("{rule: web, arrivals: 10/s, flow: {duration: 1 h}}")
    #expect(long?.hasSuffix(" so that the load climbs as long as the run lasts.") == true, "\(long ?? "-")")
    #expect(try Self.words("{rule: web, arrivals: 10/s, flow: {duration: 1 s}}") == nil)
    #expect(try Self.words("{rule: dns, arrivals: 10/s}") == nil)
  }
}

import Engine
import Testing

@testable import Sim

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

func exponential(_ x: Double) -> Double { exp(x) }
func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }

/// Whole runs against closed forms.
@Suite struct TrafficOracleTests {
  /// Poisson arrivals that stay for any time: after `t` their number is Poisson with mean
  /// `rate * integral of P(duration > u) over 0..t` (the queue M/G/infinity, started empty).
  static let laws: [(FlowDuration, Double)] = [
    (.constant(.seconds(3)), 3),
    // D (1 - e^(-t/D)), t = 10 s.
    (.exponential(.seconds(3)), 3 * (1 - exp(-10.0 / 3))),
    // x a / (a - 1) - (x / t)^a t / (a - 1): minimum x = 1 s, shape a = 1.5.
    (.pareto(minimum: .seconds(1), shape: 1.5), 3 - pow(0.1, 1.5) * 10 / 0.5),
    // E[min(X, t)] with Phi by erf: median 2 s, sigma 1.
    (
      .lognormal(median: .seconds(2), sigma: 1),
      2 * exp(0.5) * normal(log(5.0) - 1) + 10 * (1 - normal(log(5.0)))
    ),
    (
      .table([
        FlowDurationShare(share: 0.75, duration: .seconds(1)),
        FlowDurationShare(share: 0.25, duration: .seconds(9)),
      ]), 3
    ),
  ]

  static func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  @Test(arguments: laws.indices) func activeFlowsArePoisson(law: Int) throws {
    let (duration, seconds) = TrafficOracleTests.laws[law]
    let stream = TrafficFarm.stream(
      .poisson(rate: 4), flow: FlowModel(duration: duration, segmentInterval: .seconds(5)))
    let trials = 600
    var counts = [Int](repeating: 0, count: 64)
    for trial in 0..<trials {
      var farm = TrafficFarm(trial: trial, stream)
      farm.run(to: .seconds(10))
      counts[min(63, farm.traffic.openFlowCount)] += 1
    }
    // Poisson classes from 6 to 18, the tails joined.
    let mean = 4 * seconds
    var shares = [Double](repeating: 0, count: 64)
    var p = exp(-mean)
    for k in 0..<63 {
      shares[k] = p
      p *= mean / Double(k + 1)
    }
    shares[63] = max(0, 1 - shares[..<63].reduce(0, +))
    func joined<T>(_ values: [T], _ sum: (ArraySlice<T>) -> Double) -> [Double] {
      [sum(values[...6])] + (7...17).map { sum(values[$0...$0]) } + [sum(values[18...])]
    }
    let test = try Statistics.chiSquareTest(
      observed: joined(counts) { Double($0.reduce(0, +)) }, expected: joined(shares) { $0.reduce(0, +) })
    #expect(test.pValue > 0.01, "mean \(mean), counts \(counts)")
  }

  /// Per-node load of clients that stick to a node: CV = sqrt((N-1) sum p_i^2), here 0.227, whatever the buckets.
  @Test func clientAffinitySkewsTheLoad() {
    let nodes = 4
    let shares = (1...10_000).map { 1 / Double($0) }
    let sum = shares.reduce(0, +)
    let expected = (3 * shares.reduce(0) { $0 + ($1 / sum) * ($1 / sum) }).squareRoot()
    #expect(abs(expected - 0.227) < 0.0005)
    let stream = TrafficFarm.stream(
      .poisson(rate: 2000), clients: ClientModel(population: 10_000, popularity: .zipf(1)))
    var squares = 0.0
    let trials = 200
    for trial in 0..<trials {
      var farm = TrafficFarm(
        nodes: nodes, buckets: 4096, transport: .udp, identity: .address, trial: trial, stream)
      let loads = farm.finish(.seconds(5)).load.map { Double($0.packets) }
      let mean = loads.reduce(0, +) / Double(nodes)
      squares += loads.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(nodes) / (mean * mean)
    }
    // The mean square over trials is the law's; what 10,000 packets add by chance, 3 / 10,000, is taken away. The
    // square of one trial varies by about its own size: 200 trials know the root to about 4 %.
    let found = (squares / Double(trials) - 3e-4).squareRoot()
    #expect(abs(found / expected - 1) < 0.12, "found \(found), expected \(expected)")
  }

  /// Removing nodes without memory of flows breaks `r D / (60 N)` of them to first order; with removals at random
  /// instants and exponential durations exactly `a / (1 + a)`, a = r D / (60 N).
  @Test(arguments: [6.0, 24.0]) func churnBreaksItsShareOfFlows(removalsAMinute: Double) {
    let nodes = 48
    let meanDuration = 20.0
    let stream = TrafficFarm.stream(
      .poisson(rate: 30), flow: FlowModel(duration: .exponential(.seconds(20)), segmentInterval: .seconds(5)))
    var farm = TrafficFarm(nodes: nodes, buckets: 960, stream)
    var dice = RandomStream(seed: 7, trial: 0, entity: 0, purpose: .test)
    var time = 0.0
    var removed: Int?
    var removals = 0
    let end = 1500.0
    while true {
      time += dice.exponential(mean: 60 / removalsAMinute)
      if time >= end { break }
      farm.run(to: Duration(nanoseconds: Int64(time * 1e9)))
      // The one that was removed before is back; its flows since then live on, on its neighbour.
      if let removed {
        farm.serve(removed) { $0 % nodes == removed }
        farm.serve((removed + 1) % nodes) { $0 % nodes == (removed + 1) % nodes }
      }
      let node = Int(dice.bounded(UInt64(nodes)))
      farm.traffic.nodesFailed(NodeSet(NodeID(node)), at: .zero + Duration(nanoseconds: Int64(time * 1e9)))
      let next = (node + 1) % nodes
      farm.serve(node) { _ in false }
      farm.serve(next) { $0 % nodes == next || $0 % nodes == node }
      removed = node
      removals += 1
    }
    let totals = farm.finish(.seconds(1500))
    let a = removalsAMinute * meanDuration / (60 * Double(nodes))
    let share = Double(totals.flowsBroken) / Double(totals.flowsOpened)
    // Removals are a Poisson count, and each breaks a varying number of flows: about 1.2 / sqrt(removals).
    let slack = 5 * 1.2 / (removalsAMinute * end / 60).squareRoot()
    let drawn = Double(removals) / (removalsAMinute * end / 60)
    #expect(abs(share / (a * drawn / (1 + a * drawn)) - 1) < slack / 2, "share \(share), law \(a / (1 + a))")
    #expect(totals.flowsBrokenOutsideFailedNodes == 0)
    #expect(totals.flowsReset == 0)
  }
}

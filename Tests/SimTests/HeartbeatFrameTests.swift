import Engine
import Testing

@testable import Sim

/// Heartbeats of several frames, which the wire loses one by one.
@Suite struct HeartbeatFrameTests {
  /// Two nodes with eight groups of 4096 buckets: as many frames as a farm of 64 nodes has.
  private static func scenario(_ rest: String) throws -> Scenario {
    let numbers = 1...8
    let text = """
      farm:
        nodes: 2
        virtual_ip: 192.0.2.100
        groups: {\(numbers.map { "g\($0): {buckets: 4096}" }.joined(separator: ", "))}
        rules: [\(numbers.map { "{port: \(80 + $0), group: g\($0)}" }.joined(separator: ", "))]
        flap: off
        heartbeat: {interval: 100 ms, misses: 3, margin: 30 ms, jitter: 0 %, delay_bound: 10 ms, relay: no}
      networks: {lan: {delay: 10 ms}}
      \(rest)
      """
    var scenario = try Scenario.read(text: text, name: "frames.yaml").get()
    for g in scenario.farm.settings.groups.indices { scenario.farm.settings.groups[g].weights = [0, 100] }
    return scenario
  }

  /// All of a heartbeat's frames arrive with `(1-p)^n`, and any of them with `1 - p^n`; none needs to be cut in pieces.
  @Test func framesOfOneHeartbeatAreLostOneByOne() throws {
    let scenario = try Self.scenario("run: {duration: 10 s}")
    var world = World(scenario, seed: 1, trial: 0, keepsDetails: false)
    world.run(until: .zero + .seconds(6))
    var node = world.nodes[1]
    var frames: [[UInt8]] = []
    var at = world.now
    while frames.isEmpty {
      var actions: [Action] = []
      at = at + .milliseconds(10)
      node.step(.timer, at: at, into: &actions)
      for case .send(let transmission) in actions { frames.append(transmission.bytes) }
    }
    let n = HeartbeatPlan(scenario.farm.settings).parts.count
    #expect(frames.count == n && n >= 4)
    for frame in frames {
      #expect(
        frame.count + Limits.authenticationBytes + Limits.networkHeaderBytes <= Limits.frameBytes
          && Limits.frameBytes <= 1500)
    }
    let (p, count) = (0.3, 5000)
    var lan = VirtualNetwork(
      id: NetworkID(0), model: NetworkModel(name: "lan", downlinkLoss: .independent(p)), nodeCount: 2,
      seed: 1,
      trial: 0)
    var (whole, any) = (0, 0)
    for _ in 0..<count {
      var arrivals: [VirtualNetwork.Arrival] = []
      for _ in frames { lan.transmit(from: NodeID(1), to: NodeSet(NodeID(0)), at: .zero, into: &arrivals) }
      if arrivals.count == n { whole += 1 }
      if !arrivals.isEmpty { any += 1 }
    }
    for (seen, law) in [(whole, power(1 - p, Double(n))), (any, 1 - power(p, Double(n)))] {
      let deviation = (Double(count) * law * (1 - law)).squareRoot()
      #expect(abs(Double(seen) - Double(count) * law) < 4 * deviation)
    }
  }

  /// A node counts as alive if any frame of its heartbeat arrives: with loss `p` a frame, runs of lost heartbeats are those of
  /// `p^n` a heartbeat. Lost as one, they would be those of `p`, a tenth as long.
  @Test func oneFrameOfAHeartbeatKeepsANodeAlive() async throws {
    let (k, T, m) = (3.0, 0.1, 0.03)
    let n = Double(HeartbeatPlan(try Self.scenario("run: {duration: 1 s}").farm.settings).parts.count)
    let q = 0.3
    let scenario = try Self.scenario(
      """
      faults:
        - {at: 1500 ms, one_way_cut: {from: node1, to: node2}}
        - {at: 2300 ms, loss: {downlink: \(power(q, 1 / n) * 100) %, receivers: node1}}
      run: {duration: 150 s}
      """)
    let runs = await OracleFarm.trials(4) { trial in
      Array(OracleFarm.sightings(of: 2, by: 1, scenario, trial: trial).drop { $0.isSeen })
    }
    var passages: [Double] = []
    for run in runs {
      for i in run.indices.dropLast() where run[i].isSeen {
        passages.append((run[i + 1].at - run[i].at - m) / T)
      }
    }
    #expect(passages.count > 40)
    let law = (1 - power(q, k)) / (power(q, k) * (1 - q))
    let error =
      try OracleFarm.sigmas * Statistics.standardDeviation(passages) / Double(passages.count).squareRoot()
    #expect(abs(try Statistics.mean(passages) - law) < error)
    #expect(
      try Statistics.mean(passages) > 4 * (1 - power(power(q, 1 / n), k))
        / (power(q, k / n) * (1 - power(q, 1 / n))))
  }
}

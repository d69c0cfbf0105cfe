import Engine
import FarmFile
import Testing

@testable import Sim

/// Datagrams that belong together, against closed forms and against the flows that were open.
@Suite struct DatagramTests {
  private static func farm(
    trial: Int = 0, _ onMove: DatagramModel.MoveEffect, patience: Duration = .seconds(15),
    duration: FlowDuration = .exponential(.seconds(3)), interval: Duration = .milliseconds(500),
    rate: Double = 20,
    nodes: Int = 4
  ) -> TrafficFarm {
    var stream = TrafficFarm.stream(
      .poisson(rate: rate), flow: FlowModel(duration: duration, segmentInterval: interval))
    stream.datagrams = DatagramModel(onMove: onMove, patience: patience)
    return TrafficFarm(nodes: nodes, transport: .udp, trial: trial, stream)
  }

  /// Node 0's buckets go to node 1, or back.
  private static func move(_ farm: inout TrafficFarm, back: Bool = false) {
    farm.serve(0) { back && $0 % 4 == 0 }
    farm.serve(1) { $0 % 4 == 1 || !back && $0 % 4 == 0 }
  }

  private static func open(_ farm: TrafficFarm, where isMeant: (FlowRecord) -> Bool = { _ in true }) -> Int {
    farm.traffic.flows.records.count { $0.stage == .datagrams && $0.key % 4 == 0 && isMeant($0) }
  }

  // MARK: Moves

  @Test func nothingMovesWhileNothingChanges() {
    for onMove in [DatagramModel.MoveEffect.breaks, .survives] {
      var farm = Self.farm(onMove)
      let totals = farm.finish(.seconds(60))
      #expect(totals.flowsMoved == 0 && totals.flowsBroken == 0 && totals.packetsLost == 0)
      #expect(totals.flowsOpened > 1000 && totals.flowsKept == totals.flowsOpened)
      // One datagram at once, one in each interval, one at the end: 2 + D / interval, less what the run cuts off.
      let perFlow = Double(totals.packetsSent) / Double(totals.flowsOpened)
      #expect(abs(perFlow - 8) < 1, "\(perFlow)")
    }
  }

  /// The queue M/G/infinity: after `t` the open flows are Poisson with mean `rate D (1 - e^(-t / D))`. Those of a
  /// quarter of the buckets move, each one once.
  @Test func asManyMoveAsAreOpen() {
    let trials = 200
    var counts: [Double] = []
    for trial in 0..<trials {
      var farm = Self.farm(trial: trial, .survives)
      farm.run(to: .seconds(10))
      let open = Self.open(farm)
      Self.move(&farm)
      let totals = farm.finish(.seconds(80))
      #expect(totals.flowsMoved == open)
      #expect(totals.flowsBroken == 0)
      counts.append(Double(open))
    }
    let mean = 20 * 3 * (1 - exponential(-10.0 / 3)) / 4
    let sum = counts.reduce(0, +)
    #expect(
      abs(sum - mean * Double(trials)) < OracleFarm.sigmas * (mean * Double(trials)).squareRoot(), "\(sum)")
    let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(trials)
    #expect(abs(variance / mean - 1) < OracleFarm.sigmas * (2 / Double(trials)).squareRoot(), "\(variance)")
  }

  @Test func whatDoesNotSurviveAMoveBreaks() {
    for hasFailed in [false, true] {
      var farm = Self.farm(.breaks)
      farm.run(to: .seconds(10))
      let open = Self.open(farm)
      if hasFailed {
        farm.traffic.nodesFailed(NodeSet(NodeID(0)), at: .zero + .seconds(10))
        farm.traffic.stateLost(of: NodeID(0))
      }
      Self.move(&farm)
      let totals = farm.finish(.seconds(80))
      #expect(open > 5)
      #expect(totals.flowsMoved == open && totals.flowsBroken == open)
      #expect(totals.flowsBrokenOutsideFailedNodes == (hasFailed ? 0 : open))
    }
  }

  /// A bucket that comes back before the client loses its patience brings the flow back, as long as the application
  /// still knows it: lost are those that ended meanwhile, and those that began elsewhere meanwhile.
  @Test func aFlowGoesOnWhenItsBucketComesBack() {
    for isRestarted in [false, true] {
      // So many datagrams that every flow notices every move.
      var farm = Self.farm(.breaks, interval: .milliseconds(10))
      farm.run(to: .seconds(10))
      let open = Self.open(farm)
      let ending = Self.open(farm) { $0.end < 12_000_000_000 }
      Self.move(&farm)
      farm.run(to: .seconds(12))
      let begun = Self.open(farm) { $0.node == 1 }
      if isRestarted { farm.traffic.stateLost(of: NodeID(0)) }
      Self.move(&farm, back: true)
      let totals = farm.finish(.seconds(80))
      #expect(ending > 0 && ending < open && begun > 0)
      #expect(totals.flowsMoved == open + begun)
      #expect(totals.flowsBroken == (isRestarted ? open : ending) + begun)
    }
  }

  // MARK: Answers

  @Test func twoAnswersDoNoHarm() {
    var farm = Self.farm(.breaks)
    farm.serve(1) { $0 % 4 <= 1 }
    let totals = farm.finish(.seconds(30))
    #expect(totals.packetsTwice > 100)
    #expect(totals.flowsMoved == 0 && totals.flowsBroken == 0)
  }

  /// Nobody owns a quarter of the buckets for a second: clients wait for an answer as long and a datagram more.
  @Test func aShortHoleIsAnOutageAndNoBreak() throws {
    var farm = Self.farm(.breaks, duration: .constant(.seconds(30)), interval: .milliseconds(20), rate: 40)
    farm.run(to: .seconds(10))
    farm.serve(0) { _ in false }
    farm.run(to: .seconds(11))
    farm.serve(0) { $0 % 4 == 0 }
    let totals = farm.finish(.seconds(14))
    #expect(totals.flowsBroken == 0 && totals.flowsMoved == 0 && totals.packetsLost > 100)
    // A first datagram that met the hole is repeated after 1 s; a flow that was open has an answer with its next one.
    #expect(totals.clientOutageMax == Duration.seconds(1))
    let silence = try #require(totals.longestSilence)
    #expect(silence.value > 0.95 && silence.value < 1.3 && !silence.isCensored, "\(silence)")
    #expect(totals.streams[0].longestSilence == silence)
    // Those of open flows are 50 a second each, and the others the first ones.
    let first = totals.packetsLost - totals.counts.lostOfOpen
    #expect((1...40).contains(first) && totals.counts.lostOfOpen > 1000, "\(first)")
    #expect(totals.packetsUnserved == 0)
  }

  /// One outage for each client of the node that is gone: its whole patience. What it sends is accepted and not answered.
  @Test func whoNobodyKnowsWaitsForItsPatience() {
    var farm = Self.farm(
      .breaks, patience: .seconds(3), duration: .constant(.seconds(1000)), interval: .milliseconds(100),
      rate: 5)
    farm.run(to: .seconds(10))
    let open = Self.open(farm)
    farm.traffic.stateLost(of: NodeID(0))
    Self.move(&farm)
    let totals = farm.finish(.seconds(20))
    #expect(open > 3 && totals.flowsBroken == open)
    #expect(totals.longestSilence == Measured(3) && totals.clientOutageMax == nil)
    #expect(totals.packetsLost == 0 && totals.counts.lostOfOpen == 0)
    // The one that began it, and a Poisson number of mean 30 in 3 s.
    let mean = 30 * Double(open)
    let more = Double(totals.packetsUnserved - open)
    #expect(abs(more - mean) < OracleFarm.sigmas * mean.squareRoot(), "\(more) for \(mean)")
  }

  /// Flows that end before their clients' patience is over waited until then.
  @Test func whoHasSentAllWaitsNoLonger() throws {
    var farm = Self.farm(
      .breaks, patience: .seconds(30), duration: .constant(.seconds(8)), interval: .milliseconds(100))
    farm.run(to: .seconds(10))
    let open = Self.open(farm)
    Self.move(&farm)
    let totals = farm.finish(.seconds(30))
    #expect(open > 3 && totals.flowsBroken == open)
    let silence = try #require(totals.longestSilence)
    #expect(silence.value > 4 && silence.value < 8 && !silence.isCensored, "\(silence)")
  }

  /// What is not over when the run ends is a lower bound.
  @Test func aWaitThatTheEndCutsShortIsALowerBound() throws {
    for isOwned in [false, true] {
      var farm = Self.farm(
        .breaks, patience: .seconds(3), duration: .constant(.seconds(1000)), interval: .milliseconds(10),
        rate: 5)
      farm.run(to: .seconds(10))
      if isOwned { Self.move(&farm) } else { farm.serve(0) { _ in false } }
      let totals = farm.finish(.seconds(12))
      let silence = try #require(totals.longestSilence)
      #expect(silence.isCensored && silence.value > 1.9 && silence.value <= 2, "\(silence)")
    }
  }

  /// A node whose application hangs accepts what it gets and answers none of it.
  @Test(arguments: [true, false]) func whatASilentApplicationGetsIsNotAnswered(_ haveFlows: Bool) {
    var farm =
      haveFlows
      ? Self.farm(.survives, interval: .milliseconds(100))
      : TrafficFarm(transport: .udp, TrafficFarm.stream(.poisson(rate: 100)))
    farm.run(to: .seconds(10))
    let before = farm.traffic.nodeLoads[0].packets
    #expect(farm.traffic.counts.unserved == 0)
    farm.traffic.setApplication(of: NodeID(0), refuses: false, isSilent: true, delay: .zero)
    farm.run(to: .seconds(13))
    let count = farm.traffic.nodeLoads[0].packets - before
    #expect(count > 20 && farm.traffic.counts.unserved == count)
    #expect(farm.traffic.counts.lost == 0)
  }

  /// Each client loses its patience this long after its first datagram without an answer, and sends nothing more.
  @Test func afterItsPatienceAClientTakesItsFlowForBroken() {
    var farm = Self.farm(
      .survives, patience: .seconds(3), duration: .constant(.seconds(1000)), interval: .seconds(1), rate: 5)
    farm.run(to: .seconds(10))
    let open = Self.open(farm)
    farm.serve(0) { _ in false }
    // The mean interval is a second: after 13 s all but e^-10 of them have sent one and waited for three.
    farm.run(to: .seconds(23))
    #expect(open > 3)
    #expect(farm.traffic.counts.broken == open && Self.open(farm) == 0)
  }

  // MARK: In a farm

  /// A drained node keeps no UDP flow: its clients move at once, and no others.
  @Test func aDrainMovesTheFlowsOfItsNode() throws {
    let scenario = try Scenario.read(
      text: """
        farm:
          nodes: 4
          virtual_ip: 192.0.2.100
          rules: [{port: 443, protocol: udp, identity: address_port}]
        traffic: {arrivals: 40/s, flow: {duration: {exponential: 5 s}, segment_interval: 200 ms, on_move: survives}}
        faults: [{at: 30 s, drain: node2}]
        run: {duration: 50 s}
        """, name: "drain.yaml"
    ).get()
    let trials = 20
    var sum = 0.0
    for trial in 0..<trials {
      let result = Simulation.run(scenario, seed: 1, trial: trial, keepsDetails: false, control: RunControl())
      sum += try OracleFarm.value(result, .flowsMoved)
      #expect(try OracleFarm.value(result, .flowsBroken) == 0)
      #expect(try OracleFarm.value(result, .flowsReset) == 0)
    }
    // A quarter of rate times D.
    let mean = 40.0 * 5 / 4 * Double(trials)
    #expect(abs(sum - mean) < OracleFarm.sigmas * mean.squareRoot(), "\(sum) for \(mean)")
  }

  // MARK: In a file

  private static func read(_ flow: String, rule: String = "53") -> Result<Scenario, FileProblems> {
    let text = """
      farm: {nodes: 4, virtual_ip: 192.0.2.100, rules: [{port: 80}, {port: 53, protocol: udp}]}
      traffic: {rule: \(rule), arrivals: 5/s, flow: \(flow)}
      """
    return Scenario.read(text: text, name: "udp.yaml")
  }

  @Test func aDurationMakesAFlowOfThem() throws {
    #expect(try Self.read("{retries: old}").get().traffic[0].datagrams == nil)
    let plain = try Self.read("{duration: 9 s}").get().traffic[0]
    #expect(plain.datagrams == DatagramModel(onMove: .breaks, patience: .seconds(15)))
    #expect(plain.flow.duration == .constant(.seconds(9)))
    let call = try Self.read("{duration: 9 s, on_move: survives, patience: 4 s, segment_interval: 20 ms}")
      .get().traffic[0]
    #expect(call.datagrams == DatagramModel(onMove: .survives, patience: .seconds(4)))
    #expect(call.flow.segmentInterval == .milliseconds(20))
    #expect(try Self.read("{duration: 9 s}", rule: "80").get().traffic[0].datagrams == nil)
  }

  @Test(
    arguments: [
      ("{on_move: breaks}", "80", "2:43: 'on_move' of a TCP flow; expected a UDP rule"),
      ("{patience: 1 s}", "80", "2:43: 'patience' of a TCP flow; expected a UDP rule"),
      ("{duration: 1 s, resets: 1 %}", "53", "2:58: 'resets' of a UDP rule; expected a TCP rule"),
      (
        "{segment_interval: 1 s}", "53",
        "2:43: 'segment_interval' of single UDP requests; expected 'duration' beside it: then datagrams belong together"
      ),
      ("{duration: 1 s, on_move: break}", "53", "2:67: unknown on_move 'break'; did you mean 'breaks'?"),
    ] as [(String, String, String)])
  func keysThatDoNotFitAreReported(flow: String, rule: String, expected: String) {
    guard case .failure(let problems) = Self.read(flow, rule: rule) else {
      return #expect(Bool(false), "read without a problem")
    }
    #expect(problems.description == "udp.yaml:" + expected)
  }
}

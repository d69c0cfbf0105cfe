import Engine
import FarmFile
import Testing

@testable import Sim

/// Faults at random times and in loops: what a trial makes of one line.
@Suite struct FaultSeriesTests {
  private static func read(
    _ lines: [String], duration: String = "200 s", trials: Int = 1, nodes: Int = 4
  ) -> Result<Scenario, FileProblems> {
    let text = """
      farm: {nodes: \(nodes), virtual_ip: 192.0.2.100, rules: [{port: 80}]}
      run: {duration: \(duration), trials: \(trials)}
      faults:
      \(lines.map { "  - \($0)\n" }.joined())
      """
    return Scenario.read(text: text, name: "series.yaml")
  }

  private static func node(_ number: Int) -> NodeSet { NodeSet(NodeID(number - 1)) }

  // MARK: Loops

  @Test func inTurnIsOneNodeAfterTheOtherAsWritten() throws {
    let line =
      "{at: 10 s, every: 20 s, in_turn: yes, for: 8 s, drain: {nodes: [node3, node1], deadline: 2 s}}"
    let scenario = try Self.read([line, "{at: 30 s, crash: node2}"]).get()
    let drawn = scenario.drawn(seed: 7, trial: 3)
    func drain(_ node: Int, at seconds: Int) -> Fault {
      Fault(
        at: .seconds(seconds), until: .seconds(seconds + 8),
        kind: .drain(Self.node(node), deadline: .seconds(2), isForced: false))
    }
    let crash = Fault(at: .seconds(30), kind: .crash(Self.node(2)))
    #expect(drawn.faults == [drain(3, at: 10), crash, drain(1, at: 30)])
    #expect(drawn.series.isEmpty && drawn.drawn(seed: 1, trial: 0).faults == drawn.faults)
  }

  @Test func withoutTimesItGoesOnToTheEndOfTheRun() throws {
    let lines = [
      "{at: 5 s, every: 50 s, for: 1 s, pause: all}",
      "{at: 20 s, every: 10 s, times: 3, leave: node4, for: 5 s}",
    ]
    let faults = try Self.read(lines).get().drawn(seed: 1, trial: 0).faults
    #expect(faults.map(\.at) == [5, 20, 30, 40, 55, 105, 155].map { .seconds($0) })
    #expect(faults.filter { $0.kind == .pause(NodeSet(first: 4)) }.count == 4)
  }

  // MARK: Random times

  @Test func aTrialAlwaysDrawsTheSame() throws {
    let random =
      "{at: {uniform: [20 s, 60 s]}, every: {exponential: 10 s}, for: {uniform: [1 ms, 5 ms]}, pause: node1}"
    let scenario = try Self.read([random]).get()
    let first = scenario.drawn(seed: 1, trial: 4).faults
    #expect(scenario.drawn(seed: 1, trial: 4).faults == first)
    #expect(scenario.drawn(seed: 1, trial: 5).faults != first)
    #expect(scenario.drawn(seed: 2, trial: 4).faults != first)
    for trial in 0..<200 {
      let faults = scenario.drawn(seed: 1, trial: trial).faults
      let at = try #require(faults.first).at
      #expect(at >= .seconds(20) && at <= .seconds(60))
      for fault in faults {
        let length = try #require(fault.until) - fault.at
        #expect(length >= .milliseconds(1) && length <= .milliseconds(5))
        #expect(fault.at < .seconds(200))
      }
    }
    // What is drawn for one fault shifts no other: constant lengths, same beginnings.
    let plain = try Self.read([random.replacing("for: {uniform: [1 ms, 5 ms]}", with: "for: 1 ms")]).get()
    #expect(plain.drawn(seed: 1, trial: 4).faults.map(\.at) == first.map(\.at))
  }

  /// Gaps of an exponential law make a Poisson process: over 400 trials of 200 s with one in 10 s, 8000 faults with
  /// deviation sqrt(8000), and a uniform first time with its own mean and deviation.
  @Test func drawsFollowTheirLaws() throws {
    let scenario = try Self.read([
      "{at: {exponential: 10 s}, every: {exponential: 10 s}, for: 1 ms, pause: node1}"
    ]).get()
    let trials = 400
    let counts = (0..<trials).map { scenario.drawn(seed: 1, trial: $0).faults.count }
    let sum = Double(counts.reduce(0, +))
    #expect(abs(sum - 8000) < OracleFarm.sigmas * 8000.squareRoot(), "\(sum)")
    // The variance of a Poisson count is its mean.
    let mean = sum / Double(trials)
    let variance = counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(trials - 1)
    #expect(abs(variance / mean - 1) < OracleFarm.sigmas * (2 / Double(trials - 1)).squareRoot())
    let once = try Self.read(["{at: {uniform: [20 s, 60 s]}, crash: node1}"]).get()
    let times = (0..<trials).map { Double(once.drawn(seed: 1, trial: $0).faults[0].at.nanoseconds) * 1e-9 }
    let middle = times.reduce(0, +) / Double(trials)
    #expect(abs(middle - 40) < OracleFarm.sigmas * 40 / (12 * Double(trials)).squareRoot())
  }

  /// What the world plays, the story tells and the answer names is what the trial drew.
  @Test func everythingDownstreamSeesTheFaultsOfItsTrial() throws {
    let scenario = try Self.read(
      [
        "{at: {uniform: [10 s, 90 s]}, for: 2 s, crash: node1}",
        "{at: {uniform: [10 s, 90 s]}, for: 2 s, stall: node2}",
      ],
      duration: "100 s"
    ).get()
    var orders = Set<[Int]>()
    let trials = (0..<6).map { trial in
      Simulation.run(scenario, seed: 1, trial: trial, keepsDetails: true, control: RunControl())
    }
    for result in trials {
      let faults = scenario.drawn(seed: 1, trial: result.trial).faults
      orders.insert(faults.map { $0.kind.nodes.first!.index })
      let told = result.timeline.filter { $0.kind == .fault }
      let expected = faults.flatMap { [$0.at, $0.until!] }.filter { $0 < .seconds(100) }.sorted()
      #expect(told.map { $0.at - .zero } == expected)
      // The longest disturbance, by the story of that trial.
      let longest = try #require(
        result.rebalances.filter { !$0.isEnd }.max { $0.total ?? .zero < $1.total ?? .zero })
      let line = try #require(told.first { $0.at == longest.at }?.text)
      let answer = Report.answer(scenario: scenario, result: trials[0], trials: [result])
      #expect(
        answer.contains(line.contains("node1 loses power") ? "node1 lost power" : "node2’s daemon stalled"))
    }
    #expect(orders.count == 2, "both orders occur, or this test sees nothing")
    let again = Simulation.run(scenario, seed: 1, trial: 3, keepsDetails: false, control: RunControl())
    #expect(again.digest == trials[3].digest)
  }

  @Test func fortyFaultsLeaveTheReportReadable() throws {
    let scenario = try Self.read(
      ["{at: 10 s, every: 4 s, times: 40, in_turn: yes, for: 1 s, crash: all}"], nodes: 8
    ).get()
    let result = Simulation.run(scenario, seed: 1, trial: 0, keepsDetails: true, control: RunControl())
    #expect(result.rebalances.count == 80)
    let environment = ReportEnvironment(words: ["farmsim", "run"], version: "1", platform: "here")
    let page = Report.markdown(scenario: scenario, result: result, trials: [result], environment: environment)
    #expect(page.contains("The 24 longest of 80; all are in [faults.csv](faults.csv)."))
    #expect(page.contains("Of 80 faults and ends of them, those with the longest rebalances are shown."))
    let answer = Report.answer(scenario: scenario, result: result, trials: [result])
    #expect(answer.contains("the longest of 40 failures"), "\(answer)")
    #expect(answer.count < 300)
  }

  // MARK: Mistakes

  @Test(
    arguments: [
      (
        ["{at: 10 s, every: 60 s, times: 5, pause: node1}"],
        ["4:36: number 5 of them comes at 250 s, after the end of the run at 200 s"]
      ),
      (
        ["{at: 10 s, every: 60 s, in_turn: yes, for: 1 s, pause: all}"],
        []
      ),
      (
        ["{at: 30 s, every: 60 s, in_turn: yes, for: 1 s, pause: all}"],
        ["4:23: number 4 of them comes at 210 s, after the end of the run at 200 s"]
      ),
      (
        ["{at: 10 s, times: 3, crash: node1}"],
        ["4:23: 'times' of a fault that happens once; expected 'every' beside it"]
      ),
      (
        ["{at: 10 s, in_turn: yes, crash: all}"],
        ["4:25: 'in_turn' of a fault that happens once; expected 'every' beside it"]
      ),
      (
        ["{at: 10 s, every: 9 s, in_turn: yes, loss: 5 %}"],
        ["4:37: 'loss' is not of single nodes, which could be taken in turn"]
      ),
      (
        ["{at: 10 s, every: 0 s, crash: node1}"],
        ["4:23: 'every' is out of range: 0 s; expected at least 1 ms"]
      ),
      (
        ["{at: {uniform: [201 s, 300 s]}, crash: node1}"],
        ["4:10: a fault at 201 s at the earliest, after the end of the run at 200 s"]
      ),
      (
        ["{at: {uniform: [1 s, 2 s]}, until: 5 s, crash: node1}"],
        ["4:40: 'until' of a fault whose beginning is not one known time; expected 'for': how long it lasts"]
      ),
      (
        ["{at: {gamma: 5 s}, crash: node1}"],
        ["4:11: unknown key 'gamma'; expected constant, uniform, normal, lognormal or exponential"]
      ),
      (
        ["{at: 10 s, every: 20 s, for: 30 s, crash: node1}"],
        ["4:40: 'crash' of node1 at 30 s: it has crashed"]
      ),
      (
        ["{at: {uniform: [10 s, 20 s]}, crash: [node1, node2]}", "{at: 15 s, for: 10 s, pause: node1}"],
        ["5:27: 'pause' of node1 at 15 s in trial N: it has crashed"]
      ),
      (
        ["{at: 0 s, every: 1 ms, for: 100 us, pause: node1}"],
        ["4:41: more than 10000 faults; expected fewer, or a shorter run"]
      ),
      (["{at: 10 s, every: 20 s, crash: nod1}"], ["4:36: unknown node 'nod1'; did you mean 'node1'?"]),
    ] as [([String], [String])])
  func mistakesAreReportedWhereTheyStand(lines: [String], expected: [String]) {
    let found: [String]
    switch Self.read(lines, trials: 50) {
    case .success: found = []
    case .failure(let problems):
      found = problems.problems.map {
        "\($0)".replacing("series.yaml:", with: "").replacing(/trial \d+/, with: "trial N")
      }
    }
    #expect(found == expected)
  }

  @Test func tooManyAreRefused() {
    guard
      case .failure(let problems) = Self.read([
        "{at: 0 s, every: 20 ms, for: 1 ms, pause: node1}",
        "{at: 5 ms, every: 20 ms, for: 1 ms, pause: node2}",
      ])
    else { return #expect(Bool(false), "read without a problem") }
    #expect(
      problems.description == "series.yaml:4:40: more than 10000 faults; expected fewer, or a shorter run")
  }
}

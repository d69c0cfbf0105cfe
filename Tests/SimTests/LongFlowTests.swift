import Engine
import FarmFile
import Testing

@testable import Sim

/// Connections that live on where they are, long after their buckets have moved: planned moves break and reset none.
///
/// Each farm is a real one with an hour made a minute, grace included.
@Suite struct LongFlowTests {
  /// Remote desktops of four hours; one of four hosts is drained within twelve, and comes back.
  static let desktops = """
    farm:
      nodes: [rdsh1, rdsh2, rdsh3, rdsh4]
      virtual_ip: 192.0.2.100
      flow_grace: 1 min
      rules: [{port: 3389, name: rdp}]
    traffic:
      - rule: rdp
        arrivals: 72/min
        clients: 300
        flow: {duration: {exponential: 4 min}, segment_interval: 5 s}
    faults:
      - {at: 14 min, drain: {nodes: rdsh2, deadline: DEADLINE}}
      - {at: 23 min, restart: rdsh2}
    run: {duration: 24 min, warm_up: 10 min}
    """

  /// Sensors that stay connected for twelve hours; the weight of one of three brokers is lowered for good, or for a while.
  static let sensors = """
    farm:
      nodes: [broker1, broker2, broker3]
      virtual_ip: 192.0.2.100
      flow_grace: 1 min
      rules: [{port: 8883, name: mqtt}]
    traffic:
      - rule: mqtt
        arrivals: 60/min
        clients: 2000
        flow: {duration: {exponential: 12 min}, segment_interval: 1 s}
    faults:
      - {at: 10 min, weight: {node: broker2, weight: 50}}
    run: {duration: 24 min}
    """

  private func play(_ text: String, seed: UInt64 = 1) throws -> TrialResult {
    let scenario = try Scenario.read(text: text, name: "long").get()
    return Simulation.run(scenario, seed: seed, trial: 0, keepsDetails: true, control: RunControl())
  }

  private func value(_ measure: Measure, _ result: TrialResult) throws -> Double {
    try #require(result[measure]?.value)
  }

  private func expectUncut(_ text: String) throws {
    let result = try play(text)
    #expect(try value(.flowsOpened, result) > 500)
    #expect(try value(.flowsBroken, result) == 0)
    #expect(try value(.flowsReset, result) == 0)
    #expect(PropertyViolation.all(in: [result]).isEmpty)
  }

  @Test func aDrainOfTwelveHoursCutsNobody() throws {
    try expectUncut(Self.desktops.replacing("DEADLINE", with: "12 min"))
  }

  @Test func aLoweredWeightCutsNobody() throws { try expectUncut(Self.sensors) }

  /// A weight up and down, a drain that ends and a return.
  @Test func severalPlannedMovesOneAfterTheOtherCutNobody() throws {
    let moves = """
      faults:
        - {at: 4 min, weight: {node: broker2, weight: 50}}
        - {at: 7 min, weight: {node: broker1, weight: 30}}
        - {at: 9 min, weight: {node: broker2, weight: 100}}
        - {at: 11 min, weight: {node: broker1, weight: 100}}
        - {at: 13 min, weight: {node: broker3, weight: 10}}
        - {at: 18 min, weight: {node: broker3, weight: 100}}
      """
    let before = Self.sensors.split(separator: "faults:")[0]
    try expectUncut(before + moves + "\nrun: {duration: 24 min}\n")
  }

  @Test func sessionsThatADeadlineCutsAreResetAndTheDrainSaysHowMany() throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let result = try play(Self.desktops.replacing("DEADLINE", with: "2 min"), seed: seed)
      let reset = try value(.flowsReset, result)
      #expect(reset > 20, "seed \(seed)")
      #expect(try value(.flowsBroken, result) == 0, "seed \(seed): none hangs in silence")
      // They are the leaving node's own.
      #expect(try value(.flowsResetOutsideFailedNodes, result) == 0)
      let said = result.timeline.compactMap { $0.text.contains("is drained") ? $0.text : nil }
      #expect(
        said == ["rdsh2 is drained by its deadline, \(Int(reset)) tracked flows are cut"], "seed \(seed)")
    }
  }

  @Test func aFlowResetAlthoughItsNodeHasItIsAViolationInTextJSONAndReport() throws {
    var result = try play(Self.sensors.replacing("duration: 24 min", with: "duration: 11 min"))
    #expect(PropertyViolation.all(in: [result]).isEmpty)
    let scenario = try Scenario.read(text: Self.sensors, name: "long").get()
    let environment = ReportEnvironment(
      words: ["farmsim", "run", "long.yaml"], version: "0", platform: "here")
    func texts(_ trials: [TrialResult]) -> [String] {
      [
        TextSummary.text(scenario: scenario, result: trials[0], trials: trials, usesColour: false),
        JSONSummary.text(scenario: scenario, result: trials[0], trials: trials, environment: environment),
        ReportPage(scenario: scenario, result: trials[0], trials: trials, environment: environment)
          .markdown(),
      ]
    }
    let sound = texts([result])
    #expect(
      !sound[0].contains("violated") && sound[1].contains("\"violations\": []")
        && !sound[2].contains("violated"))
    let index = Measure.flowsResetOutsideFailedNodes.index
    let first = result
    result.trial = 1
    result.values[index] = 3
    let found = PropertyViolation.all(in: [first, result])
    #expect(found.map(\.property) == ["S13"] && found[0].value == 3 && found[0].trial == 1)
    #expect(found[0].violatingTrials == 1 && found[0].trials == 2)
    let broken = texts([first, result])
    #expect(
      broken[0].contains(
        "\nviolated  S13, no flow is reset that a live node still has: flows_reset.outside_failed_nodes is 3 "
          + "in trial 1, violated in 1 of 2 trials\n"))
    #expect(broken[1].contains("\"property\": \"S13\"") && broken[1].contains("\"violating_trials\": 1"))
    #expect(broken[2].contains("**A property of the protocol is violated:** S13"))
    // One verdict everywhere: what is violated has not passed, whatever was expected.
    #expect(broken[1].contains("\"passed\": false") && broken[1].contains("\"verdict\": \"violated\""))
    #expect(broken[2].contains("\n**Verdict: violated** – a property of the protocol does not hold; "))
    #expect(
      !broken[2].contains("Verdict: passed") && RunVerdict(scenario, [first, result]).outcome == .violated)
    #expect(sound[1].contains("\"passed\": true") && !sound[1].contains("\"verdict\": \"violated\""))
  }
}

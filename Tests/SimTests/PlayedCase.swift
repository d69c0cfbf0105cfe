import Engine
import FarmFile
import Foundation
import Testing

@testable import Sim

/// A scenario from its text, played once, and what is said about it.
struct PlayedCase {
  let scenario: Scenario
  let result: TrialResult

  /// Plays trial 0 with seed 1.
  /// - Parameter end: how far the run comes before it is stopped; `nil`: to its end.
  init(_ text: String, stoppedAt end: Duration? = nil) throws {
    scenario = try Scenario.read(text: text, name: "case.yaml").get()
    var world = World(scenario, seed: 1, trial: 0, keepsDetails: true)
    world.run(until: .zero + (end ?? scenario.run.duration))
    result = world.finish(isPartial: end != nil)
  }

  /// With a slow profile a node dies before the farm has formed.
  static let crashBeforeTheFarmHasFormed = """
    farm: {nodes: 5, virtual_ip: 192.0.2.1, rules: [{port: 80}], profile: vm-safe}
    traffic: {arrivals: 200/s}
    faults: [{at: 5 s, crash: node2}]
    run: {duration: 30 s}
    """

  /// Three nodes whose checkers find slow applications out after some seconds.
  static let checkedFarm = """
    farm:
      nodes: 3
      virtual_ip: 192.0.2.100
      rules: [{port: 80}]
      checkers: [{http: "http://127.0.0.1:80/health", interval: 1 s, timeout: 500 ms, threshold: 3}]
    """

  var answer: String { Report.answer(scenario: scenario, result: result, trials: [result]) }

  var summary: String {
    TextSummary.text(scenario: scenario, result: result, trials: [result], usesColour: false)
  }

  var page: String {
    Report.markdown(
      scenario: scenario, result: result, trials: [result], environment: ReportSample.environment)
  }

  var json: String {
    JSONSummary.text(
      scenario: scenario, result: result, trials: [result], environment: ReportSample.environment)
  }

  /// The cells of the row of ``summary`` that begins with some words, behind them.
  func row(_ name: String) throws -> [String] {
    let line = try #require(
      summary.split(separator: "\n").first { $0.hasPrefix("  \(name)  ") }, "no row \(name) in\n\(summary)")
    return line.dropFirst(name.count + 2).components(separatedBy: "  ").map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty }
  }
}

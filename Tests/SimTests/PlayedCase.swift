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

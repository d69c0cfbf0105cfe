import Commands
import FarmFile
import Sim

/// What playing a scenario gave.
struct PlayedScenario {
  var run: ScenarioRun
  /// In order of trial, at least one; fewer than asked for after a stop.
  var results: [TrialResult]

  /// Whether an expectation failed in a trial.
  var hasFailed: Bool {
    ExpectationVerdict.all(run.scenario.expectations, in: results).contains { !$0.passed }
  }

  /// Whether a property of the protocol is violated in a trial.
  var hasViolated: Bool { !PropertyViolation.all(in: results).isEmpty }

  /// The result for standard output; `nil` if quiet and there is nothing to worry about.
  func text(_ format: OutputFormat, isQuiet: Bool) -> String? {
    switch format {
    case .text where isQuiet && !hasFailed && !hasViolated:
      nil
    case .text:
      TextSummary.text(
        scenario: run.scenario, result: results[0], trials: results, usesColour: Console.outputHasColour)
    case .json:
      JSONSummary.text(
        scenario: run.scenario, result: results[0], trials: results, environment: run.environment())
    }
  }
}

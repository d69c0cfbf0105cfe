import FarmFile
import Sim

/// What playing a scenario gave.
struct PlayedScenario {
  var run: ScenarioRun
  /// In order of trial; fewer than asked for after a stop.
  var results: [TrialResult]
  var verdicts: [ExpectationVerdict]

  init(run: ScenarioRun, results: [TrialResult]) {
    self.run = run
    self.results = results
    verdicts = ExpectationVerdict.all(run.scenario.expectations, in: results)
  }

  var hasFailed: Bool { verdicts.contains { !$0.passed } }

  /// The result for standard output; `nil` if quiet and there is nothing to worry about.
  func text(_ format: OutputFormat, isQuiet: Bool) -> String? {
    if isQuiet && !hasFailed && format == .text { return nil }
    switch format {
    case .text: return TextSummary.text(run.scenario, results, verdicts)
    case .json: return JSONSummary.text(run.scenario, results, verdicts)
    }
  }
}

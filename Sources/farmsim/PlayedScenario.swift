import Commands
import FarmFile
import Sim

/// The results of a scenario that was played.
struct PlayedScenario {
  var run: ScenarioRun
  /// In order of trial, at least one; fewer than asked for if the run was stopped.
  private(set) var results: [TrialResult]
  /// Index of the result that a report shows. It has details.
  private(set) var shown = 0

  init(run: ScenarioRun, results: [TrialResult]) {
    self.run = run
    self.results = results
  }

  /// Chooses the trial to show. If it has no details it is played again, with the same result.
  mutating func show(_ index: Int, control: RunControl) {
    if index == shown || control.isStopRequested { return }
    let again = Simulation.run(
      run.scenario, seed: run.seed, trial: results[index].trial, keepsDetails: true, control: control)
    // The repeat was stopped before the trial's end: the report keeps showing the first.
    guard again.end == results[index].end else { return }
    results[index] = again
    shown = index
  }

  /// Over all trials.
  var verdict: RunVerdict { RunVerdict(run.scenario, results) }

  /// The result for standard output; `nil` if `isQuiet` and the verdict is good.
  func text(_ format: OutputFormat, isQuiet: Bool) -> String? {
    switch format {
    case .text where isQuiet && verdict.isGood:
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

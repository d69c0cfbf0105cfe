import Commands
import FarmFile
import Sim

/// What playing a scenario gave.
struct PlayedScenario {
  var run: ScenarioRun
  /// In order of trial, at least one; fewer than asked for after a stop.
  private(set) var results: [TrialResult]
  /// Which of them a report shows; it has its details.
  private(set) var shown = 0

  init(run: ScenarioRun, results: [TrialResult]) {
    self.run = run
    self.results = results
  }

  /// Shows a trial, which is played again for its details unless it has them. A trial is the same each time.
  mutating func show(_ index: Int, control: RunControl) {
    if index == shown || control.isStopRequested { return }
    let again = Simulation.run(
      run.scenario, seed: run.seed, trial: results[index].trial, keepsDetails: true, control: control)
    // Stopped before it came as far: the first is shown.
    guard again.end == results[index].end else { return }
    results[index] = again
    shown = index
  }

  /// Over all trials.
  var verdict: RunVerdict { RunVerdict(run.scenario, results) }

  /// The result for standard output; `nil` if quiet and there is nothing to worry about.
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

import Commands
import FarmFile
import Foundation
import Sim

/// One scenario that is about to be played: the file, with the changes of the command line.
struct ScenarioRun {
  /// As the operator wrote it.
  var file: String
  var scenario: Scenario
  var seed: UInt64
  var trials: Int
  /// The first trial; not 0 if one trial is played alone.
  var firstTrial: Int
  /// The words after the file name that repeat the same changes.
  private var changes: [String]

  init(file: String, scenario: Scenario, options: RunCommand) {
    self.file = file
    self.scenario = scenario
    seed = options.seed ?? scenario.run.seed
    trials = options.trial == nil ? options.trials ?? scenario.run.trials : 1
    firstTrial = options.trial ?? 0
    changes = options.changes.words
    // The report shows what was run, not what the file says.
    self.scenario.run.seed = seed
    self.scenario.run.trials = trials
  }

  /// Plays all trials, with a progress bar on a terminal.
  /// - Parameter keepsDetails: whether the trial that the answer is about keeps details for a report. If it is not the
  ///   first, it is played once more.
  func play(isQuiet: Bool, keepsDetails: Bool, control: RunControl) async -> PlayedScenario {
    let seconds = scenario.run.duration.seconds * Double(trials)
    let bar = ProgressBar(control: control, total: seconds, isQuiet: isQuiet)
    let results = await TrialRunner.run(
      scenario, seed: seed, first: firstTrial, trials: trials,
      width: ProcessInfo.processInfo.activeProcessorCount,
      keepsDetails: keepsDetails, control: control)
    var played = PlayedScenario(run: self, results: results)
    if keepsDetails { played.show(Report.told(scenario: scenario, trials: results), control: control) }
    bar?.end()
    return played
  }

  /// Where and with what the scenario is played.
  /// - Parameter folder: the folder of the report, if there is one. Only its last component is named, so that the same
  ///   run gives the same report in any place.
  func environment(folder: String? = nil) -> ReportEnvironment {
    var words = ["farmsim", "run", ShellText.operand(file), "--seed", "\(seed)"]
    if trials > 1 { words += ["--trials", "\(trials)"] }
    if firstTrial > 0 { words += ["--trial", "\(firstTrial)"] }
    words += changes
    if let folder { words += ["--report", ShellText.operand(PathText.name(of: folder))] }
    return ReportEnvironment(words: words, version: Version.number, platform: Platform.text)
  }
}

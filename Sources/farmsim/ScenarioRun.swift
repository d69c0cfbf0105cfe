import Commands
import FarmFile
import Foundation
import Sim

/// One scenario as it is about to be played: the file with what the command line says instead.
struct ScenarioRun {
  /// As the operator named it.
  var file: String
  var scenario: Scenario
  var seed: UInt64
  var trials: Int
  /// The first of them; not 0 when one is looked at alone.
  var firstTrial: Int
  /// The words after the file name that give the same run again.
  private var changes: [String]

  init(file: String, scenario: Scenario, options: RunCommand) {
    self.file = file
    self.scenario = scenario
    seed = options.seed ?? scenario.run.seed
    trials = options.trial == nil ? options.trials ?? scenario.run.trials : 1
    firstTrial = options.trial ?? 0
    changes = options.changes.words
    // The report tells what was run, not what the file says.
    self.scenario.run.seed = seed
    self.scenario.run.trials = trials
  }

  /// Plays all trials, with a progress bar if somebody looks.
  /// - Parameter keepsDetails: of the trial that the answer tells of, for a report. If that is not the first it is played
  ///   once more.
  func play(isQuiet: Bool, keepsDetails: Bool, control: RunControl) async -> PlayedScenario {
    let seconds = Double(scenario.run.duration.nanoseconds) / 1e9 * Double(trials)
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

  /// Where and with what it is played.
  /// - Parameter folder: where a report goes, if one does; its last component alone is named, so that the same
  ///   run gives the same report wherever it is written to.
  func environment(folder: String? = nil) -> ReportEnvironment {
    var words = ["farmsim", "run", ShellText.operand(file), "--seed", "\(seed)"]
    if trials > 1 { words += ["--trials", "\(trials)"] }
    if firstTrial > 0 { words += ["--trial", "\(firstTrial)"] }
    words += changes
    if let folder { words += ["--report", ShellText.operand(PathText.name(of: folder))] }
    return ReportEnvironment(words: words, version: Version.number, platform: Platform.text)
  }
}

import ArgumentParser
import Commands
import FarmFile
import Foundation
import Sim

/// `farmsim run`: plays scenarios and prints the results.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Play scenarios, print what was measured and judge the expectations.",
    discussion: """
      Same file, same seed: same result. All files are checked before the first is played; nothing is written \
      if one of them is wrong. With several files --report DIR writes DIR/<scenario> for each, and DIR/index.md with \
      all questions and answers. JSON is one \
      object a file, one after the other; its measures have the names that expectations use (see \
      'farmsim measures'). Ctrl-C stops \
      cleanly and prints what there is, marked partial; a second one kills.

      EXAMPLES
        farmsim run Scenarios/node-crash.yaml
        farmsim run my-farm.yaml --report my-farm
        farmsim run my-farm.yaml --trials 100 --seed 7
        farmsim run my-farm.yaml --trial 26 --seed 7 --report what-happened
        farmsim run my-farm.yaml --set farm.nodes=8 --set 'networks.lan.loss=2 %'
        farmsim run my-farm.yaml --set '+faults={at: 30 s, crash: node1}'
        farmsim run my-farm.yaml --format json | jq '.measures["rebalance_time.max"]'
        farmsim run Scenarios/*.yaml --quiet && echo all good

      EXIT CODES
      \(ExitTable.farmsim.text)
      """)

  @Argument(help: ArgumentHelp("The scenario files.", valueName: "file")) var files: [String]

  @Option(
    parsing: .unconditional, help: "The seed of every random draw, instead of the file's.",
    transform: Seed.read)
  var seed: UInt64?

  @Option(
    parsing: .unconditional,
    help: "How many times to play each scenario, with draws of their own, on all cores.")
  var trials: Int?

  @Option(
    parsing: .unconditional,
    help: "Play this trial alone, as when trial 26 of a hundred failed: they count from 0.")
  var trial: Int?

  @OptionGroup var changes: OverrideOptions

  @Option(help: ArgumentHelp("Write a report with charts to this folder.", valueName: "folder"))
  var report: String?

  @Option(help: "How to print the result: text or json.") var format = OutputFormat.text

  @Flag(
    name: .shortAndLong,
    help: "No progress bar, and no text unless an expectation failed or a property is violated.")
  var quiet = false

  func validate() throws {
    if let trials, !(1...1_000_000).contains(trials) {
      throw ValidationError("--trials \(trials): expected 1 to 1000000")
    }
    if report?.isEmpty == true { throw ValidationError("--report: no folder is named") }
    if let trial, !(0..<1_000_000).contains(trial) {
      throw ValidationError("--trial \(trial): expected 0 to 999999")
    }
    if trial != nil, trials != nil {
      throw ValidationError("--trial plays one trial and --trials many: give one of the two")
    }
  }

  func run() async throws {
    let scenarios = try ScenarioFiles.read(files, overrides: changes.overrides)
    let runs = zip(files, scenarios).map { ScenarioRun(file: $0, scenario: $1, options: self) }
    let folders = try ReportFolders.prepared(report, for: scenarios)
    Interrupt.listen()
    try await play(runs, folders, control: Interrupt.control)
  }

  /// Plays one scenario after the other until a stop is asked for, and prints what each gave.
  ///
  /// The first always gives a result and a report, however early it is stopped.
  func play(_ runs: [ScenarioRun], _ folders: ReportFolders?, control: RunControl) async throws {
    var played = 0
    var outcomes: Set<RunVerdict.Outcome> = []
    while played == 0 || (played < runs.count && !control.isStopRequested) {
      let result = await runs[played].play(isQuiet: quiet, keepsDetails: report != nil, control: control)
      outcomes.insert(result.verdict.outcome)
      if let text = result.text(format, isQuiet: quiet) { try Console.write(text) }
      if let folders { try folders.write(result, to: played, isQuiet: quiet) }
      played += 1
    }
    try folders?.writeIndex(isQuiet: quiet)
    if played < runs.count {
      Console.complain("Partial: \(runs.count - played) of \(runs.count) files were not played.")
    }
    if control.isStopRequested { throw ExitReason.interrupted.exit }
    if outcomes.contains(.violated) { throw ExitReason.propertyViolated.exit }
    if outcomes.contains(.failed) || outcomes.contains(.undecided) { throw ExitReason.failed.exit }
  }
}

/// How a result is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

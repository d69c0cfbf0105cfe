import ArgumentParser
import Commands
import FarmFile
import Foundation
import Lab
import Sim

/// `farmsim lab`: plays a scenario for real, in network namespaces of this machine.
struct LabCommand: AsyncParsableCommand {
  private static let codes = ExitTable.farmsim.text(
    of: .good, .failed, .propertyViolated, .usage, .badInput, .unavailable, .ourBug, .cannotWrite,
    .interrupted)

  static let configuration = CommandConfiguration(
    commandName: "lab",
    abstract: "Play a scenario on the real kernel, and print it beside the simulator.",
    discussion: """
      Builds a network of namespaces without names (a switch, a machine a node, clients behind a router), starts \
      farmd and a small server on every node, sends real clients at the scenario's rate as far as two cores carry it, \
      and does the scenario's faults by real means, as often as asked. Everything is gone when it ends, whatever ends \
      it, and nothing leaves the namespaces. It needs root, ip, nft and setpriv.

      How long it will take is said first; what so many cores do not carry is refused. What is shortened, scaled or \
      left out is said. \(ComparisonRule.words())

      Ctrl-C takes everything down and prints what there is.

      EXAMPLES
        sudo farmsim lab Scenarios/node-crash.yaml --repeats 5
        sudo farmsim lab Scenarios/node-crash.yaml --report lab-node-crash
        sudo farmsim lab my-farm.yaml --set farm.profile=fast --keep
        sudo farmsim lab my-farm.yaml --format json | jq .agrees

      EXIT CODES
      \(codes)
      """)

  @Argument(help: ArgumentHelp("The scenario file.", valueName: "file")) var file: String

  @Option(help: "How many times to play the faults.") var repeats = 30

  @OptionGroup var changes: OverrideOptions

  @Option(
    help: ArgumentHelp(
      "Write a report with charts, and what daemons and servers said, to this folder.", valueName: "folder"))
  var report: String?

  @Option(help: "How to print the result: text or json.") var format = OutputFormat.text

  @Flag(
    help: ArgumentHelp(
      "Leave the farm standing after the last repeat until Ctrl-C, say how to look around, and keep what was said."
    ))
  var keep = false

  @OptionGroup var lab: LabOptions

  func validate() throws {
    if report?.isEmpty == true { throw ValidationError("--report: no folder is named") }
    guard (1...10_000).contains(repeats) else {
      throw ValidationError("--repeats \(repeats): expected 1 to 10000")
    }
  }

  func run() async throws {
    // The text is read once for both sides, so that a scenario can come from a pipe.
    let text = try ScenarioFiles.text(of: file)
    let scenario = try Scenario.read(text: text, name: file, overrides: changes.overrides).orBadInput()
    let plan = try LabOptions.plan(scenario, repeats: repeats, file: file)
    let programs = try lab.programs()
    if let report { try ReportFolders.check(report) }
    if !lab.quiet { Console.complain(plan.announcement) }
    let calibration = try report.map { _ in
      try LabPlay.saying { () throws(LabError) in try Calibration.measure() }
    }
    let outcome = try await play(plan, text: text, programs: programs)
    // Written before the simulator plays its side, since a second Ctrl-C may end the program there.
    let folder = report == nil && (keep || outcome.failure != nil) ? LabCommand.logFolder : nil
    if let folder {
      try OutputPlace.write(outcome.logs, to: folder)
      Console.complain("what the daemons said is in \(folder)")
    }
    if format == .text { try Console.write(LabSummary.text(plan, outcome)) }
    var (agrees, isViolated) = (true, false)
    if outcome.failure == nil, !outcome.repeats.isEmpty {
      let sides = await LabSides(plan, outcome: outcome, calibration: calibration)
      try Console.write(format == .json ? sides.json : "\n" + sides.text)
      agrees = sides.comparison.agrees
      isViolated = !sides.violations.isEmpty
      if let report {
        try ReportFolders.saying { () throws(ReportError) in
          try sides.report(machine: LabMachine.pairs, command: command).write(
            to: report, with: outcome.logs)
        }
        if !lab.quiet { ReportFolders.say("Report", report, "report.md") }
      }
    } else if let report {
      try OutputPlace.write(outcome.logs, to: report)
    }
    try finish(outcome)
    if isViolated { throw ExitReason.propertyViolated.exit }
    if !agrees { throw ExitReason.failed.exit }
  }

  private var command: String {
    var words = ["farmsim", "lab", ShellText.operand(file), "--repeats", "\(repeats)"]
    words += changes.words
    if let report { words += ["--report", ShellText.operand(PathText.name(of: report))] }
    return ShellText.command(words)
  }

  private func finish(_ outcome: LabOutcome) throws {
    if let failure = outcome.failure { throw ExitReason.failed.saying("error: \(failure)") }
    if outcome.isPartial { throw ExitReason.interrupted.exit }
  }

  /// Folder of the logs if the play failed or `--keep` was given, and there is no report.
  private static let logFolder = "farmsim-lab-logs"
}

extension LabCommand {
  /// Plays the plan. With `--keep` the farm stands afterwards until Ctrl-C.
  private func play(_ plan: LabPlan, text: String, programs: LabPrograms) async throws -> LabOutcome {
    let seconds = plan.cycle.seconds * Double(plan.repeats)
    let play = LabPlay(seconds: seconds, isQuiet: lab.quiet)
    defer { play.end() }
    let player = LabPlayer(
      plan, text: text, file: file, overrides: changes.overrides, programs: programs)
    let (control, keeps) = (play.control, keep)
    return try await play.run { () throws(LabError) in
      try player.play(control: control) { places in
        guard keeps else { return }
        Console.complain("The farm stands until Ctrl-C. To look around:")
        for line in places.lines { Console.complain("  \(line)") }
        while !control.isStopRequested { usleep(100_000) }
      }
    }
  }
}

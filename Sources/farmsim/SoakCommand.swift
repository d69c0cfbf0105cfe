import ArgumentParser
import Commands
import FarmFile
import Foundation
import Lab
import Sim

/// `farmsim soak`: random faults on a real farm, round after round, judged by the protocol's properties.
struct SoakCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak",
    abstract: "Break a real farm at random and check that it keeps its promises.",
    discussion: """
      Each round builds a lab (see 'farmsim lab'), does some twenty random faults, heals them all, and judges what the \
      kernels' filters held and what probes met by the protocol's properties: one owner for every bucket, no \
      doubles, no holes but those of a crash or hand-over, nothing accepted by dead or stalled nodes, every share \
      back at the end. The same seed gives the same faults.

      What breaks a property is one line on standard output; the round's faults are written as a scenario file, with \
      what the daemons said beside it. It needs root, ip, nft and setpriv.

      EXAMPLES
        sudo farmsim soak --minutes 10
        sudo farmsim soak my-farm.yaml --seed 7 --keep-going
        sudo farmsim soak --seed 7 --first 12 --rounds 1

      EXIT CODES
      \(ExitTable.farmsim.text(of: .good, .propertyViolated, .usage, .badInput, .unavailable, .cannotWrite, .interrupted))
      """)

  @Argument(
    help: ArgumentHelp(
      "A scenario file, for its farm, networks and traffic; a small farm if left out.", valueName: "file"))
  var file: String?

  @Option(help: "No round begins after so many minutes.") var minutes = 10.0
  @Option(parsing: .unconditional, help: "Of all random faults.", transform: Seed.read) var seed: UInt64 = 1
  @Option(help: "The first round.") var first = 0
  @Option(help: "At most so many rounds.") var rounds: Int?

  @OptionGroup var changes: OverrideOptions

  @Option(
    help: ArgumentHelp("Where rounds that broke a property are written to.", valueName: "folder"))
  var output = "farmsim-soak"

  @Flag(help: "Go on after a property was broken.") var keepGoing = false
  @OptionGroup var lab: LabOptions

  func validate() throws {
    if output.isEmpty { throw ValidationError("--output: no folder is named") }
    guard minutes > 0, minutes <= 100_000 else {
      throw ValidationError("--minutes \(minutes): expected more than 0, 100000 at most")
    }
    guard (0..<1 << 24).contains(first), (rounds ?? 1) >= 1 else {
      throw ValidationError("--first is 0 to \(1 << 24 - 1), --rounds 1 or more")
    }
  }

  func run() async throws {
    let name = file ?? "soak"
    let text = try file.map { try ScenarioFiles.text(of: $0) } ?? SoakFarm.text
    // What is wrong with the file is said before anything of the machine.
    let sample = try round(first, text, name)
    _ = try LabOptions.plan(sample.scenario, repeats: 1, file: name)
    let programs = try lab.programs()
    try OutputPlace.check(folder: output)
    let play = LabPlay(seconds: minutes * 60, isQuiet: lab.quiet)
    defer { play.end() }
    let control = play.control
    let end = Date().addingTimeInterval(minutes * 60)
    var (number, broken) = (first, 0)
    repeat {
      let round = try round(number, text, name)
      let played = try await play.run { () throws(LabError) in
        try round.play(programs, control: control)
      }
      if played.isPartial { break }
      try Console.write(SoakText.line(round, played.verdict))
      if !played.verdict.violations.isEmpty {
        broken += 1
        try keep(round, played)
        if !keepGoing { break }
      }
      number += 1
    } while Date() < end && !control.isStopRequested && number - first < rounds ?? .max
    play.end()
    try Console.write(
      "\(number - first + (broken > 0 && !keepGoing ? 1 : 0)) rounds, \(broken) with a broken property\n")
    if broken > 0 { throw ExitReason.propertyViolated.exit }
    if control.isStopRequested { throw ExitReason.interrupted.exit }
  }

  private func round(_ number: Int, _ text: String, _ name: String) throws -> SoakRound {
    do throws(FileProblems) {
      return try SoakRound(
        text: text, file: name, overrides: changes.overrides, seed: seed, number: number)
    } catch { throw ExitReason.badInput.saying(error) }
  }

  /// The round's faults as a scenario, what broke, and what the daemons said.
  private func keep(_ round: SoakRound, _ played: PlayedRound) throws {
    let folder = "\(output)/seed\(round.seed)-round\(round.number)"
    var files = played.logs
    files["scenario.yaml"] = round.text
    files["violations.txt"] = played.verdict.violations.map { SoakText.violation($0, of: round) }.joined()
    try OutputPlace.write(files, to: folder)
    let again = ShellText.command([
      "farmsim", "lab", ShellText.operand(folder + "/scenario.yaml"), "--repeats", "1",
    ])
    try Console.write(PlainText.line("         faults and logs: \(folder); again: \(again)") + "\n")
  }
}

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
      Each round builds a lab (see 'farmsim lab'), does some twenty random faults and mishaps, heals them all, and \
      judges what the kernels' filters held, what probes met and what captures of every node's interface show by \
      the protocol's properties: one owner for every bucket, no doubles, no holes but those of a crash or hand-over, \
      nothing accepted by dead or stalled nodes, every share back at the end. Daemons must say what others do to \
      their nodes, and end with the memory and descriptors that they had. The same seed gives the same faults.

      What breaks a property is one line on standard output; the round's faults are written as a scenario file, with \
      what the daemons said beside it and, as pcap files, what each node saw and sent half a minute before and after. \
      At the end, also after Ctrl-C, a table says what was played and seen. It needs root, ip, nft and setpriv.

      EXAMPLES
        sudo farmsim soak --minutes 10
        sudo farmsim soak my-farm.yaml --seed 7 --keep-going
        sudo farmsim soak --seed 7 --first 12 --rounds 1
        sudo farmsim soak --minutes 120 --length 1200

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
  @Option(help: "Seconds in which a round's faults begin: in long rounds daemons live long.") var length = 25

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
    guard (10...3600).contains(length) else {
      throw ValidationError("--length \(length): expected 10 to 3600")
    }
  }

  func run() async throws {
    let name = file ?? "soak"
    let text = try file.map { try ScenarioFiles.text(of: $0) } ?? SoakFarm.text
    // Problems of the file are reported before those of the machine.
    let sample = try round(first, text, name)
    _ = try LabOptions.plan(sample.scenario, repeats: 1, file: name)
    let programs = try lab.programs()
    try OutputPlace.check(folder: output)
    let play = LabPlay(seconds: minutes * 60, isQuiet: lab.quiet)
    defer { play.end() }
    let control = play.control
    let end = Date().addingTimeInterval(minutes * 60)
    var number = first
    var totals = SoakTotals(seed: seed, first: first)
    repeat {
      let round = try round(number, text, name)
      let played = try await play.run { () throws(LabError) in
        try round.play(programs, control: control)
      }
      if played.isPartial { break }
      totals.add(round, played.verdict)
      try Console.write(SoakText.line(round, played.verdict))
      if !played.verdict.violations.isEmpty {
        try keep(round, played)
        if !keepGoing { break }
      }
      number += 1
    } while Date() < end && !control.isStopRequested && number - first < rounds ?? .max
    play.end()
    if control.isStopRequested { try Console.write("interrupted in round \(number), which is not judged\n") }
    try Console.write("\n" + totals.table)
    if totals.broken > 0 { throw ExitReason.propertyViolated.exit }
    if control.isStopRequested { throw ExitReason.interrupted.exit }
  }

  private func round(_ number: Int, _ text: String, _ name: String) throws -> SoakRound {
    do throws(FileProblems) {
      return try SoakRound(
        text: text, file: name, overrides: changes.overrides, seed: seed, number: number,
        length: .seconds(length))
    } catch { throw ExitReason.badInput.saying(error) }
  }

  /// Writes the round's faults as a scenario, the violations, what the daemons said, and the captures.
  private func keep(_ round: SoakRound, _ played: PlayedRound) throws {
    let folder = "\(output)/seed\(round.seed)-round\(round.number)"
    var files = played.logs
    files["scenario.yaml"] = round.text
    files["violations.txt"] =
      played.verdict.violations.map { SoakText.violation($0, of: round) }.joined()
      + played.captures.keys.sorted().map { "captured: \($0)\n" }.joined()
    try OutputPlace.write(files, to: folder)
    for (name, bytes) in played.captures { try OutputPlace.write(bytes, to: "\(folder)/\(name)") }
    let captures = played.captures.keys.sorted()
    if !captures.isEmpty {
      try Console.write(PlainText.line("         captures there: " + captures.joined(separator: ", ")) + "\n")
    }
    let again = ShellText.command([
      "farmsim", "lab", ShellText.operand(folder + "/scenario.yaml"), "--repeats", "1",
    ])
    try Console.write(PlainText.line("         faults and logs: \(folder); again: \(again)") + "\n")
  }
}

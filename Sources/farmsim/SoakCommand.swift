import ArgumentParser
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
      \(ExitReason.table)
      """)

  @Argument(
    help: ArgumentHelp(
      "A scenario file, for its farm, networks and traffic; a small farm if left out.", valueName: "file"))
  var file: String?

  @Option(help: "No round begins after so many minutes.") var minutes = 10.0
  @Option(help: "Of all random faults.") var seed: UInt64 = 1
  @Option(help: "The first round.") var first = 0
  @Option(help: "At most so many rounds.") var rounds: Int?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Replace a value of the file, as farm.profile=fast; can be given several times.",
      valueName: "path=value"))
  var overrides: [Override] = []

  @Option(
    help: ArgumentHelp("Where rounds that broke a property are written to.", valueName: "folder"))
  var output = "farmsim-soak"

  @Option(help: ArgumentHelp("The daemon; the one beside this program if left out.", valueName: "path"))
  var farmd: String?

  @Flag(help: "Go on after a property was broken.") var keepGoing = false
  @Flag(name: .shortAndLong, help: "No progress bar.") var quiet = false

  func validate() throws {
    guard minutes > 0, minutes <= 100_000 else {
      throw ValidationError("--minutes \(minutes): expected more than 0, 100000 at most")
    }
    guard (0..<1 << 24).contains(first), (rounds ?? 1) >= 1 else {
      throw ValidationError("--first is 0 to \(1 << 24 - 1), --rounds 1 or more")
    }
  }

  func run() async throws {
    let name = file ?? "soak"
    var text = SoakFarm.text
    if let file {
      let log = ProblemLog(file: file)
      guard let read = TextFile.read(path: file, log: log) else { throw badInput(log.problems) }
      text = read
    }
    // What is wrong with the file is said before anything of the machine.
    let sample = try round(first, text, name)
    let refusals = LabPlan(sample.scenario, repeats: 1).refusals
    guard refusals.isEmpty else {
      for refusal in refusals { Console.complain("\(name): \(refusal)") }
      throw ExitReason.badInput.exit
    }
    let programs = try LabMachine.programs(farmd: farmd)
    Interrupt.listen()
    let control = Interrupt.control
    let bar = ProgressBar(control: control, total: minutes * 60, isQuiet: quiet)
    defer { bar?.end() }
    let end = Date().addingTimeInterval(minutes * 60)
    var (number, broken) = (first, 0)
    repeat {
      let round = try round(number, text, name)
      let played = try await play(round, programs, control)
      if played.isPartial { break }
      try Console.write(SoakText.line(round, played.verdict))
      if !played.verdict.violations.isEmpty {
        broken += 1
        try keep(round, played)
        if !keepGoing { break }
      }
      number += 1
    } while Date() < end && !control.isStopRequested && number - first < rounds ?? .max
    bar?.end()
    try Console.write(
      "\(number - first + (broken > 0 && !keepGoing ? 1 : 0)) rounds, \(broken) with a broken property\n")
    if broken > 0 { throw ExitReason.propertyViolated.exit }
    if control.isStopRequested { throw ExitReason.interrupted.exit }
  }

  private func badInput(_ problems: [Problem]) -> ExitCode {
    for problem in problems { Console.complain(problem.description) }
    return ExitReason.badInput.exit
  }

  private func round(_ number: Int, _ text: String, _ name: String) throws -> SoakRound {
    do throws(FileProblems) {
      return try SoakRound(text: text, file: name, overrides: overrides, seed: seed, number: number)
    } catch { throw badInput(error.problems) }
  }

  /// On a thread of its own, which the lab may block.
  private func play(
    _ round: SoakRound, _ programs: LabPrograms, _ control: RunControl
  ) async throws -> PlayedRound {
    let result = await withCheckedContinuation { continuation in
      Thread {
        continuation.resume(
          returning: Result { () throws(LabError) in try round.play(programs, control: control) })
      }.start()
    }
    switch result {
    case .success(let played): return played
    case .failure(let error):
      Console.complain("error: \(error)")
      throw ExitReason.unavailable.exit
    }
  }

  /// The round's faults as a scenario, what broke, and what the daemons said.
  private func keep(_ round: SoakRound, _ played: PlayedRound) throws {
    let folder = "\(output)/seed\(round.seed)-round\(round.number)"
    var files = played.logs
    files["scenario.yaml"] = round.text
    files["violations.txt"] = played.verdict.violations.map { SoakText.violation($0, of: round) }.joined()
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (name, text) in files {
        try text.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
      }
    } catch {
      Console.complain("error: cannot write to \(folder): \(error.localizedDescription)")
      throw ExitReason.cannotWrite.exit
    }
    try Console.write(
      "         faults and logs: \(folder); again: farmsim lab \(folder)/scenario.yaml --repeats 1\n")
  }
}

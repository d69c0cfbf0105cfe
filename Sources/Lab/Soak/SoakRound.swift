import Engine
import FarmFile
import Sim

/// One round of a soak: a scenario of random faults, all healed at its end. The same seed and number give the same.
public struct SoakRound: Sendable {
  public let seed: UInt64
  /// From 0.
  public let number: Int
  /// The scenario's file, which `farmsim lab` and `farmsim run` play as well: its faults come when the lab does them.
  public let text: String
  public let scenario: Scenario

  /// From the first fault to the last that begins.
  static let length = Duration.seconds(25)

  /// - Parameters:
  ///   - text: of a scenario file: its farm, networks and traffic. Its own faults and expectations are left out.
  ///   - file: its name, as problems shall show it.
  /// - Throws: what is wrong with the file.
  public init(
    text: String, file: String, overrides: [Override] = [], seed: UInt64, number: Int
  ) throws(FileProblems) {
    // All that is wrong, at the place where it stands: what is read below has other lines.
    _ = try Scenario.read(text: text, name: file, overrides: overrides).get()
    let log = ProblemLog(file: file)
    guard var root = YAMLDocument(text: text, log: log)?.root else {
      throw FileProblems(problems: log.problems)
    }
    // Whoever is held down is away longer than a round.
    root.prepare(overrides: overrides + [Override(path: "farm.flap", value: "off")], log: log)
    guard log.isEmpty, case .mapping(let entries) = root.content else {
      throw FileProblems(problems: log.problems)
    }
    let kept = entries.filter {
      !["description", "about", "faults", "run", "expect", "linux"].contains($0.key)
    }
    let head = """
      # Round \(number) of a soak with seed \(seed): does the farm keep its promises?
      description: Random faults, all healed at the end.
      """
    let base = head + "\n" + kept.map { "\($0.key): \($0.value.flowText)\n" }.joined()
    var drawn = try Scenario.read(text: base, name: file).get()
    let first = RunPlan.forming(drawn.farm.settings.heartbeat) + LabPlan.lead
    var draw = FaultDraw(drawn, seed: seed, round: number, from: first)
    let healed = draw.draw(until: first + SoakRound.length)
    drawn.faults = draw.faults
    drawn.run.duration = healed + LabPlan.settleTime(drawn.farm.settings.heartbeat)
    // The lab cuts short what waits longer than a farm needs to settle. Cut twice is as cut once, so the file that
    // is kept of a round is played as the round was.
    let played = LabPlan(drawn, repeats: 1).scenario
    let spelling = FaultSpelling(farm: drawn.farm)
    self.seed = seed
    self.number = number
    self.text =
      base + "faults:\n" + played.faults.map { "  - \(spelling.entry($0))\n" }.joined()
      + "run: {duration: \(played.run.duration.text), seed: \(seed)}\n"
    scenario = try Scenario.read(text: self.text, name: file).get()
  }
}

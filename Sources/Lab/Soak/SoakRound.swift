import Engine
import FarmFile
import Sim

/// One round of a soak: a scenario of random faults, all healed at its end. The same seed and number give the same.
public struct SoakRound: Sendable {
  public let seed: UInt64
  /// From 0.
  public let number: Int
  /// The scenario's file, which `farmsim lab` and `farmsim run` play as well.
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
    let log = ProblemLog(file: file)
    guard var root = YAMLDocument(text: text, log: log)?.root else {
      throw FileProblems(problems: log.problems)
    }
    // Whoever is held down is away longer than a round.
    root.prepare(overrides: overrides + [Override(path: "farm.flap", value: "off")], log: log)
    guard log.isEmpty, case .mapping(let entries) = root.content else {
      throw FileProblems(problems: log.problems)
    }
    let kept = entries.filter { !["description", "faults", "run", "expect", "linux"].contains($0.key) }
    let head = """
      # Round \(number) of a soak with seed \(seed): does the farm keep its promises?
      description: Random faults, all healed at the end.
      """
    let base = head + "\n" + kept.map { "\($0.key): \($0.value.flowText)\n" }.joined()
    let bare = try Scenario.read(text: base, name: file).get()
    // Where the lab would move the first fault to, so that it plays the file as it is.
    let forming = max(
      .seconds(5), bare.farm.settings.heartbeat.timeout + 10 * bare.farm.settings.heartbeat.interval)
    let first = forming + LabPlan.lead
    var draw = FaultDraw(bare, seed: seed, round: number, from: first)
    let healed = draw.draw(until: first + SoakRound.length)
    let end = healed + LabPlan.settleTime(bare.farm.settings.heartbeat)
    let spelling = FaultSpelling(farm: bare.farm)
    self.seed = seed
    self.number = number
    self.text =
      base + "faults:\n" + draw.faults.map { "  - \(spelling.entry($0))\n" }.joined()
      + "run: {duration: \(end.nanoseconds / 1_000_000 + 1) ms, seed: \(seed)}\n"
    scenario = try Scenario.read(text: self.text, name: file).get()
  }
}

import Engine
import FarmFile
import Sim

/// One round of a soak: a scenario of random faults, with mishaps besides, all healed at its end. The same seed, number
/// and length give the same round.
///
/// ``FaultDraw`` draws faults and mishaps. ``LabPlan`` shortens the waits between them, as it will when the lab plays.
/// The mishaps are moved along, and the result is written as a scenario file.
public struct SoakRound: Sendable {
  public let seed: UInt64
  /// From 0.
  public let number: Int
  /// The scenario's file. `farmsim lab` and `farmsim run` can play it as well: its faults have the times at which the
  /// lab does them.
  public let text: String
  public let scenario: Scenario
  /// Mishaps, which scenarios have no word for. ``text`` names them in comments.
  let mishaps: [Mishap]

  /// From the first fault to the last that begins, unless another length is asked for.
  public static let usualLength = Duration.seconds(25)

  /// - Parameters:
  ///   - text: the text of a scenario file, for its farm, networks and traffic. Its faults and expectations are left
  ///     out.
  ///   - file: its name, for problems.
  ///   - length: from the first fault to the last that begins.
  /// - Throws: the problems of the file.
  public init(
    text: String, file: String, overrides: [Override] = [], seed: UInt64, number: Int,
    length: Duration = SoakRound.usualLength
  ) throws(FileProblems) {
    // Reports all problems at their real places: the text that is read below has other lines.
    _ = try Scenario.read(text: text, name: file, overrides: overrides).get()
    let log = ProblemLog(file: file)
    guard var root = YAMLDocument(text: text, log: log)?.root else {
      throw FileProblems(problems: log.problems)
    }
    // A node that is held down would be away for longer than a round.
    root.prepare(overrides: overrides + [Override(path: "farm.flap", value: "off")], log: log)
    guard log.isEmpty, case .mapping(let entries) = root.content else {
      throw FileProblems(problems: log.problems)
    }
    let kept = entries.filter {
      !["description", "about", "yes_if", "no_if", "faults", "run", "expect", "linux"].contains($0.key)
    }
    let head = """
      # Round \(number) of a soak with seed \(seed): does the farm keep its promises?
      description: Random faults, all healed at the end.
      """
    let base = head + "\n" + kept.map { "\($0.key): \($0.value.flowText)\n" }.joined()
    var drawn = try Scenario.read(text: base, name: file).get()
    let first = RunPlan.forming(drawn.farm.settings.heartbeat) + LabPlan.lead
    var draw = FaultDraw(drawn, seed: seed, round: number, from: first)
    let healed = draw.draw(until: first + length)
    drawn.faults = draw.faults
    drawn.run.duration = healed + LabPlan.settleTime(drawn.farm.settings.heartbeat)
    // The lab shortens waits that are longer than a farm needs to settle. Shortening twice gives the same as shortening
    // once, so that the file of a round is played as the round was.
    let played = LabPlan(drawn, repeats: 1).scenario
    mishaps = SoakRound.moved(
      draw.mishaps, as: drawn.faults, to: played.faults,
      until: played.run.duration - FaultDraw.quiet(drawn.farm.settings.heartbeat))
    let spelling = FaultSpelling(farm: drawn.farm)
    let notes = mishaps.map { "#   \(spelling.note($0))\n" }.joined()
    self.seed = seed
    self.number = number
    self.text =
      base + "faults:\n" + played.faults.map { "  - \(spelling.entry($0))\n" }.joined()
      + "run: {duration: \(played.run.duration.text), seed: \(seed)}\n"
      + (notes.isEmpty ? "" : "# Mishaps, which the soak alone does:\n" + notes)
    scenario = try Scenario.read(text: self.text, name: file).get()
  }

  /// The number of mishaps, by their words.
  public var mishapCounts: [String: Int] { mishaps.reduce(into: [:]) { $0[$1.kind.word, default: 0] += 1 } }

  /// The number of faults, by their keys in scenario files.
  public var faultCounts: [String: Int] {
    scenario.faults.reduce(into: [:]) { $0[$1.kind.key.rawValue, default: 0] += 1 }
  }

  /// Moves mishaps so that they keep their distance from the fault or end before them, although the lab shortened
  /// waits.
  /// - Parameter limit: no mishap begins or ends later.
  private static func moved(
    _ mishaps: [Mishap], as drawn: [Fault], to played: [Fault], until limit: Duration
  ) -> [Mishap] {
    var places: [(from: Duration, to: Duration)] = [(.zero, .zero)]
    for (before, after) in zip(drawn, played) {
      places.append((before.at, after.at))
      if let from = before.until, let to = after.until { places.append((from, to)) }
    }
    places.sort { $0.from < $1.from }
    func place(_ time: Duration) -> Duration {
      let next = places.firstIndex { $0.from > time } ?? places.endIndex
      let last = places[next - 1]
      let wanted = last.to + (time - last.from)
      return next < places.endIndex ? min(wanted, places[next].to) : wanted
    }
    return mishaps.compactMap { mishap in
      let (at, until) = (place(mishap.at), mishap.until.map { min(place($0), limit) })
      return at <= limit && (until.map { at < $0 } ?? true)
        ? Mishap(kind: mishap.kind, at: at, until: until) : nil
    }
  }
}

/// The farm for a soak if the operator names none.
public enum SoakFarm {
  /// Four nodes on two networks without loss, with connections that are short enough for drains.
  public static let text = """
    # Does a farm keep its promises whatever breaks?
    farm:
      nodes: 4
      virtual_ip: 192.0.2.100
      groups: {web: {buckets: 256}}
      rules: [{port: 80, identity: address_port}]
    networks:
      lan: {carries: [service, heartbeat], loss: 0 %}
      backup: {carries: heartbeat, loss: 0 %}
    traffic:
      - {arrivals: 40/s, clients: 500, flow: {duration: {exponential: 500 ms}, segment_interval: 200 ms}}
    """
}

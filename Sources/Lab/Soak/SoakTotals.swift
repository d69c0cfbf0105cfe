import Engine
import Sim

/// The totals of a soak over all its rounds, and their table.
public struct SoakTotals: Sendable {
  public private(set) var rounds = 0
  /// Rounds in which a property was broken.
  public private(set) var broken = 0
  private let seed: UInt64
  private let first: Int
  private var played = Duration.zero
  private var faults: [String: Int] = [:]
  private var mishaps: [String: Int] = [:]
  private var properties: [String: Int] = [:]
  private var sum = SoakVerdict()
  /// How many daemons were measured to their ends, and the least and the most that one held.
  private var lives = 0
  private var least: DaemonUsage.Holding?
  private var most: DaemonUsage.Holding?

  /// - Parameter first: the number of the first round.
  public init(seed: UInt64, first: Int) { (self.seed, self.first) = (seed, first) }

  public mutating func add(_ round: SoakRound, _ verdict: SoakVerdict) {
    rounds += 1
    if !verdict.violations.isEmpty { broken += 1 }
    played += round.scenario.run.duration
    faults.merge(round.faultCounts, uniquingKeysWith: +)
    mishaps.merge(round.mishapCounts, uniquingKeysWith: +)
    for violation in verdict.violations { properties[violation.property.rawValue, default: 0] += 1 }
    sum.probes += verdict.probes
    sum.unansweredProbes += verdict.unansweredProbes
    sum.packets += verdict.packets
    sum.unansweredPackets += verdict.unansweredPackets
    sum.packetsAnsweredTwice += verdict.packetsAnsweredTwice
    sum.lostFrames += verdict.lostFrames
    sum.unjudged += verdict.unjudged
    sum.longestHole = max(sum.longestHole, verdict.longestHole)
    sum.longestDouble = max(sum.longestDouble, verdict.longestDouble)
    sum.longestGap = max(sum.longestGap, verdict.longestGap)
    sum.lateness = max(sum.lateness, verdict.lateness)
    lives += verdict.holdings.count
    for holding in verdict.holdings {
      least = least?.union(holding, min) ?? holding
      most = most?.union(holding, max) ?? holding
    }
    sum.growth = sum.growth.union(verdict.growth, max)
  }

  /// The totals as a Markdown table, one line for each.
  public var table: String {
    var rows: [(String, String)] = []
    let last = rounds == 0 ? "" : ", rounds \(first) to \(first + rounds - 1)"
    rows.append(("seed", "\(seed)\(last)"))
    rows.append(("rounds", "\(Readable.count(rounds)), \(Readable.count(broken)) with a broken property"))
    rows.append(("played", played.longText))
    rows.append(("faults", words(faults)))
    rows.append(("mishaps", words(mishaps)))
    rows.append(("broken properties", words(properties)))
    rows.append(
      ("probes", "\(Readable.count(sum.probes)), \(Readable.count(sum.unansweredProbes)) without an answer"))
    rows.append(
      (
        "client packets in captures",
        "\(Readable.count(sum.packets)), \(Readable.count(sum.unansweredPackets)) without an answer, "
          + "\(Readable.count(sum.packetsAnsweredTwice)) answered by two nodes"
      ))
    if sum.lostFrames > 0 { rows.append(("frames not captured", Readable.count(sum.lostFrames))) }
    rows.append(("longest hole of a bucket", sum.longestHole.short))
    rows.append(("longest double of a bucket", sum.longestDouble.short))
    rows.append(("longest silence in captures", sum.longestGap.short))
    if let least, let most {
      rows.append(
        (
          "a daemon's memory",
          "\(Readable.count(least.memory >> 10)) to \(Readable.count(most.memory >> 10)) KiB, "
            + "grown by \(Readable.count(sum.growth.memory >> 10)) KiB at most"
        ))
      rows.append(
        (
          "a daemon's descriptors",
          "\(least.descriptors) to \(most.descriptors), grown by \(sum.growth.descriptors) at most"
        ))
      rows.append(("daemons looked at", Readable.count(lives)))
    }
    rows.append(("machine late", "\(sum.lateness.short) at most"))
    rows.append(("spells not judged", Readable.count(sum.unjudged)))
    return "| what | seen |\n|---|---|\n" + rows.map { "| \($0.0) | \($0.1) |\n" }.joined()
  }

  /// `62: 14 crash, 9 kill`; the most frequent first.
  private func words(_ counts: [String: Int]) -> String {
    if counts.isEmpty { return "none" }
    let parts = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
      .map { "\($0.value) \($0.key)" }
    return "\(Readable.count(counts.values.reduce(0, +))): " + parts.joined(separator: ", ")
  }
}

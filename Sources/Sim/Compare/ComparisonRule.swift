import Engine
import FarmFile

/// The rule by which a measure of the real farm agrees with the simulator.
///
/// A rule belongs to a measure (``init(for:)``), and ``judge(simulated:real:)`` applies it. Rules that allow for chance
/// resample the simulator's values (``SampledInterval``), so that a few repeats can be judged against many trials. A
/// measure without a rule is only shown.
public enum ComparisonRule: Sendable, Hashable {
  /// The real mean lies where 95 of 100 sets of as many simulated trials have theirs, or at most the tolerance (in
  /// seconds) outside; and so does the 95 % quantile.
  case time(tolerance: Double)
  /// No repeat has more than the simulator's worst trial: for what must not happen.
  case atMost
  /// The real mean lies between half of the simulator's least value, less five, and twice its largest, plus five: for
  /// clients' losses, which vary by chance.
  case asMany
  /// Every repeat has a number that some simulated trial has: for measures without chance.
  case among

  /// 15 ms: the delay that waking threads and timers of a shared machine may add.
  static let usual = ComparisonRule.time(tolerance: 0.015)

  /// The rules in words.
  /// - Parameter judged: names of the judged measures, so that rules without one are left out; `nil` for all rules.
  public static func words(of judged: [String]? = nil) -> String {
    func isJudged(_ beginning: String) -> Bool { judged?.contains { $0.hasPrefix(beginning) } ?? true }
    func those(_ all: [(measure: String, words: String)]) -> [String] {
      all.filter { isJudged($0.measure) }.map(\.words)
    }
    var sentences: [String] = []
    let times = those([
      ("rebalance_time", "rebalance_time.max and that of each fault"),
      ("hole_time", "hole_time.longest"), ("unreached_time", "unreached_time.longest"),
    ])
    if !times.isEmpty {
      sentences.append(
        """
        Judged \(times.count == 1 ? "is" : "are") \(times.joined(separator: ", ")): the real farm’s mean has to lie where 95 of \
        100 sets of as many simulated trials have theirs, or at most 15 ms outside, and so has its 95th percentile.
        """)
    }
    let worst = those([
      ("double_owner_time", "double owners"),
      ("flows_broken.outside_failed_nodes", "connections of other nodes broken"),
      ("connects_reset", "connects reset"), ("false_removals", "false removals"),
    ])
    if !worst.isEmpty {
      sentences.append(
        "What must not happen (\(worst.joined(separator: ", "))) may happen no more than in the simulator’s worst trial."
      )
    }
    if isJudged("buckets_moved") {
      sentences.append("As many buckets have to move as in one of the simulator’s trials.")
    }
    let lost = those([
      ("packets_lost", "packets have to be lost"), ("requests_failed", "requests have to fail"),
    ])
    if !lost.isEmpty {
      sentences.append(
        "Clients’ \(PlainText.list(lost)) as often as in the simulator, within a factor of two.")
    }
    sentences.append(
      """
      A difference that chance does not make but that is below these allowances is called allowed, with how far it is \
      beyond chance. Everything else, detection and spread included, is shown and not judged.
      """)
    return sentences.joined(separator: " ")
  }

  /// - Returns: `nil` for a measure that is only shown.
  init?(for measure: Measure) {
    switch measure {
    // The mean of rebalance times has no rule: each fault is compared by itself. A rebalance that is over at once has
    // no time in the simulator but some microseconds on a real clock.
    case .rebalanceTimeMax, .holeTimeLongest, .unreachedTimeLongest: self = .usual
    case .doubleOwnerTimeTotal, .doubleOwnerTimeLongest, .flowsBrokenOutsideFailedNodes,
      .connectsReset, .falseRemovals:
      self = .atMost
    case .bucketsMoved, .bucketsMovedMinimum: self = .among
    case .packetsLost, .requestsFailed: self = .asMany
    default: return nil
    }
  }

  /// - Precondition: at least one finite value on both sides.
  func judge(simulated: [Double], real: [Double]) -> ComparisonVerdict {
    precondition(!simulated.isEmpty && !real.isEmpty, "nothing to compare")
    switch self {
    case .time(let tolerance): return near(simulated, real, tolerance)
    case .atMost:
      let (bound, worst) = (simulated.max()!, real.max()!)
      return ComparisonVerdict(
        agrees: worst <= bound, findings: [.init(what: .worst, real: worst, low: 0, high: bound)])
    case .asMany:
      let mean = real.reduce(0, +) / Double(real.count)
      let finding = ComparisonVerdict.Finding(
        what: .mean, real: mean, low: simulated.min()! / 2 - 5, high: simulated.max()! * 2 + 5,
        chance: chance(simulated, real.count) { v throws(StatisticsError) in try Statistics.mean(v) })
      return ComparisonVerdict(agrees: finding.isInside, findings: [finding])
    case .among:
      let stray = real.first { !simulated.contains($0) }
      return ComparisonVerdict(
        agrees: stray == nil,
        findings: [
          .init(what: .every, real: stray ?? real[0], low: simulated.min()!, high: simulated.max()!)
        ])
    }
  }

  private func near(_ simulated: [Double], _ real: [Double], _ tolerance: Double) -> ComparisonVerdict {
    do {
      let findings = [
        try finding(.mean, simulated, real, tolerance) { v throws(StatisticsError) in try Statistics.mean(v)
        },
        try finding(.quantile95, simulated, real, tolerance) { v throws(StatisticsError) in
          try Statistics.quantile(0.95, of: v)
        },
      ]
      return ComparisonVerdict(agrees: findings.allSatisfy(\.isInside), findings: findings)
    } catch {
      preconditionFailure("finite samples, at least one: \(error)")
    }
  }

  private func finding(
    _ what: ComparisonVerdict.Finding.What, _ simulated: [Double], _ real: [Double], _ tolerance: Double,
    _ figure: ([Double]) throws(StatisticsError) -> Double
  ) throws(StatisticsError) -> ComparisonVerdict.Finding {
    let chance = try SampledInterval.interval(of: simulated, size: real.count, figure)
    return ComparisonVerdict.Finding(
      what: what, real: try figure(real), low: chance.lowerBound - tolerance,
      high: chance.upperBound + tolerance, chance: chance)
  }

  private func chance(
    _ simulated: [Double], _ size: Int, _ figure: ([Double]) throws(StatisticsError) -> Double
  ) -> ClosedRange<Double> {
    do throws(StatisticsError) {
      return try SampledInterval.interval(of: simulated, size: size, figure)
    } catch { preconditionFailure("finite samples, at least one: \(error)") }
  }
}

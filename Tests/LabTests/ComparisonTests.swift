import Engine
import Testing

@testable import Lab
@testable import Sim

/// The rules by which the real farm counts as equal to what the simulator predicts.
@Suite struct ComparisonTests {
  /// 100 times, spread evenly from 450 ms to 549 ms: mean 499.5 ms, 95 % quantile 544.05 ms.
  private let simulated = (0..<100).map { 0.450 + Double($0) * 0.001 }

  @Test(arguments: [
    (0.0, true), (0.014, true), (-0.014, true), (0.022, false), (-0.022, false), (0.2, false),
  ])
  func aShiftOfMoreThanTheToleranceIsTold(shift: Double, agrees: Bool) {
    let verdict = ComparisonRule.usual.judge(simulated: simulated, real: simulated.map { $0 + shift })
    #expect(verdict.agrees == agrees, "\(verdict)")
  }

  /// A shift of 10 ms is real: 33 repeats do not show it by chance. It is below the 15 ms that are allowed.
  @Test func aRealDifferenceBelowTheAllowanceIsToldFromAgreement() throws {
    let same = ComparisonRule.usual.judge(simulated: simulated, real: simulated)
    #expect(same.outcome == .agrees)
    for (shift, sign) in [(0.012, 1.0), (-0.012, -1.0)] {
      let verdict = ComparisonRule.usual.judge(simulated: simulated, real: simulated.map { $0 + shift })
      guard case .allowed(let excess) = verdict.outcome else {
        Issue.record("\(verdict)")
        continue
      }
      #expect(verdict.agrees && excess * sign > 0.002 && excess * sign < 0.012)
    }
    #expect(
      ComparisonRule.usual.judge(simulated: simulated, real: simulated.map { $0 + 0.2 }).outcome == .differs)
    // Twice as many lost packets are more than chance makes, but within the factor of two.
    let lost = ComparisonRule.asMany.judge(simulated: [50, 52, 51, 49, 50], real: [90, 91, 92])
    guard case .allowed(let excess) = lost.outcome else {
      Issue.record("\(lost)")
      return
    }
    #expect(excess > 30)
    #expect(ComparisonRule.atMost.judge(simulated: [0, 0], real: [0]).outcome == .agrees)
  }

  @Test func theTextNamesTheDifference() throws {
    let scenario = try #require(try FilterHistoryTests.scenario())
    func trials(_ shift: Double) -> [TrialResult] {
      simulated.map { time in
        var values = [Double?](repeating: nil, count: Measure.allCases.count)
        values[Measure.rebalanceTimeMax.index] = time + shift
        return TrialResult(
          seed: 1, trial: 0, digest: Digest(rawValue: 0), end: .zero, isPartial: false, values: values,
          rebalances: [], ownership: [],
          load: LoadTimeline(binWidth: .seconds(1), accepted: [], lost: [], twice: []), timeline: [], skew: []
        )
      }
    }
    let comparison = Comparison(scenario, simulated: trials(0), real: trials(0.012))
    let text = ComparisonSummary.text(scenario, comparison)
    #expect(text.contains("allowed, +"))
    #expect(
      text.contains(
        "in all of 1 judged measure, in 1 of them with a difference that chance does not make and that is allowed: "
      ))
    #expect(
      !ComparisonSummary.text(scenario, Comparison(scenario, simulated: trials(0), real: trials(0))).contains(
        "allowed"))
  }

  private func losing(_ opened: Double, _ reset: Double) -> TrialResult {
    var values = [Double?](repeating: nil, count: Measure.allCases.count)
    for (measure, value) in [(Measure.flowsOpened, opened), (.flowsBroken, 2), (.flowsReset, reset)] {
      values[measure.index] = value
    }
    return TrialResult(
      seed: 1, trial: 0, digest: Digest(rawValue: 0), end: .zero, isPartial: false, values: values,
      rebalances: [], ownership: [],
      load: LoadTimeline(binWidth: .seconds(1), accepted: [], lost: [], twice: []), timeline: [], skew: [])
  }

  /// Users ask about lost connections. The text says that they are not judged, and gives both sides' shares.
  @Test func thatLostConnectionsAreNotJudgedIsSaid() throws {
    let scenario = try #require(try FilterHistoryTests.scenario())
    let comparison = Comparison(scenario, simulated: [losing(700, 68)], real: [losing(800, 98)])
    #expect(comparison[.flowsReset]?.verdict == nil)
    let words =
      "On average the real farm lost 100 of 800 (12.5 %) connections, the simulator 70 of 700 (10.0 %). That is shown and "
      + "not judged: "
    #expect(ComparisonSummary.text(scenario, comparison).contains(words))
    let none = Comparison(scenario, simulated: [], real: [losing(800, 98)])
    #expect(ComparisonSummary.losses(none) == nil)
  }

  /// The rule names exactly the measures that have a verdict.
  @Test func theRuleNamesWhatItJudges() {
    let words = ComparisonRule.words(of: ["hole_time.longest", "connects_reset"])
    #expect(words.hasPrefix("Judged is hole_time.longest: "), "\(words)")
    #expect(words.contains("What must not happen (connects reset) may"))
    for other in ["rebalance_time", "unreached_time", "false removals", "hole_time.total", "packets"] {
      #expect(!words.contains(other), "\(other)")
    }
  }

  @Test func theQuantileIsJudgedByItself() {
    // The mean stays, but a tenth of the repeats take far longer.
    let real = simulated.enumerated().map { $0.offset < 90 ? $0.element - 0.002 : $0.element + 0.03 }
    let verdict = ComparisonRule.usual.judge(simulated: simulated, real: real)
    #expect(verdict.findings.map(\.isInside) == [true, false] && !verdict.agrees)
  }

  @Test func chanceOfASmallSampleIsNoDifference() {
    // Three values of the same distribution: their 95 % quantile is far below that of a hundred.
    let few = [0.460, 0.480, 0.510]
    #expect(ComparisonRule.usual.judge(simulated: simulated, real: few).agrees)
    // The same three values many times are no chance.
    let many = (0..<33).flatMap { _ in few }
    #expect(!ComparisonRule.usual.judge(simulated: simulated, real: many).agrees)
    #expect(!ComparisonRule.usual.judge(simulated: [0.5, 0.5, 0.5], real: [0.55]).agrees)
  }

  @Test func whatMustNotHappenMayNotHappenOnce() {
    #expect(ComparisonRule.atMost.judge(simulated: [0, 0], real: [0, 0, 0]).agrees)
    #expect(!ComparisonRule.atMost.judge(simulated: [0, 0], real: [0, 0.001, 0]).agrees)
    #expect(ComparisonRule.asMany.judge(simulated: [50, 60], real: [30, 50]).agrees)
    #expect(!ComparisonRule.asMany.judge(simulated: [50, 60], real: [0, 2]).agrees)
    #expect(!ComparisonRule.asMany.judge(simulated: [0, 0], real: [40]).agrees)
    #expect(ComparisonRule.among.judge(simulated: [512, 256], real: [256]).agrees)
    #expect(!ComparisonRule.among.judge(simulated: [512, 256], real: [256, 257]).agrees)
  }

  @Test func bothSidesFaultByFault() throws {
    let scenario = try #require(try FilterHistoryTests.scenario())
    func trial(_ ms: Int, moved: Int, _ outage: Double?) -> TrialResult {
      var values = [Double?](repeating: nil, count: Measure.allCases.count)
      values[Measure.rebalanceTimeMax.index] = Double(ms) * 1e-3
      values[Measure.clientOutageMax.index] = outage
      return TrialResult(
        seed: 1, trial: 0, digest: Digest(rawValue: 0), end: .zero, isPartial: false, values: values,
        rebalances: [
          Rebalance(
            fault: 0, isEnd: false, at: .zero, total: .milliseconds(ms), firstMove: .milliseconds(ms - 10),
            lastMove: .milliseconds(ms - 3), bucketsMoved: moved)
        ], ownership: [], load: LoadTimeline(binWidth: .seconds(1), accepted: [], lost: [], twice: []),
        timeline: [], skew: [])
    }
    let same = Comparison(
      scenario, simulated: [trial(500, moved: 2, 1), trial(510, moved: 2, 1)],
      real: [trial(505, moved: 2, nil), trial(507, moved: 2, nil), trial(503, moved: 2, nil)])
    #expect(same.agrees && same.trials == 2 && same.repeats == 3)
    #expect(same.measures.map(\.measure.name) == ["rebalance_time.max"])
    #expect(same.faults.count == 1)
    let spread = try #require(same.faults[0].spread)
    #expect(abs(spread.real.mean! - 0.007) < 1e-12 && spread.verdict == nil)
    #expect(same.faults[0].detection != nil && same.faults[0].detection?.verdict == nil)
    #expect(same.judged.count == 3)
    let other = Comparison(
      scenario, simulated: [trial(500, moved: 2, nil)], real: [trial(500, moved: 3, nil)])
    #expect(!other.agrees && other.faults[0].moved?.verdict?.agrees == false)
    #expect(other.faults[0].total?.verdict?.agrees == true)
  }
}

import Engine
import FarmFile
import Foundation
import Testing

@testable import Sim

/// What the next fault or the end of the run cuts short, in farms as people described them.
@Suite struct CutOffTests {
  private func verdicts(_ played: PlayedCase) -> [ExpectationVerdict] {
    ExpectationVerdict.all(played.scenario.expectations, in: [played.result])
  }

  private func milliseconds(_ measured: Measured?) -> Int? { measured.map { Int($0.value * 1000) } }

  @Test func nobodyIsLeft() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
      faults: [{at: 20 s, crash: all}]
      run: {duration: 60 s}
      expect: {rebalance_time.max: <= 45 s, hole_time.longest: <= 45 s}
      """)
    #expect(run.result[.rebalanceTimeMax] == Measured(40, isCensored: true))
    #expect(run.result[.holeTimeLongest] == Measured(40, isCensored: true))
    #expect(run.result[.holeTimeTotal]?.isCensored == true)
    #expect(run.result[.rebalanceTimeDetectionMax] == Measured(40, isCensored: true))
    #expect(run.result.isForsaken && run.result.unsettled == UnsettledBuckets(holes: 256))
    #expect(verdicts(run).map(\.outcome) == [.fails, .fails], "no node is left that could end it")
    let answer = Report.answer(scenario: run.scenario, result: run.result, trials: [run.result])
    #expect(!answer.contains("served again"))
    #expect(
      answer.hasPrefix("Not within the run: 40 s after node1 and node2 lost power, when the run ended, 256 "),
      "\(answer)")
  }

  @Test func theRunEndsBeforeTheCrashIsMissed() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 3, virtual_ip: 192.0.2.1, rules: [{port: 80}]}
      faults: [{at: 59.9 s, crash: node2}]
      run: {duration: 60 s}
      expect:
        rebalance_time.max: [<= 560 ms, <= 50 ms, ">= 50 ms", ">= 560 ms"]
        hole_time.longest: <= 560 ms
      """)
    #expect(run.result[.rebalanceTimeMax]?.isCensored == true)
    #expect(milliseconds(run.result[.rebalanceTimeMax]) == 100)
    #expect(milliseconds(run.result[.holeTimeLongest]) == 100 && !run.result.isForsaken)
    #expect(run.result.rebalances.map(\.isOver) == [false])
    let verdicts = verdicts(run)
    #expect(verdicts.map(\.outcome) == [.undecided, .fails, .holds, .undecided, .undecided])
    #expect(verdicts.map(\.passed) == [false, false, true, false, false])
    #expect(verdicts[0].found == "at least 100 ms, not over when the run ended")
    let text = TextSummary.text(
      scenario: run.scenario, result: run.result, trials: [run.result], usesColour: false)
    #expect(
      text.contains("undecided  rebalance_time.max <= 560 ms: at least 100 ms, not over when the run ended\n")
    )
    let json = JSONSummary.text(
      scenario: run.scenario, result: run.result, trials: [run.result],
      environment: ReportSample.environment)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let censored = try #require(object["censored"] as? [String])
    #expect(censored.contains("rebalance_time.max") && censored.contains("hole_time.longest"))
    #expect(!censored.contains("double_owner_time.longest"))
    #expect(object["passed"] as? Bool == false)
    let page = Report.markdown(
      scenario: run.scenario, result: run.result, trials: [run.result], environment: ReportSample.environment)
    #expect(page.contains("| at least 100 ms, not over when the run ended | **undecided** |"))
    #expect(page.contains("**Verdict: failed** – 1 of 5 expectations holds, 3 are undecided."))
  }

  /// What is not decided has not failed, and what clients will meet after the run has not been seen in it.
  @Test func whatWouldHappenAfterTheRunIsNotToldAsIfItHad() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 3, virtual_ip: 192.0.2.1, groups: {a: {buckets: 64}, b: {buckets: 64}},
             rules: [{port: 80, group: a}, {port: 81, group: b}]}
      traffic: [{rule: 80, arrivals: 200/s}, {rule: 81, arrivals: 20/s}]
      faults: [{at: 59.9 s, crash: node2}]
      run: {duration: 60 s}
      expect: {rebalance_time.max: <= 560 ms, hole_time.longest: <= 560 ms}
      """)
    #expect(RunVerdict(run.scenario, [run.result]).outcome == .undecided)
    #expect(run.page.contains("**Verdict: undecided** – 0 of 2 expectations hold, 2 are undecided."))
    #expect(run.json.contains("\"verdict\": \"undecided\"") && run.json.contains("\"passed\": false"))
    // The first retry would come 900 ms after the end.
    #expect(run.result[.connectsRepeatedTimes] == Measured(0, isCensored: true))
    #expect(run.result[.connectsFailed] == Measured(0, isCensored: true))
    let lost = try #require(run.result[.flowsLostWithFailedNodes])
    #expect(lost.value > 300 && run.result[.flowsBrokenUnnoticed] == Measured(lost.value))
    #expect(
      run.answer.contains(", though none of their clients had noticed when the run ended"), "\(run.answer)")
    // Those that wait are those that were not answered at once: one number, told once.
    #expect(run.result[.connectsWaiting] == run.result[.connectsRepeated])
    #expect(
      run.answer.contains(" not answered yet when the run ended")
        && !run.answer.contains("not answered at once"),
      "\(run.answer)")
    #expect(run.summary.contains("Lost without their clients’ knowing when the run ended: "))
    #expect(try run.row("a").prefix(3) == ["64", "at least 100 ms", "at least 100 ms"])
    #expect(run.json.contains("\"unserved_longest\""))
    let page = run.page
    #expect(page.contains("had no owner for at least 100 ms, none had two"))
  }

  /// A node that stands still when the run ends may lose its connections yet, or go on with them.
  @Test func whoIsInDoubtWhenTheRunEndsIsCounted() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 3, virtual_ip: 192.0.2.1, rules: [{port: 80}]}
      traffic: {arrivals: 200/s}
      faults: [{at: 59.9 s, pause: node2, for: 10 s}]
      run: {duration: 60 s}
      """)
    #expect(run.result[.flowsLostWithFailedNodes] == Measured(0, isCensored: true))
    let inDoubt = run.result.outcome.streams[0].counts.inDoubt
    #expect(inDoubt > 300)
    #expect(
      run.answer.contains(" for \(Readable.count(inDoubt)) no node would have answered then"), "\(run.answer)"
    )
    #expect(
      run.summary.contains("When the run ended, no node would have answered \(Readable.count(inDoubt)) open"))
  }

  @Test func aSecondNodeDiesBeforeTheFirstIsMissed() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 4, virtual_ip: 192.0.2.1, rules: [{port: 80}]}
      traffic: {arrivals: 500/s}
      faults: [{at: 20 s, crash: node2}, {at: 20.3 s, crash: node3}]
      run: {duration: 40 s}
      expect: {rebalance_time.max: <= 560 ms, hole_time.longest: <= 560 ms}
      """)
    #expect(milliseconds(run.result[.rebalanceTimeMax]) == 772)
    #expect(milliseconds(run.result[.holeTimeLongest]) == 772)
    #expect(run.result.rebalances.map { $0.total?.nanoseconds } == [772_471_696, 472_471_696])
    #expect(verdicts(run).map(\.outcome) == [.fails, .fails])
  }

  @Test func aNodeRebootsBeforeItIsMissed() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 5, virtual_ip: 192.0.2.100, profile: one-second, rules: [{port: 80}]}
      traffic: {arrivals: 100/s, clients: 500}
      faults: [{at: 17.3 s, for: 600 ms, crash: node3}]
      run: {duration: 30 s}
      expect: {rebalance_time.max: <= 650 ms, hole_time.longest: <= 650 ms}
      """)
    #expect(milliseconds(run.result[.rebalanceTimeMax]) == 856)
    #expect(milliseconds(run.result[.holeTimeLongest]) == 705)
    #expect(verdicts(run).map(\.outcome) == [.fails, .fails])
  }

  @Test func everyCheckFails() throws {
    let run = try PlayedCase(
      """
      \(PlayedCase.checkedFarm)
      traffic: {arrivals: 300/s, clients: 5000, flow: {duration: 2 s}}
      faults: [{at: 20 s, for: 20 s, application_slow: {node: all, delay: 2 s}}]
      run: {duration: 60 s}
      """)
    let total = try #require(run.result.rebalances.first?.total)
    #expect(total > .milliseconds(21_070) && total < .milliseconds(21_200))
    #expect(run.result[.rebalanceTimeMax] == Measured(total.seconds))
    for rebalance in run.result.rebalances {
      #expect(rebalance.bucketsMovedMinimum <= rebalance.bucketsMoved)
    }
  }

  /// Over trials, too, a value that was cut short is at least what was seen of it.
  @Test func statisticsOverTrialsSayAtLeast() throws {
    let measure = Measure.rebalanceTimeMax.label
    func measured(_ values: [Double]) -> [Measured?] { values.map { Measured(abs($0), isCensored: $0 < 0) } }
    let some = TrialSummary(measure, values: measured([0.5, -0.1, 0.52, 0.54]), numbers: [3, 4, 5, 6])
    #expect(some.count == 4 && some.censored == 1)
    #expect(some.measured(.minimum) == Measured(0.1, isCensored: true) && some.minimumTrial == 4)
    #expect(some.measured(.median)?.isCensored == true, "the cut one may be the longest of all")
    #expect(abs(try #require(some.median) - 0.51) < 1e-12)
    #expect(some.measured(.maximum) == Measured(0.54, isCensored: true) && some.maximumTrial == 6)
    #expect(some.halfWidth == nil && some.standardDeviation == nil)
    let all = TrialSummary(measure, values: measured([-40, -40]), numbers: [0, 1])
    #expect(all.measured(.mean) == Measured(40, isCensored: true))
    #expect(all.measured(.low) == Measured(40, isCensored: true))
    // Bounds that differ: half of the trials may have ended right after ten seconds.
    let unequal = TrialSummary(measure, values: measured([-10, -10, -10, -100]), numbers: [0, 1, 2, 3])
    #expect(unequal.measured(.median) == Measured(10, isCensored: true))
    #expect(unequal.measured(.mean) == Measured(32.5, isCensored: true))
    #expect(unequal.measured(.maximum) == Measured(100, isCensored: true))
    // An early cut says nothing of how long the others take, and hides none of what is the same whatever it was.
    let early = TrialSummary(measure, values: measured([-1, -1, 20, 20]), numbers: [0, 1, 2, 3])
    #expect(early.measured(.low) == Measured(1, isCensored: true))
    #expect(early.measured(.median) == Measured(10.5, isCensored: true))
    let late = TrialSummary(
      measure, values: measured([Double](repeating: 0.5, count: 59) + [-40]), numbers: Array(0..<60))
    #expect(late.measured(.median) == Measured(0.5) && late.measured(.high) == Measured(0.5))
    #expect(late.measured(.mean)?.isCensored == true)
  }
}

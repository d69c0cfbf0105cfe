import Engine
import Synchronization
import Testing

@testable import Sim

/// Rebalances, holes, outages and answers of random plans against one another, and against the owners over time.
@Suite struct RandomPlanTests {
  private static let plans = 2000

  @Test func whatIsSaidOfARunAgrees() async {
    let found = await OracleFarm.trials(RandomPlanTests.plans) { RandomPlanTests.check($0) }
    let played = found.compactMap { $0 }
    #expect(played.count > RandomPlanTests.plans / 2, "most plans can happen")
    #expect(played.count { $0.isOpen } > 50 && played.count { !$0.isOpen } > 500, "runs of both kinds")
    for problem in played.flatMap(\.problems).prefix(5) { Issue.record("\(problem)") }
  }

  private struct Found: Sendable {
    var isOpen: Bool
    var problems: [String]
  }

  private static func check(_ number: Int) -> Found? {
    let plan = RandomPlan(number)
    guard let scenario = plan.scenario else { return nil }
    let result = Simulation.run(scenario, seed: 1, trial: 0, keepsDetails: true, control: RunControl())
    var problems: [String] = []
    func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
      if !holds { problems.append("plan \(number), \(what()):\n\(plan.text)") }
    }
    let spans = spans(of: result)
    let open = spans.filter { $0.end == nil }
    func value(_ measure: Measure) -> Measured { result[measure] ?? Measured(0) }
    func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-8 }

    // Owners over time against what is said of them.
    expect(open.count == result.unsettled.count, "\(open.count) buckets are not whole at the end")
    let longest = spans.map { seconds($0.length(until: result.end)) }.max() ?? 0
    let times = [Measure.holeTimeLongest, .unreachedTimeLongest, .doubleOwnerTimeLongest].map(value)
    // Two owners count always, also of a bucket in a farm that forms.
    let isEarly = result.ownership.contains { timeline in
      timeline.changes.contains { $0.owners.count > 1 && $0.at < result.formedAt ?? .never }
    }
    expect(
      times.prefix(isEarly ? 2 : 3).allSatisfy { $0.value <= longest + 1e-8 },
      "a time of \(times) beyond \(longest)")
    let isLeftAlone = result.unsettled.unserved > 0
    expect(
      (times.contains(where: \.isCensored) || isLeftAlone) == !open.isEmpty, "\(times) of \(open.count) open")
    expect(!isLeftAlone || value(.applicationOutageMax).isCensored, "unserved buckets, and no outage")

    // Every disturbance is some fault's, from the fault or the first bucket on, to its end and not beyond.
    let rebalances = result.rebalances.filter { $0.total != nil }
    for span in spans where (result.rebalances.first?.at ?? .never) <= span.start {
      let isCovered = rebalances.contains { rebalance in
        guard let total = rebalance.total, rebalance.at <= span.start else { return false }
        guard let end = span.end else { return !rebalance.isOver }
        return !rebalance.isOver
          || end - span.start <= total && end <= latestEnd(of: rebalance, spans, result)
      }
      expect(isCovered, "bucket \(span.bucket) from \(span.start.seconds) is no fault's")
    }
    for rebalance in rebalances where rebalance.isOver {
      expect(
        spans.contains { $0.end.map { rebalance.at <= $0 } ?? false },
        "a rebalance at \(rebalance.at.seconds) without a bucket")
    }
    expect(
      rebalances.contains { !$0.isOver } == !open.isEmpty || open.isEmpty, "open buckets, no open rebalance")
    // A drain that nobody takes the buckets of is not over, though each has its owner.
    expect(
      rebalances.allSatisfy(\.isOver) || !open.isEmpty || !result.draining.isEmpty,
      "an open rebalance without an open bucket")

    // Measures against rebalances.
    let most = rebalances.compactMap(\.total).max().map { seconds($0) } ?? 0
    expect(near(value(.rebalanceTimeMax).value, most), "rebalance_time.max beside \(most)")
    expect(
      value(.rebalanceTimeMax).isCensored == rebalances.contains { !$0.isOver },
      "rebalance_time.max censored")
    expect(longest <= most + 1e-8 || rebalances.isEmpty, "a bucket for \(longest), rebalances up to \(most)")
    expect(
      value(.bucketsMovedMinimum).value <= value(.bucketsMoved).value, "fewer moved than had to")

    // Clients: the rows of what they lost, what came before any fault included, are all of it.
    let lost = rows(of: result)
    expect(lost.rows == lost.totals, "rows \(lost.rows) of \(lost.totals)")
    let counts = result.outcome.streams.reduce(TrafficCounts()) { $0 + $1.counts }
    let accepted = result.outcome.streams.reduce(0) { $0 + $1.load.reduce(0) { $0 + $1.packets } }
    let packets = accepted + counts.lost + counts.resets - counts.twice
    expect(
      result.formedAt == nil || (counts.sent...counts.sent + 2 * counts.twice).contains(packets),
      "\(packets) packets of \(counts.sent)")
    let flows = [Measure.flowsOpened, .flowsKept, .flowsBroken, .flowsReset].map { value($0).value }
    expect(flows[0] == flows[1] + flows[2] + flows[3], "flows \(flows)")
    // A farm that never forms serves nobody, and has no hole.
    if longest == 0, result.formedAt != nil {
      expect(result[.clientOutageMax] == nil, "an outage of \(value(.clientOutageMax)) without a cause")
    }

    // The sentence.
    let answer = Report.answer(scenario: scenario, result: result, trials: [result])
    let saysOver = answer.contains("was served again") || answer.contains("had exactly one owner again")
    expect(!(saysOver && !open.isEmpty), "'\(answer)' with \(open.count) buckets open")
    expect(!answer.contains("bucket kept an owner") || longest == 0, "'\(answer)' after \(longest)")
    return Found(isOpen: !open.isEmpty, problems: problems)
  }

  private static func rows(of result: TrialResult) -> (rows: [Int], totals: [Int]) {
    let all = result.outcome.streams.reduce(TrafficCounts()) { $0 + $1.counts }
    let rows = result.outcome.faults.map(\.losses) + [result.outcome.beforeFaults]
    func sum(_ part: (LossCounts) -> Int) -> Int { rows.reduce(0) { $0 + part($1) } }
    return (
      [
        sum(\.withNode), sum(\.elsewhere), sum(\.repeated), sum(\.unanswered), sum(\.refused),
        sum(\.answeredTwice),
      ],
      [
        all.lostWithNode, all.lostElsewhere, all.repeated, all.unanswered, all.connectsRefused,
        all.connectsReset,
      ]
    )
  }

  /// A time in which a bucket did not have exactly one owner that served, after the farm had formed.
  private struct Span {
    var bucket: Int
    var start: Instant
    /// `nil`: it lasts beyond the run.
    var end: Instant?

    func length(until last: Instant) -> Duration { (end ?? last) - start }
  }

  private static func seconds(_ duration: Duration) -> Double { Double(duration.nanoseconds) * 1e-9 }

  private static func spans(of result: TrialResult) -> [Span] {
    guard let formed = result.formedAt else { return [] }
    var spans: [Span] = []
    for timeline in result.ownership {
      var since = [Instant?](repeating: nil, count: timeline.bucketCount)
      for change in timeline.changes {
        let b = change.bucket.index
        if change.owners.count == 1, !change.isUnserved {
          if let start = since[b], start < change.at {
            spans.append(Span(bucket: b, start: start, end: change.at))
          }
          since[b] = nil
        } else if since[b] == nil || change.at <= formed {
          // Before the farm has formed an application may have failed already.
          since[b] = max(change.at, formed)
        }
      }
      for (b, start) in since.enumerated() {
        if let start { spans.append(Span(bucket: b, start: start, end: nil)) }
      }
    }
    return spans
  }

  /// The latest instant that a rebalance may have ended at: it counts from its fault, or from a bucket after it.
  private static func latestEnd(of rebalance: Rebalance, _ spans: [Span], _ result: TrialResult) -> Instant {
    let total = rebalance.total ?? .zero
    let starts = spans.map(\.start).filter { $0 >= rebalance.at } + [rebalance.at]
    return starts.map { $0 + total }.max() ?? result.end
  }
}

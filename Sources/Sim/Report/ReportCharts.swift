import Engine

/// The charts of a report, each with its finding in words.
///
/// Each group with buckets has a picture of the whole run and up to ``mostClose`` close looks. ``NodeColours`` is made
/// once for all of them, so that a node has one colour in the whole report. Load, phases and distribution are left out
/// if they would show nothing.
struct ReportCharts {
  /// By group: the whole run, then a close look at each of the longest few disturbances.
  var ownership: [(group: GroupID, whole: Chart, close: [Chart])] = []
  var load: Chart?
  var phases: Chart?
  var distribution: Chart?

  /// The history behind the pictures of each group.
  let histories: [(group: GroupID, history: OwnershipHistory)]

  /// When every bucket of every group that the farm had from the start had had an owner; `nil` if that never was.
  var formed: Instant? {
    let first = histories.map(\.history).filter(\.startsInUse)
    guard let last = first.map(\.formed).max() else { return nil }
    return first.allSatisfy { $0.formed < $0.end } ? last : nil
  }

  /// The pictures to see first: those of the group with the longest trouble.
  var first: (group: GroupID, whole: Chart, close: [Chart])? {
    let troubles = histories.map { OwnershipTrouble($0.history, from: .zero, to: $0.history.end).longest }
    guard let worst = troubles.max(), let index = troubles.firstIndex(of: worst) else { return nil }
    return ownership.indices.contains(index) ? ownership[index] : nil
  }

  /// How many disturbances of a group get a close look.
  static let mostClose = 3

  var all: [Chart] {
    ownership.flatMap { [$0.whole] + $0.close } + [load, phases, distribution].compactMap { $0 }
  }

  /// Every chart that any report may have.
  static let possibleFiles: [String] =
    (0...8).flatMap { group in
      ["ownership-\(group + 1).svg"] + (1...mostClose).map { "ownership-\(group + 1)-close-\($0).svg" }
    } + ["load.svg", "phases.svg", "distribution.svg"]

  /// What the picture of several trials is about.
  enum Distributed {
    case rebalances, drains

    var measure: Measure { self == .drains ? .drainTimeMax : .rebalanceTimeMax }
    var noun: String { self == .drains ? "drain" : "rebalance" }
  }

  init(
    _ scenario: Scenario, _ result: TrialResult, _ trials: [TrialResult], summaries: [TrialSummary],
    distributing distributed: Distributed = .rebalances
  ) {
    let words = FaultText(scenario, result.outcome)
    let marks = ChartMarks(scenario, result.outcome, end: result.end)
    histories = result.ownership.filter { $0.bucketCount > 0 }
      .map { ($0.group, OwnershipHistory($0, end: result.end)) }
    let nodes = NodeColours(scenario, histories.map(\.history), end: result.end)
    if result.end > .zero {
      ownership = histories.map { group, history in
        let drawing = OwnershipDrawing(
          group: group, history: history, result: result, nodes: nodes, marks: marks, words: words)
        return (group, drawing.whole(), drawing.close())
      }
    }
    load = LoadChart(
      load: result.load, nodes: nodes, marks: marks, end: result.end,
      unserved: ReportCharts.unserved(histories.map(\.history))
    ).chart(
      finding: "Packets a second by node over time; \(ReportCharts.lost(result)).")
    phases = PhasesChart(
      rebalances: result.rebalances.map { (marks.number(of: $0), words.brief($0), $0) }
    ).chart(finding: "Where the time of each rebalance went" + ReportCharts.longest(result, words))
    distribution = ReportCharts.distribution(of: distributed, scenario, trials, summaries)
  }

  /// `; the longest took 540 ms after node2 lost power`: the longest rebalance, and what its time counts from. Of equal
  /// ones, the first.
  private static func longest(_ result: TrialResult, _ words: FaultText) -> String {
    let those = result.rebalances.filter { ($0.total ?? .zero) > .zero }
    var longest: Rebalance?
    for rebalance in those where rebalance.total ?? .zero > longest?.total ?? .zero { longest = rebalance }
    guard let longest else { return "" }
    let (took, happened) = (PhasesChart.time(longest), words.happened(longest))
    var text = those.count == 1 ? "; it took \(took)" : "; the longest took \(took)"
    text +=
      longest.since == .zero
      ? " after \(happened)"
      : ", counted from the first bucket that was not whole, \(Readable.time(longest.since)) after \(happened)"
    return longest.parts.map { "\(text): disturbed for \($0)" } ?? text
  }

  /// When each node had buckets whose clients its application did not serve, in order of nodes and time.
  private static func unserved(_ histories: [OwnershipHistory]) -> [LoadChart.Unserved] {
    var spans: [LoadChart.Unserved] = []
    for history in histories {
      for bucket in 0..<history.bucketCount {
        for (i, stretch) in history.changes[bucket].enumerated() where stretch.isUnserved && stretch.isInUse {
          guard let node = stretch.owners.first else { continue }
          let next = i + 1 < history.changes[bucket].count ? history.changes[bucket][i + 1].at : history.end
          spans.append(LoadChart.Unserved(node: node.index, from: stretch.at, until: next))
        }
      }
    }
    spans.sort { ($0.node, $0.from, $0.until) < ($1.node, $1.from, $1.until) }
    return spans.reduce(into: []) { merged, span in
      if let last = merged.last, last.node == span.node, span.from <= last.until {
        merged[merged.count - 1].until = max(last.until, span.until)
      } else {
        merged.append(span)
      }
    }
  }

  /// `962 lost, 0 accepted twice; before the load was measured, up to 5 s, 26 lost`; also those that an application did
  /// not answer, if there are any.
  private static func lost(_ result: TrialResult) -> String {
    func counted(_ measure: Measure, _ all: [Int]) -> (measured: Int, before: Int) {
      let sum = all.reduce(0, +)
      let measured = result[measure].map { Int($0.value) } ?? sum
      return (measured, max(0, sum - measured))
    }
    let lost = counted(.packetsLost, result.load.lost)
    let twice = counted(.packetsTwice, result.load.twice)
    let unserved = counted(.packetsUnserved, result.load.unserved)
    var text = "\(Readable.count(lost.measured)) lost, \(Readable.count(twice.measured)) accepted twice"
    if unserved.measured > 0 { text += ", \(Readable.count(unserved.measured)) accepted and not answered" }
    guard lost.before + twice.before + unserved.before > 0, let from = result.measuredFrom else {
      return text
    }
    var before: [String] = []
    if lost.before > 0 { before.append("\(Readable.count(lost.before)) lost") }
    if twice.before > 0 { before.append("\(Readable.count(twice.before)) accepted twice") }
    if unserved.before > 0 { before.append("\(Readable.count(unserved.before)) accepted and not answered") }
    text += "; before the load was measured, up to \(Readable.time(from - .zero)), "
    return text + before.joined(separator: ", ")
  }

  private static func distribution(
    of distributed: Distributed, _ scenario: Scenario, _ trials: [TrialResult], _ summaries: [TrialSummary]
  ) -> Chart? {
    let measure = distributed.measure
    guard let summary = summaries.first(where: { $0.measure == measure.label }),
      let low = summary.measured(.low), let high = summary.measured(.high)
    else { return nil }
    let measured = trials.compactMap { $0[measure] }
    let bound = scenario.expectations.first { $0.measure == measure && $0.comparison != .notEqual }?.bound
    let open =
      summary.censored == 0 ? "" : ", \(Readable.count(summary.censored)) not over when the run ended"
    let isFew = summary.count < TrialSummary.fewest
    let spread =
      isFew
      ? [TrialSummary.Figure.minimum, .maximum].compactMap { summary.measured($0) } : [low, high]
    let (from, to) = (Readable.measured(spread.first, .seconds), Readable.measured(spread.last, .seconds))
    return DistributionChart(
      measure: summary.measure,
      title: "Longest \(distributed.noun) of each of \(Readable.count(summary.count)) trials\(open)",
      values: measured.filter { !$0.isCensored }.map(\.value), open: summary.censored, summary: summary,
      bound: bound
    ).chart(
      finding:
        "\(distributed.noun.prefix(1).uppercased())\(distributed.noun.dropFirst()) time over \(Readable.count(summary.count)) trials\(open): "
        + "\(isFew ? "" : "nine of ten ")between \(from) and \(to).")
  }
}

import Engine

/// The charts of a report, each with its finding in words.
struct ReportCharts {
  /// By group: the whole run, then a close look at each of the first few disturbances.
  var ownership: [(group: GroupID, whole: Chart, close: [Chart])] = []
  var load: Chart?
  var phases: Chart?
  var distribution: Chart?

  /// How many disturbances get a close look.
  static let mostClose = 3

  var all: [Chart] {
    ownership.flatMap { [$0.whole] + $0.close } + [load, phases, distribution].compactMap { $0 }
  }

  /// Every file that any report may have beside its page.
  static let possibleFiles: [String] =
    (0...8).flatMap { group in
      ["ownership-\(group + 1).svg"] + (1...mostClose).map { "ownership-\(group + 1)-close-\($0).svg" }
    } + ["load.svg", "phases.svg", "distribution.svg"]

  init(_ scenario: Scenario, _ result: TrialResult, _ trials: [TrialResult], summaries: [TrialSummary]) {
    let words = FaultText(scenario)
    let marks = ChartMarks(scenario, end: result.end)
    if result.end > .zero {
      for timeline in result.ownership where timeline.bucketCount > 0 {
        ownership.append(ReportCharts.ownership(timeline, scenario, result, marks, words))
      }
    }
    let lost = result.load.lost.reduce(0, +)
    let twice = result.load.twice.reduce(0, +)
    load = LoadChart(load: result.load, nodes: scenario.farm.nodes, marks: marks, end: result.end).chart(
      finding: "Packets a second by node over time; \(Readable.count(lost)) lost, "
        + "\(Readable.count(twice)) accepted twice.")
    let longest = result.rebalances.compactMap(\.total).max()
    phases = PhasesChart(
      rebalances: result.rebalances.map { (marks.number(of: $0) ?? 0, words.happened($0), $0) }
    ).chart(
      finding: "Where the time of each rebalance went"
        + (longest.map { "; the longest took \(Readable.time($0))." } ?? "."))
    distribution = ReportCharts.distribution(scenario, trials, summaries)
  }

  private static func ownership(
    _ timeline: OwnershipTimeline, _ scenario: Scenario, _ result: TrialResult, _ marks: ChartMarks,
    _ words: FaultText
  ) -> (group: GroupID, whole: Chart, close: [Chart]) {
    let history = OwnershipHistory(timeline, end: result.end)
    let order = history.orderedByOwners()
    let group = words.group(timeline.group)
    let name = "ownership-\(timeline.group.index + 1)"
    let whole = OwnershipChart(
      name: name,
      finding: finding(history, .zero, result.end, "Owners of the buckets of \(group) over the run"),
      title: "\(group): who accepts which bucket", history: history, order: order, nodes: scenario.farm.nodes,
      marks: marks, start: .zero, stop: result.end, origin: nil
    ).chart()
    var close: [Chart] = []
    for rebalance in closest(result, history) {
      guard let total = rebalance.total else { continue }
      let before = max(total / 4, .milliseconds(1))
      let start = rebalance.at - before
      let stop = min(rebalance.at + total + 2 * before, result.end)
      guard start < stop else { continue }
      let what = words.happened(rebalance)
      close.append(
        OwnershipChart(
          name: "\(name)-close-\(close.count + 1)",
          finding: finding(history, start, stop, "Owners of the buckets of \(group) after \(what)"),
          title: "\(group), close up: \(what.shortened(to: 60)) at \(Readable.clock(rebalance.at))",
          history: history, order: order, nodes: scenario.farm.nodes, marks: marks, start: start, stop: stop,
          origin: (rebalance.at, what)
        ).chart())
    }
    return (timeline.group, whole, close)
  }

  /// The first rebalances during which a bucket had no owner or two; if there are none, the first of all.
  private static func closest(_ result: TrialResult, _ history: OwnershipHistory) -> [Rebalance] {
    let disturbed = result.rebalances.filter { $0.total.map { $0 > .zero } ?? false }
    let troubled = disturbed.filter {
      let trouble = OwnershipTrouble(history, from: $0.at, to: min($0.at + ($0.total ?? .zero), result.end))
      return trouble.longestHole > .zero || trouble.longestDouble > .zero
    }
    return Array((troubled.isEmpty ? Array(disturbed.prefix(1)) : troubled).prefix(mostClose))
  }

  private static func finding(
    _ history: OwnershipHistory, _ start: Instant, _ stop: Instant, _ lead: String
  ) -> String {
    let trouble = OwnershipTrouble(history, from: start, to: stop)
    let hole =
      trouble.holes == 0
      ? "no bucket was without an owner"
      : "\(Readable.count(trouble.holes, "bucket")) had no owner for up to \(Readable.time(trouble.longestHole))"
    let double =
      trouble.doubles == 0
      ? "none had two"
      : "\(Readable.count(trouble.doubles)) had two for up to \(Readable.time(trouble.longestDouble))"
    return "\(lead): \(hole), \(double)."
  }

  private static func distribution(_ scenario: Scenario, _ trials: [TrialResult], _ summaries: [TrialSummary])
    -> Chart?
  {
    let name = "rebalance_time.max"
    guard let index = Measures.index(of: name),
      let summary = summaries.first(where: { $0.measure.name == name }),
      let low = summary.low, let high = summary.high
    else { return nil }
    let bound = scenario.expectations.first { $0.measure.name == name && $0.comparison != .notEqual }?.bound
    return DistributionChart(
      measure: summary.measure, title: "Longest rebalance of each of \(Readable.count(summary.count)) trials",
      values: trials.compactMap { $0.values[index] }, summary: summary, bound: bound
    ).chart(
      finding: "Rebalance time over \(Readable.count(summary.count)) trials: nine of ten between "
        + "\(Readable.time(low)) and \(Readable.time(high)).")
  }
}

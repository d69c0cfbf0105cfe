import Engine
import FarmFile

/// The pictures of one group's buckets: the whole run, and a close look at the first few disturbances.
struct OwnershipDrawing {
  let group: GroupID
  let history: OwnershipHistory
  let result: TrialResult
  let nodes: NodeColours
  let marks: ChartMarks
  let words: FaultText

  private var name: String { "ownership-\(group.index + 1)" }
  private var order: [Int] { history.orderedByOwners(rank: nodes.rank) }

  func whole() -> Chart {
    let group = words.group(group)
    return OwnershipChart(
      name: name,
      finding: "Owners of the buckets of \(group) over the run: "
        + OwnershipTrouble(history, from: .zero, to: result.end).words + brief + ".",
      title: "\(group): who accepts which bucket", history: history, order: order, nodes: nodes,
      marks: marks, start: .zero, stop: result.end, origin: nil
    ).chart()
  }

  func close() -> [Chart] {
    var close: [Chart] = []
    for rebalance in closest {
      guard let total = rebalance.total,
        let chart = OwnershipDrawing.closeUp(
          history, order, from: rebalance.at + rebalance.since, lasting: total, end: result.end)
      else { continue }
      let what = words.happened(rebalance)
      let group = words.group(group)
      let trouble = OwnershipTrouble(history, from: chart.start, to: chart.stop)
      close.append(
        OwnershipChart(
          name: "\(name)-close-\(close.count + 1)",
          finding: "Owners of the buckets of \(group) around \(Readable.clock(rebalance.at)), when \(what): "
            + trouble.words(after: rebalance.at) + ".",
          title: "\(group), close up: \(what.shortened(to: 60)) at \(Readable.clock(rebalance.at))",
          history: history, order: chart.order, nodes: nodes, marks: marks, start: chart.start,
          stop: chart.stop, origin: (rebalance.at, what)
        ).chart())
    }
    return close
  }

  /// The time to look at, and the buckets: those that something happened to if they are few, otherwise all.
  /// - Returns: `nil` if the run ended before there was anything to see.
  static func closeUp(
    _ history: OwnershipHistory, _ order: [Int], from at: Instant, lasting total: Duration, end: Instant
  ) -> (start: Instant, stop: Instant, order: [Int])? {
    let before = min(max(total / 4, .milliseconds(1)), at - .zero)
    let start = at - before
    let stop = min(at + total + 2 * max(before, .milliseconds(1)), end)
    guard start < stop else { return nil }
    let disturbed = order.filter { history.isDisturbed($0, from: start, to: stop) }
    let isFew = !disturbed.isEmpty && disturbed.count * 5 <= order.count
    return (start, stop, isFew ? disturbed : order)
  }

  /// The longest rebalances during which a bucket had no owner or two, in order of time; if there are none, the first
  /// of all.
  private var closest: [Rebalance] {
    let disturbed = result.rebalances.filter { $0.total.map { $0 > .zero } ?? false }
    let troubled = disturbed.filter {
      let start = $0.at + $0.since
      return OwnershipTrouble(history, from: start, to: min(start + ($0.total ?? .zero), result.end)).isAny
    }
    if troubled.isEmpty { return Array(disturbed.prefix(1)) }
    let longest = troubled.indices.sorted { a, b in
      let (first, second) = (troubled[a].total ?? .zero, troubled[b].total ?? .zero)
      return first == second ? a < b : first > second
    }
    return longest.prefix(ReportCharts.mostClose).sorted().map { troubled[$0] }
  }

  /// What went there and back too fast to be seen between the holes on both sides; empty where nothing did.
  private var brief: String {
    guard let width = OwnershipChart.narrowest(of: result.end - .zero) else { return "" }
    let parts = result.rebalances.compactMap { rebalance -> String? in
      guard rebalance.bucketsThereAndBack > 0, let first = rebalance.firstMove, let last = rebalance.lastMove,
        last > first, last - first < width
      else { return nil }
      let (from, until) = (rebalance.at + first, rebalance.at + last)
      guard history.changes.contains(where: { $0.contains { $0.at >= from && $0.at < until } }) else {
        return nil
      }
      return "from \(Readable.clock(from)) to \(Readable.clock(until))"
    }
    if parts.isEmpty { return "" }
    return "; too short to be seen here is that buckets went there and back, \(PlainText.list(parts))"
  }
}

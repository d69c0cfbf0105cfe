import Engine
import FarmFile

/// The pictures of one group's buckets: the whole run, and a close look at the longest few disturbances.
///
/// A close look covers one rebalance, with some time before and after. Another rebalance that is seen well in the same
/// picture gets none of its own.
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
    looks().enumerated().map { place, look in
      let at = look.rebalance.at
      let (what, brief) = (words.happened(look.rebalance), words.brief(look.rebalance))
      let others = look.others.sorted { $0.at < $1.at }.map {
        ", and \(Readable.clock($0.at)), when \(words.happened($0))"
      }
      let group = words.group(group)
      let trouble = OwnershipTrouble(history, from: look.start, to: look.stop)
      return OwnershipChart(
        name: "\(name)-close-\(place + 1)",
        finding:
          "Owners of the buckets of \(group) around \(Readable.clock(at)), when \(what)\(others.joined()): "
          + trouble.words(after: at) + ".",
        title: "\(group), close up: \(brief.shortened(to: 60)) at \(Readable.clock(at))",
        history: history, order: look.order, nodes: nodes, marks: marks, start: look.start,
        stop: look.stop, origin: (at, brief)
      ).chart()
    }
  }

  /// A time to look at closely, and the buckets to show.
  private struct Look {
    let rebalance: Rebalance
    let start: Instant
    let stop: Instant
    let order: [Int]
    /// Other rebalances that this picture shows as well.
    var others: [Rebalance] = []

    /// Whether the picture shows a rebalance from begin to end, and not too small to be seen.
    func shows(_ other: Rebalance) -> Bool {
      guard let total = other.total else { return false }
      let isLarge = total.nanoseconds * 10 >= (stop - start).nanoseconds
      return isLarge && start <= other.at && other.at + other.since + total <= stop
    }
  }

  /// The longest few, in order of time.
  private func looks() -> [Look] {
    let order = order
    var looks: [Look] = []
    for rebalance in longest {
      if let place = looks.firstIndex(where: { $0.shows(rebalance) }) {
        looks[place].others.append(rebalance)
        continue
      }
      guard looks.count < ReportCharts.mostClose, let total = rebalance.total,
        let view = OwnershipDrawing.closeUp(
          history, order, from: rebalance.at + rebalance.since, lasting: total, end: result.end)
      else { continue }
      looks.append(Look(rebalance: rebalance, start: view.start, stop: view.stop, order: view.order))
    }
    return looks.sorted { $0.rebalance.at < $1.rebalance.at }
  }

  /// The time to look at, and the buckets: the disturbed ones if they are few, otherwise all.
  ///
  /// If a bucket was not whole already, the picture begins early enough to show its owner before that, unless this is
  /// longer ago than `total`.
  /// - Returns: `nil` if the run ended before there was anything to see.
  static func closeUp(
    _ history: OwnershipHistory, _ order: [Int], from at: Instant, lasting total: Duration, end: Instant
  ) -> (start: Instant, stop: Instant, order: [Int])? {
    var first = at
    for bucket in order {
      history.forEachStretch(of: bucket, touching: at, at + .nanoseconds(1)) { from, _, state in
        switch state {
        case .hole, .unreached, .unserved, .double: if at - from <= total { first = min(first, from) }
        case .unused, .forming, .owned: break
        }
      }
    }
    let before = min(max(total / 4, .milliseconds(1)), first - .zero)
    let start = first - before
    let stop = min(at + total + 2 * max(before, .milliseconds(1)), end)
    guard start < stop else { return nil }
    let disturbed = order.filter { history.isDisturbed($0, from: start, to: stop) }
    let isFew = !disturbed.isEmpty && disturbed.count * 5 <= order.count
    return (start, stop, isFew ? disturbed : order)
  }

  /// The rebalances during which some bucket was not whole, the longest first; without any, the first disturbance.
  private var longest: [Rebalance] {
    let disturbed = result.rebalances.filter { $0.total.map { $0 > .zero } ?? false }
    let troubled = disturbed.filter {
      let start = $0.at + $0.since
      return OwnershipTrouble(history, from: start, to: min(start + ($0.total ?? .zero), result.end)).isAny
    }
    if troubled.isEmpty { return Array(disturbed.prefix(1)) }
    let order = troubled.indices.sorted { a, b in
      let (first, second) = (troubled[a].total ?? .zero, troubled[b].total ?? .zero)
      return first == second ? a < b : first > second
    }
    return order.map { troubled[$0] }
  }

  /// Moves there and back that are too short to be seen in the picture; empty if there are none.
  private var brief: String {
    guard let width = OwnershipChart.narrowest(of: result.end - .zero) else { return "" }
    let parts = result.rebalances.compactMap { rebalance -> String? in
      guard rebalance.bucketsThereAndBack > 0, let last = rebalance.lastMove else { return nil }
      let stays = history.stays(endingFrom: rebalance.at, to: rebalance.at + last).filter {
        $0.until - $0.from < width
      }
      guard let from = stays.map(\.from).min(), let until = stays.map(\.until).max() else { return nil }
      return "from \(Readable.clock(from)) to \(Readable.clock(until))"
    }
    if parts.isEmpty { return "" }
    return "; too short to be seen here is that buckets went there and back, \(PlainText.list(parts))"
  }
}

import Engine

/// All that a trial with details found, as tables for other programs: the files beside `report.md`.
///
/// `docs/report.md` describes the columns. Columns never change their meaning; new ones may be added at the end.
struct ReportTables {
  let scenario: Scenario
  let result: TrialResult
  let histories: [(group: GroupID, history: OwnershipHistory)]
  let marks: ChartMarks

  static let names = ["events.csv", "faults.csv", "load.csv", "ownership.csv"]

  /// The files of ``names``, in that order.
  var files: [(name: String, text: String)] {
    Array(zip(ReportTables.names, [events, faults, load, ownership]))
  }

  private var words: FaultText { FaultText(scenario, result.outcome) }

  /// Every line of the story.
  private var events: String {
    var table = CSVText(["time_s", "node", "kind", "text"])
    let words = words
    for entry in result.timeline {
      table.row([
        CSVText.seconds(entry.at), entry.node.map { words.name($0) } ?? "", entry.kind.rawValue, entry.text,
      ])
    }
    return table.text
  }

  /// Every fault and every end of a fault, with what it did to the buckets.
  private var faults: String {
    var table = CSVText([
      "number", "time_s", "what", "detection_s", "decision_s", "commit_s", "first_packet_s", "total_s",
      "buckets_moved", "buckets_moved_minimum", "is_over", "buckets_there_and_back", "counted_from_s",
      "disturbed_s",
    ])
    let words = words
    for rebalance in result.rebalances {
      let times = PhasesChart.phases(rebalance) + [rebalance.total]
      table.row(
        [
          marks.number(of: rebalance).map(String.init) ?? "", CSVText.seconds(rebalance.at),
          words.happened(rebalance),
        ] + times.map { CSVText.seconds($0) } + [
          String(rebalance.bucketsMoved), String(rebalance.bucketsMovedMinimum),
          rebalance.isOver ? "yes" : "no", String(rebalance.bucketsThereAndBack),
          CSVText.seconds(rebalance.total.map { _ in rebalance.since }), CSVText.seconds(rebalance.disturbed),
        ])
    }
    return table.text
  }

  /// Packets in bins of time, with a column for each node.
  private var load: String {
    let load = result.load
    let words = words
    var table = CSVText(
      ["start_s", "end_s", "lost", "twice"] + load.accepted.indices.map { words.name(NodeID($0)) }
        + ["unserved"])
    for bin in load.lost.indices {
      let start = Instant.zero + Duration(nanoseconds: load.binWidth.nanoseconds * Int64(bin))
      let end = min(start + load.binWidth, max(result.end, start))
      var cells = [CSVText.seconds(start), CSVText.seconds(end), "\(load.lost[bin])", "\(load.twice[bin])"]
      cells += load.accepted.map { "\($0[bin])" }
      cells.append(load.unserved.indices.contains(bin) ? "\(load.unserved[bin])" : "")
      table.row(cells)
    }
    return table.text
  }

  /// Every change of a bucket's owners, group by group in order of time.
  private var ownership: String {
    var table = CSVText(["time_s", "group", "bucket", "owners", "state", "unreached"])
    let words = words
    for (group, history) in histories {
      let name = words.group(group)
      let changes = result.ownership.first { $0.group == group }?.unreached ?? []
      let beyond = Dictionary(grouping: changes) { $0.bucket.index }
      let rows = history.changes.indices.flatMap { bucket in
        ReportTables.rows(of: bucket, history, beyond[bucket] ?? [])
      }
      for row in rows.sorted(by: { ($0.at, $0.bucket) < ($1.at, $1.bucket) }) {
        let stretch = row.stretch
        table.row([
          CSVText.seconds(row.at), name, String(row.bucket),
          stretch.owners.map { words.name($0) }.joined(separator: " "),
          stretch.owners.isEmpty && row.at < history.formed ? "forming" : stretch.state.word,
          row.unreached.map { words.name($0) }.joined(separator: " "),
        ])
      }
    }
    return table.text
  }

  private struct OwnershipRow {
    let at: Instant
    let bucket: Int
    let stretch: OwnershipHistory.Stretch
    let unreached: NodeSet
  }

  /// A bucket's state whenever its owners change, or the nodes that have it although no client reaches them.
  private static func rows(of bucket: Int, _ history: OwnershipHistory, _ beyond: [UnreachedChange])
    -> [OwnershipRow]
  {
    let stretches = history.changes[bucket]
    let instants = Set(stretches.map(\.at) + beyond.map(\.at)).filter { $0 > .zero }.sorted()
    return instants.compactMap { at in
      guard let stretch = stretches.last(where: { $0.at <= at }) else { return nil }
      let nodes = beyond.last { $0.at <= at }?.nodes ?? .empty
      return OwnershipRow(at: at, bucket: bucket, stretch: stretch, unreached: nodes)
    }
  }
}

extension Ownership {
  fileprivate var word: String {
    switch self {
    case .unused: "gone"
    case .forming: "forming"
    case .owned: "owned"
    case .unserved: "unserved"
    case .unreached: "unreached"
    case .hole: "hole"
    case .double: "double"
    }
  }
}

import Engine

extension ReportPage {
  /// Measures under a common heading, by the beginnings of their names.
  private static let families: [(title: String, prefixes: [String])] = [
    ("Time to serve again", ["rebalance_time."]),
    ("Coverage", ["hole_time.", "unreached_time.", "double_owner", "packets_"]),
    ("Movement", ["buckets_moved"]),
    ("Protocol", ["view_changes", "false_removals", "heartbeat"]),
    ("Evenness", ["skew."]),
    ("Applications", ["application_"]),
  ]

  func keyFigures(_ page: inout MarkdownText) {
    page.heading(2, "Key figures")
    if trials.count > 1 {
      page.paragraph(
        "Of trial \(result.trial); all trials together are under [Repeated trials](#repeated-trials).")
    }
    let isShown = Set(ReportPage.members(ReportPage.clientMeasures))
    var left = Measures.all.indices.filter { !isShown.contains($0) }
    for family in ReportPage.families {
      let members = ReportPage.members(family.prefixes).filter { left.contains($0) }
      left.removeAll { members.contains($0) }
      figures(&page, family.title, members)
    }
    figures(&page, "Others", left)
    messages(&page)
  }

  /// What the clients notice of a run.
  private static let clientMeasures = [
    "client_outage.", "flow_outage.", "connects_", "requests_", "flows_", "sessions_",
  ]

  /// Positions in ``Measures/all``, by the beginnings of names, in the order of these.
  private static func members(_ prefixes: [String]) -> [Int] {
    prefixes.flatMap { prefix in Measures.all.indices.filter { Measures.all[$0].name.hasPrefix(prefix) } }
  }

  func clients(_ page: inout MarkdownText) {
    page.heading(2, "What clients saw")
    if TextSummary.haveNoClients(scenario, trials) { return page.paragraph(TextSummary.noClients) }
    if let chart = charts.load {
      page.image(chart)
      let notes = LoadNotes(told: ToldTrial(scenario, result)).all
      if !notes.isEmpty { page.paragraph(notes.map { escaped($0) }.joined(separator: " ")) }
    }
    if trials.count > 1 {
      page.paragraph(
        "Of trial \(result.trial); all trials together are under [Repeated trials](#repeated-trials).")
    }
    let members = ReportPage.members(ReportPage.clientMeasures).filter { index in
      let name = Measures.all[index].name
      return !Measures.isIdle(name, in: trials) && (name != "connects_refused" || result.values[index] != nil)
    }
    table(&page, members)
  }

  private func messages(_ page: inout MarkdownText) {
    if result.messages.isEmpty { return }
    page.heading(3, "Messages by node")
    page.table(
      ["Node", "Heartbeats", "Relayed for others"], alignment: "lrr",
      result.messages.indices.map { n in
        let sent = result.messages[n]
        return [
          escaped(scenario.nodes[n]), Readable.value(Double(sent.heartbeats), .count),
          Readable.value(Double(sent.relayed), .count),
        ]
      })
  }

  private func figures(_ page: inout MarkdownText, _ title: String, _ members: [Int]) {
    // A measure that found nothing says so only where it has company that did.
    guard members.contains(where: { result.values[$0] != nil }) else { return }
    page.heading(3, title)
    table(&page, members)
  }

  private func table(_ page: inout MarkdownText, _ members: [Int]) {
    page.table(
      ["Measure", "Value", "Meaning"], alignment: "lrl",
      members.map { index in
        let measure = Measures.all[index]
        return [
          "`\(measure.name)`", Readable.measured(result.measured(index), measure.unit),
          escaped(measure.meaning),
        ]
      })
  }

  func rebalances(_ page: inout MarkdownText) {
    guard !result.rebalances.isEmpty else { return }
    page.heading(2, "The rebalance, phase by phase")
    page.paragraph(
      "**Detection** runs from what happened to the first view change that answers it, **decision** to the last commit "
        + "issued for it, **commit** until the filter has it, **first packet** until a new owner accepts one. "
        + "**Total** runs from what happened until every bucket that it disturbed is whole again: it has exactly one owner, "
        + "whose application serves. For what is done on purpose, and for the end of a fault, it runs from the first "
        + "bucket that is not whole then or later. A dash means that no bucket was disturbed, *at least* that it was not "
        + "over when the run ended, *not over* that this phase was not known by then, *not told apart* that no view changed or no commit was issued because of it, and *not "
        + "measured* that no commit brought the last bucket back, or that no client may come to it."
        + meanWords)
    if let chart = charts.phases { page.image(chart) }
    let shown = shownRebalances
    page.table(
      ["", "What happened", "At", "Detection", "Decision", "Commit", "First packet", "Total"],
      alignment: "rlrrrrrr",
      shown.map { rebalance in
        [
          marks.number(of: rebalance).map(String.init) ?? "", escaped(words.happened(rebalance)),
          Readable.clock(rebalance.at),
        ]
          + PhasesChart.phases(rebalance).dropLast().map { phase($0, of: rebalance) }
          + [firstPacket(rebalance)] + [
            rebalance.total.map { (rebalance.isOver ? "" : "at least ") + Readable.time($0) } ?? "–"
          ]
      })
    moreRebalances(&page)
  }

  /// ` On average it took 177 ms, over the 8 of 16 that disturbed a bucket.`; nothing where fewer than two did, where times
  /// overlap (they are of one outage), or where some count from what happened and others from the first hole.
  private var meanWords: String {
    let those = result.rebalances.filter { $0.total ?? .zero > .zero }
    let kinds = Set(
      those.map { $0.isEnd || $0.healthy != nil || scenario.faults[$0.fault].kind.isPlanned })
    let overlap = zip(those, those.dropFirst()).contains { $1.at < $0.at + $0.since + ($0.total ?? .zero) }
    guard those.count > 1, kinds.count == 1, !overlap, let mean = result["rebalance_time.mean"],
      let count = result["rebalance_time.count"]
    else {
      return ""
    }
    let (some, all) = (Readable.count(Int(count.value)), Readable.count(result.rebalances.count))
    return
      " On average it took \(Readable.measured(mean, .seconds)), over the \(some) of \(all) that disturbed a bucket."
  }

  private func phase(_ time: Duration?, of rebalance: Rebalance) -> String {
    if let time { return Readable.time(time) }
    if rebalance.total == nil { return "–" }
    return rebalance.isOver ? "not told apart" : "not over"
  }

  private func firstPacket(_ rebalance: Rebalance) -> String {
    if let time = rebalance.firstPacket { return Readable.time(time) }
    if let time = rebalance.firstPacketSoFar { return "at least \(Readable.time(time))" }
    if rebalance.total == nil { return "–" }
    return rebalance.isOver ? "not measured" : "not over"
  }

  /// Of many rebalances the longest, in order of time.
  private var shownRebalances: [Rebalance] {
    let all = result.rebalances
    let order = all.indices.sorted { a, b in
      let (first, second) = (all[a].total ?? .zero, all[b].total ?? .zero)
      return first == second ? a < b : first > second
    }
    return order.prefix(ReportPage.mostRebalances).sorted().map { all[$0] }
  }

  private static let mostRebalances = 24

  /// Says that a table has left some rows out.
  private func moreRebalances(_ page: inout MarkdownText) {
    let count = result.rebalances.count
    guard count > ReportPage.mostRebalances else { return }
    page.paragraph(
      "The \(ReportPage.mostRebalances) longest of \(Readable.count(count)); all are in [faults.csv](faults.csv)."
    )
  }

  func affinity(_ page: inout MarkdownText) {
    page.heading(2, "Who had to move")
    if !result.rebalances.isEmpty {
      page.table(
        ["", "What happened", "Buckets moved", "Fewest possible", "Unneeded", "There and back"],
        alignment: "rlrrrr",
        shownRebalances.map { rebalance in
          [
            marks.number(of: rebalance).map(String.init) ?? "", escaped(words.happened(rebalance)),
            Readable.count(rebalance.bucketsMoved), Readable.count(rebalance.bucketsMovedMinimum),
            Readable.count(max(0, rebalance.bucketsMoved - rebalance.bucketsMovedMinimum)),
            Readable.count(rebalance.bucketsThereAndBack),
          ]
        })
      moreRebalances(&page)
      page.paragraph(
        "A bucket has **moved** if its owner was another when the next of these happened, or the run ended, than before: "
          + "one that went there and back has not, and is counted apart, and one that went later is the next one’s."
      )
    }
  }

  func skew(_ page: inout MarkdownText) {
    guard !result.skew.isEmpty else { return }
    page.heading(2, "How even the load was")
    page.paragraph(
      "Each load is divided by what is due to its node: the share that its weights give it of what the clients of each "
        + "group sent, and all of a group with a priority for the first node in service. Where a weight changes, each "
        + "counts for as long as it was in force. The nodes are all that were configured to serve, with a weight above 0, "
        + "whether they were up or not. "
        + "**Max/mean** is the fullest node’s load over the average (1 is even), **CV** the standard deviation over the "
        + "mean (0 is even), **Jain** the fairness index (1 is even). Whether chance alone makes a load this uneven "
        + "is not judged: packets and connections of one client are not independent of one another.")
    page.table(
      ["Load", "Phase", "Max/mean", "CV", "Jain"], alignment: "llrrr",
      SkewRow.Load.allCases.flatMap { load in
        SkewRow.Phase.allCases.compactMap { phase in
          result.skew.first { $0.load == load && $0.phase == phase }
        }
      }.map { row in
        [
          row.load.rawValue, row.phase.rawValue, Readable.fixed(row.maxOverMean, 3),
          Readable.fixed(row.variation, 3),
          Readable.fixed(row.jain, 3),
        ]
      })
  }
}

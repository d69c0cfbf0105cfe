import Engine

extension ReportPage {
  /// Measures under a common heading, by the beginnings of their names.
  private static let families: [(title: String, prefixes: [String])] = [
    ("Time to serve again", ["rebalance_time."]),
    (
      "What clients saw",
      ["client_outage.", "flows_", "connects_failed", "connects_reset", "requests_", "sessions_"]
    ),
    ("Coverage", ["hole_time.", "unreached_time.", "double_owner_time.", "packets_"]),
    ("Movement", ["buckets_moved"]),
    ("Protocol", ["view_changes", "false_removals", "heartbeat"]),
    ("Evenness", ["skew."]),
    ("Applications", ["application_", "connects_refused"]),
  ]

  func keyFigures(_ page: inout MarkdownText) {
    page.heading(2, "Key figures")
    if trials.count > 1 {
      page.paragraph(
        "Of trial \(result.trial); all trials together are under [Repeated trials](#repeated-trials).")
    }
    var left = Array(Measures.all.indices)
    for family in ReportPage.families {
      let members = left.filter { index in family.prefixes.contains { Measures.all[index].name.hasPrefix($0) }
      }
      left.removeAll { members.contains($0) }
      figures(&page, family.title, members)
    }
    figures(&page, "Others", left)
    messages(&page)
  }

  private func messages(_ page: inout MarkdownText) {
    if result.messages.isEmpty { return }
    page.heading(3, "Messages by node")
    page.table(
      ["Node", "Heartbeats", "Relayed for others"], alignment: "lrr",
      result.messages.indices.map { n in
        let sent = result.messages[n]
        return [
          escaped(scenario.farm.nodes[n]), Readable.value(Double(sent.heartbeats), .count),
          Readable.value(Double(sent.relayed), .count),
        ]
      })
  }

  private func figures(_ page: inout MarkdownText, _ title: String, _ members: [Int]) {
    // A measure that found nothing says so only where it has company that did.
    guard members.contains(where: { result.values[$0] != nil }) else { return }
    page.heading(3, title)
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

  func ownership(_ page: inout MarkdownText) {
    guard !charts.ownership.isEmpty else { return }
    page.heading(2, "Ownership over time")
    page.paragraph(
      "Who would accept a new client, read from the nodes’ kernel filters. Each row is a band of buckets, ordered by "
        + "their owners so that a node’s share lies together. The two lanes on top show every instant at which any "
        + "bucket had no owner or two, however few they were; nothing is drawn thinner than it can be seen.")
    if !marks.marks.isEmpty {
      page.paragraph(
        "Dashed lines: "
          + marks.marks.prefix(12).map {
            "**\($0.number)** \(escaped($0.text)) at \(Readable.setting($0.at - .zero))"
          }
          .joined(separator: ", ") + (marks.marks.count > 12 ? ", …" : "."))
    }
    for group in charts.ownership {
      if charts.ownership.count > 1 { page.heading(3, "Group \(escaped(words.group(group.group)))") }
      page.image(group.whole)
      for close in group.close { page.image(close) }
    }
  }

  func load(_ page: inout MarkdownText) {
    guard let chart = charts.load else { return }
    page.heading(2, "Load over time")
    page.image(chart)
  }

  func rebalances(_ page: inout MarkdownText) {
    guard !result.rebalances.isEmpty else { return }
    page.heading(2, "The rebalance, phase by phase")
    page.paragraph(
      "**Detection** runs from the fault to the first view change that answers it, **decision** to the last commit "
        + "issued for it, **commit** until the filter has it, **first packet** until a new owner accepts one. "
        + "**Total** runs from the fault until every bucket has exactly one owner again; a dash means that there "
        + "was nothing to wait for, *at least* that it was not over when the run ended.")
    if let chart = charts.phases { page.image(chart) }
    let shown = result.rebalances.prefix(ReportPage.longestTimeline)
    page.table(
      ["", "What happened", "At", "Detection", "Decision", "Commit", "First packet", "Total"],
      alignment: "rlrrrrrr",
      shown.map { rebalance in
        [
          marks.number(of: rebalance).map(String.init) ?? "", escaped(words.happened(rebalance)),
          Readable.clock(rebalance.at),
        ]
          + PhasesChart.phases(rebalance).map { $0.map { Readable.time($0) } ?? "–" }
          + [rebalance.total.map { (rebalance.isOver ? "" : "at least ") + Readable.time($0) } ?? "–"]
      })
    more(result.rebalances.count - shown.count, &page)
  }

  func affinity(_ page: inout MarkdownText) {
    page.heading(2, "Who had to move")
    if !result.rebalances.isEmpty {
      page.table(
        ["", "What happened", "Buckets moved", "Fewest possible", "Unneeded"], alignment: "rlrrr",
        result.rebalances.map { rebalance in
          [
            marks.number(of: rebalance).map(String.init) ?? "", escaped(words.happened(rebalance)),
            Readable.count(rebalance.bucketsMoved), Readable.count(rebalance.bucketsMovedMinimum),
            Readable.count(max(0, rebalance.bucketsMoved - rebalance.bucketsMovedMinimum)),
          ]
        })
    }
    page.paragraph("What became of the clients’ flows and sessions over the whole run:")
    let names = [
      "flows_opened", "flows_kept", "flows_broken", "flows_broken.outside_failed_nodes", "flows_reset",
      "sessions_moved", "flows_moved",
    ]
    page.table(
      ["Clients", "Number", "Meaning"], alignment: "lrl",
      names.compactMap { name in
        guard let index = Measures.index(of: name) else { return nil }
        let title = name.replacing("_", with: " ").replacing(".", with: ", ")
        return [title, Readable.value(result.values[index], .count), escaped(Measures.all[index].meaning)]
      })
  }

  func skew(_ page: inout MarkdownText) {
    guard !result.skew.isEmpty else { return }
    page.heading(2, "How even the load was")
    page.paragraph(
      "**Max/mean** is the fullest node’s load over the average (1 is even), **CV** the standard deviation over the "
        + "mean (0 is even), **Jain** the fairness index (1 is even), **p** the chance of shares at least this uneven "
        + "if every client picked a node by weight alone.")
    page.table(
      ["Load", "Phase", "Max/mean", "CV", "Jain", "p"], alignment: "llrrrr",
      SkewRow.Load.allCases.flatMap { load in
        SkewRow.Phase.allCases.compactMap { phase in
          result.skew.first { $0.load == load && $0.phase == phase }
        }
      }.map { row in
        [
          row.load.rawValue, row.phase.rawValue, Readable.fixed(row.maxOverMean, 3),
          Readable.fixed(row.variation, 3),
          Readable.fixed(row.jain, 3),
          row.pValue.map { $0 < 0.001 ? "&lt; 0.001" : Readable.fixed($0, 3) } ?? "–",
        ]
      })
  }
}

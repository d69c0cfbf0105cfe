import Engine

extension ReportPage {
  /// Measures under a common heading, by the beginnings of their names.
  private static let families: [(title: String, prefixes: [String])] = [
    ("Time to serve again", ["rebalance_time.", "drain_time."]),
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
    var left = Measure.allCases.filter { !isShown.contains($0) }
    for family in ReportPage.families {
      let members = ReportPage.members(family.prefixes).filter { left.contains($0) }
      left.removeAll { members.contains($0) }
      figures(&page, family.title, members)
    }
    figures(&page, "Others", left)
    messages(&page)
  }

  /// The measures that clients notice.
  private static let clientMeasures = [
    "client_outage.", "flow_outage.", "connects_", "requests_", "flows_", "sessions_",
  ]

  /// Measures by the beginnings of names, in the order of the beginnings.
  private static func members(_ prefixes: [String]) -> [Measure] {
    prefixes.flatMap { prefix in Measure.allCases.filter { $0.name.hasPrefix(prefix) } }
  }

  func clients(_ page: inout MarkdownText) {
    page.heading(2, "What clients saw")
    if TextSummary.haveNoClients(scenario, trials) { return page.paragraph(TextSummary.noClients) }
    if let chart = charts.load {
      page.image(chart)
      let notes =
        LoadNotes(told: ToldTrial(scenario, result)).all + [IdleRules(scenario).words].compactMap { $0 }
      if !notes.isEmpty { page.paragraph(notes.map { escaped($0) }.joined(separator: " ")) }
    }
    if trials.count > 1 {
      page.paragraph(
        "Of trial \(result.trial); all trials together are under [Repeated trials](#repeated-trials).")
    }
    let members = ReportPage.members(ReportPage.clientMeasures).filter {
      !$0.isIdle(in: trials) && ($0 != .connectsRefused || result[$0] != nil)
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

  private func figures(_ page: inout MarkdownText, _ title: String, _ members: [Measure]) {
    // A measure without a value is shown only beside one that has a value.
    guard members.contains(where: { result[$0] != nil }) else { return }
    page.heading(3, title)
    table(&page, members)
  }

  private func table(_ page: inout MarkdownText, _ members: [Measure]) {
    page.table(
      ["Measure", "Value", "Meaning"], alignment: "lrl",
      members.map { measure in
        let isTold = measure != .rebalanceTimeMean || result.haveRebalancesMean(scenario.faults)
        return [
          "`\(measure.name)`", Readable.measured(isTold ? result[measure] : nil, measure.unit),
          escaped(measure.meaning),
        ]
      })
  }

  func skew(_ page: inout MarkdownText) {
    guard !result.skew.isEmpty else { return }
    page.heading(2, "How even the load was")
    let priority =
      answer.told.havePriority ? ", and all of a group with a priority for the first node in service" : ""
    let changes =
      result.outcome.hasConstantWeights
      ? "" : "Where a weight changes, each counts for as long as it was in force. "
    page.paragraph(
      "Each load is divided by what is due to its node: the share that its weights give it of what the clients of each "
        + "group sent\(priority). \(changes)The nodes are all that were configured to serve, with a weight above 0, "
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

import Engine
import FarmFile

/// What each fault or end of a fault did to the buckets: its times, and how many had to move.
///
/// Both sections have a row for each rebalance or, of many, for the longest. The text above the first table explains
/// only those words that occur in its cells.
extension ReportPage {
  func rebalances(_ page: inout MarkdownText) {
    guard !result.rebalances.isEmpty else { return }
    page.heading(2, "The rebalance, phase by phase")
    let shown = shownRebalances
    let haveParts = shown.contains { $0.isInParts }
    var cells: Set<String> = []
    let rows = shown.map { rebalance -> [String] in
      let number = marks.number(of: rebalance).map(String.init) ?? ""
      var row = [number, escaped(words.happened(rebalance)), Readable.clock(rebalance.at)]
      var times = PhasesChart.phases(rebalance).dropLast().map { time -> String in
        time.map { Readable.time($0) } ?? rebalance.gap
      }
      times.append(firstPacket(rebalance))
      times.append(rebalance.total == nil ? "–" : PhasesChart.time(rebalance))
      cells.formUnion(times)
      row += times
      if haveParts { row.append(rebalance.parts ?? "–") }
      return row
    }
    page.paragraph(phaseWords(cells, haveParts) + meanWords)
    if let chart = charts.phases { page.image(chart) }
    page.table(
      ["", "What happened", "At", "Detection", "Decision", "Commit", "First packet", "Total"]
        + (haveParts ? ["Of it disturbed"] : []), alignment: "rlrrrrrr" + (haveParts ? "r" : ""), rows)
    moreRebalances(&page)
  }

  /// What the columns of the phases mean, and the special words in their cells that occur.
  private func phaseWords(_ cells: Set<String>, _ haveParts: Bool) -> String {
    var text =
      "**Detection** runs from what happened to the first view change that answers it, **decision** to the last commit "
      + "issued for it, **commit** until the filter has it, **first packet** until a new owner accepts one. "
      + "**Total** runs from what happened until every bucket that it disturbed is whole again: it has exactly one owner, "
      + "whose application serves."
    if shownRebalances.contains(where: { $0.since > .zero }) {
      text +=
        " For what is done on purpose, and for the end of a fault, it runs from the first bucket that is not whole then "
        + "or later."
    }
    if haveParts {
      text +=
        " **Of it disturbed** tells for how long of that some bucket was not whole, where for most of it all were, and "
        + "when the last of these times began."
    }
    let unseen = shownRebalances.filter { $0.detection == nil && $0.commit != nil }
    let meanings: [(word: String, isThere: Bool, what: String)] = [
      ("a dash", cells.contains("–"), "that no bucket was disturbed"),
      (
        "*at least*", cells.contains { $0.hasPrefix("at least ") }, "that it was not over when the run ended"
      ),
      ("*not over*", cells.contains("not over"), "that this phase was not known when the run ended"),
      (
        "*none*", cells.contains("none"),
        "that no view changed, or no commit was issued, because of it"
          + (unseen.contains { $0.gap == "none" } ? ", and without a view change no decision is timed" : "")
      ),
      (
        "*not told apart*", cells.contains("not told apart"),
        "that the last commit may have been for something else as well"
          + (unseen.contains { $0.gap == "not told apart" }
            ? ", or that only nodes that it struck have seen it" : "")
      ),
      ("*not measured*", cells.contains("not measured"), "that no client may come to it"),
    ]
    let those = meanings.filter { $0.isThere }
    guard !those.isEmpty else { return text }
    let parts = those.enumerated().map { place, meaning in
      "\(meaning.word)\(place == 0 ? " means" : "") \(meaning.what)"
    }
    return "\(text) In the table \(PlainText.list(parts))."
  }

  /// ` On average it took 177 ms, over the 8 of 16 that disturbed a bucket.`; empty if that says nothing.
  private var meanWords: String {
    guard result.haveRebalancesMean(scenario.faults), let mean = result[.rebalanceTimeMean],
      let count = result[.rebalanceTimeCount]
    else {
      return ""
    }
    let (some, all) = (Readable.count(Int(count.value)), Readable.count(result.rebalances.count))
    return
      " On average it took \(Readable.measured(mean, .seconds)), over the \(some) of \(all) that disturbed a bucket."
  }

  private func firstPacket(_ rebalance: Rebalance) -> String {
    if let time = rebalance.firstPacket { return Readable.time(time) }
    if let time = rebalance.firstPacketSoFar { return Readable.atLeast(time) }
    return rebalance.isOver && rebalance.commit != nil ? "not measured" : rebalance.gap
  }

  /// The longest rebalances, in order of time.
  private var shownRebalances: [Rebalance] {
    let all = result.rebalances
    let order = all.indices.sorted { a, b in
      let (first, second) = (all[a].total ?? .zero, all[b].total ?? .zero)
      return first == second ? a < b : first > second
    }
    return order.prefix(ReportPage.mostRebalances).sorted().map { all[$0] }
  }

  private static let mostRebalances = 24

  /// Says that the table has left rows out.
  private func moreRebalances(_ page: inout MarkdownText) {
    let count = result.rebalances.count
    guard count > ReportPage.mostRebalances else { return }
    page.paragraph(
      "The \(ReportPage.mostRebalances) longest of \(Readable.count(count)); all are in [faults.csv](faults.csv)."
    )
  }

  func affinity(_ page: inout MarkdownText) {
    guard !result.rebalances.isEmpty else { return }
    page.heading(2, "Who had to move")
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
    let moved = result.rebalances.reduce(0) { $0 + $1.bucketsMoved }
    let needed = result.rebalances.reduce(0) { $0 + $1.bucketsMovedMinimum }
    var sum = ""
    if needed < moved {
      sum =
        "Of \(Readable.count(moved, "move")) in all \(Readable.count(needed)) were needed and "
        + "**\(Readable.count(moved - needed)) were not**. "
    }
    page.paragraph(
      sum
        + "A bucket has **moved** if its owner was another when the next of these happened, or the run ended, than before: "
        + "one that went there and back has not, and is counted apart, and one that went later is the next one’s, unless "
        + "it was not whole because of this one when the next struck."
    )
  }
}

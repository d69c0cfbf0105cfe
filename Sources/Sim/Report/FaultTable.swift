import Engine

/// What clients lost by each fault or end of a fault, and how long its buckets were not whole; also what nodes did by
/// themselves.
///
/// A row is an edge of the fault plan, the return of a healthy node, a time that a node was held down, or the time
/// before the first fault. Only edges and that first time have losses of their own. The other rows say `above`: their
/// losses are charged to the edge before them.
struct FaultTable {
  private let told: ToldTrial

  private var outcome: RunOutcome { told.result.outcome }

  init(_ told: ToldTrial) { self.told = told }

  private struct Row {
    let at: Instant
    let cells: [String]
    let weight: Double
  }

  /// The cell of a row that has no count of its own.
  private static let above = "above"

  /// How many columns tell of losses.
  private static let counts = 7

  /// `nil` if nothing happens.
  /// - Parameter most: the most rows. If there are more, those that matter most are shown.
  func table(atMost most: Int) -> FigureTable? {
    guard !outcome.faults.isEmpty else { return nil }
    let planEdges = edges()
    let returns = told.result.rebalances.filter { $0.healthy != nil }
    var rows = planEdges.map { $0.row } + before()
    rows += returns.map { rebalance in
      row(told.words.happened(rebalance), rebalance.at, rebalance, nil, 0)
    }
    rows += outcome.heldDown.map { held in
      let until = held.until.map { Readable.clock($0) } ?? "the run ended"
      return row("\(told.words.name(held.node)) was held down until \(until)", held.from, nil, nil, 0)
    }
    let order = rows.indices.sorted { (rows[$0].at, $0) < (rows[$1].at, $1) }
    var table = FigureTable(
      title: "By \(told.nouns.one)", names: 3,
      head: [
        "what happened", "at", "whole again after", "of it disturbed", "lost with their node",
        "lost otherwise",
        "not served at once", "lost on the way", "given up", "refused", "two answers",
      ], alignment: "lrrrrrrrrrr", rows: order.map { rows[$0].cells },
      weights: order.map { rows[$0].weight }, atMost: most,
      rest: "clients lost no more by them", elsewhere: [FaultTable.above])
    addNotes(
      to: &table, isAnyPlanned: planEdges.contains { $0.isPlanned } || returns.contains { $0.total != nil },
      haveReturns: !returns.isEmpty)
    return table
  }

  /// The edges of the fault plan. `isPlanned` says whether an edge was done on purpose or ended a fault, and disturbed
  /// a bucket.
  private func edges() -> [(row: Row, isPlanned: Bool)] {
    outcome.faults.map { fault in
      let rebalance = told.result.rebalances.first {
        $0.fault == fault.fault && $0.isEnd == fault.isEnd && $0.healthy == nil
      }
      let isPlanned = fault.isEnd || told.scenario.faults[fault.fault].kind.traits.isPlanned
      let what = told.words.happened(fault.fault, isEnd: fault.isEnd)
      return (
        row: row(what, fault.at, rebalance, fault.losses, weight(fault.losses)),
        isPlanned: isPlanned && rebalance?.total != nil
      )
    }
  }

  /// What clients lost before anything happened.
  private func before() -> [Row] {
    let losses = outcome.beforeFaults
    if losses == LossCounts() { return [] }
    let names = ["before the first of these", "–", "–", "–"]
    return [Row(at: .zero, cells: names + cells(losses), weight: weight(losses))]
  }

  /// - Parameter losses: `nil` for a row that is no edge of the plan: its losses are charged to the edge before it.
  private func row(
    _ what: String, _ at: Instant, _ rebalance: Rebalance?, _ losses: LossCounts?, _ weight: Double
  ) -> Row {
    let counts = losses.map { cells($0) } ?? [String](repeating: FaultTable.above, count: FaultTable.counts)
    let total = rebalance.map { $0.total == nil ? "–" : PhasesChart.time($0) } ?? "–"
    return Row(
      at: at, cells: [what, Readable.clock(at), total, rebalance?.parts ?? "–"] + counts,
      weight: weight + (rebalance?.total?.seconds ?? 0))
  }

  private func addNotes(to table: inout FigureTable, isAnyPlanned: Bool, haveReturns: Bool) {
    if isAnyPlanned {
      table.add(
        "After what is done on purpose, and the end of a fault: from the first bucket that was not whole then or later."
      )
    }
    if table.head.contains("of it disturbed") {
      table.add(
        "Of it disturbed: for how long of that some bucket was not whole, where for most of it all were, and when the last of "
          + "these times began.")
    }
    if table.rows.contains(where: { $0.contains(FaultTable.above) }) {
      let what = [
        haveReturns ? "by a return" : nil, outcome.heldDown.isEmpty ? nil : "while a node is held down",
      ]
      table.add(
        "Above: what clients lose \(what.compactMap { $0 }.joined(separator: " or ")) counts to what happened before it."
      )
    }
    let unnoticed = told.count(.flowsBrokenUnnoticed)
    if unnoticed > 0 {
      table.add(
        "Lost without their clients’ knowing when the run ended: \(Readable.count(unnoticed, told.flowNoun))."
      )
    }
    if told.flowsInDoubt > 0 {
      table.add(
        "When the run ended, no node would have answered \(Readable.count(told.flowsInDoubt, "open \(told.flowNoun)")): "
          + "more may be lost.")
    }
  }

  private func cells(_ losses: LossCounts) -> [String] {
    [
      losses.withNode, losses.elsewhere, losses.repeated - losses.repeatedByLoss, losses.repeatedByLoss,
      losses.unanswered, losses.refused, losses.answeredTwice,
    ].map { Readable.count($0) }
  }

  private func weight(_ losses: LossCounts) -> Double {
    Double(losses.withNode + losses.elsewhere + losses.unanswered + losses.refused + losses.answeredTwice)
      * 1e6
  }
}

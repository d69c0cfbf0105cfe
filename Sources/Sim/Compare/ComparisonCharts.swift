import Engine

/// The charts of a comparison.
struct ComparisonCharts {
  /// By fault: the distribution of its rebalance time on every side.
  var distributions: [Chart] = []
  var phases: Chart?
  /// For the first group whose owners changed: the simulator's owners around the fault, then the real kernel's.
  var ownership: [Chart] = []

  var all: [Chart] { distributions + [phases].compactMap { $0 } + ownership }

  static let possibleFiles =
    (1...8).map { "distribution-\($0).svg" } + [
      "phases.svg", "ownership-simulator.svg", "ownership-kernel.svg",
    ]

  init(
    _ scenario: Scenario, _ comparison: Comparison, calibrated: Comparison?, simulated: TrialResult,
    real: TrialResult
  ) {
    let words = FaultText(scenario)
    for (i, fault) in comparison.faults.enumerated() where distributions.count < 4 {
      guard let total = fault.total, total.realValues.count > 1 else { continue }
      var series = [
        ComparedDistribution.Series(name: "simulator", values: total.simulatedValues),
        ComparedDistribution.Series(name: "real kernel", values: total.realValues),
      ]
      if let better = calibrated?.faults[i].total {
        series.append(.init(name: "calibrated", values: better.simulatedValues))
      }
      let what = words.happened(fault.fault, isEnd: fault.isEnd)
      let isPlanned = fault.isEnd || scenario.faults[fault.fault].kind.traits.isPlanned
      distributions.append(
        ComparedDistribution(
          name: "distribution-\(distributions.count + 1)",
          title: "To one owner for every bucket: \(what.shortened(to: 50))",
          origin: isPlanned ? "the first bucket without one owner" : "the fault", series: series
        ).chart(
          finding: "\(what): \(Readable.time(total.simulated.mean ?? 0)) on average in the simulator, "
            + "\(Readable.time(total.real.mean ?? 0)) on the real kernel."))
    }
    phases = ComparedPhases(
      rows: comparison.faults.compactMap { fault in
        guard let detection = fault.detection, let spread = fault.spread else { return nil }
        return (words.happened(fault.fault, isEnd: fault.isEnd), detection, spread)
      }
    ).chart()
    // A node has the same colour on both sides.
    let histories = [simulated, real].flatMap { side in
      side.ownership.filter { !$0.changes.isEmpty }.map { OwnershipHistory($0, end: side.end) }
    }
    let nodes = NodeColours(scenario, histories, end: max(simulated.end, real.end))
    ownership = [
      ComparisonCharts.close(
        scenario, simulated, nodes, name: "ownership-simulator", title: "simulator"),
      ComparisonCharts.close(scenario, real, nodes, name: "ownership-kernel", title: "real kernel"),
    ].compactMap { $0 }
  }

  /// A trial's owners around the first fault, or end of one, that moved buckets later than at once; `nil` if none did.
  private static func close(
    _ scenario: Scenario, _ result: TrialResult, _ nodes: NodeColours, name: String, title: String
  ) -> Chart? {
    guard let rebalance = result.rebalances.first(where: { ($0.lastMove ?? .zero) > .zero }),
      let length = rebalance.lastMove,
      let timeline = result.ownership.first(where: { !$0.changes.isEmpty })
    else { return nil }
    let words = FaultText(scenario)
    let history = OwnershipHistory(timeline, end: result.end)
    let all = history.orderedByOwners(rank: nodes.rank)
    guard
      let (start, stop, order) = OwnershipDrawing.closeUp(
        history, all, from: rebalance.at, lasting: length, end: result.end)
    else { return nil }
    let trouble = OwnershipTrouble(history, from: start, to: stop)
    let what = words.happened(rebalance)
    return OwnershipChart(
      name: name,
      finding:
        "Owners of the buckets of \(words.group(timeline.group)) after \(what), \(title): \(trouble.words).",
      title: "\(title): \(what.shortened(to: 50))", history: history, order: order, nodes: nodes,
      marks: ChartMarks(scenario, end: result.end), start: start, stop: stop, origin: (rebalance.at, what)
    ).chart()
  }
}

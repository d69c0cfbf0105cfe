import Engine

/// Where the time of each rebalance went: detection, decision, commit, first packet.
///
/// Of many the longest are drawn, in order of time, and the title says so.
struct PhasesChart {
  static let names = ["detection", "decision", "commit", "first packet"]
  /// More than this are not drawn.
  static let most = 16

  let rebalances: [(number: Int, text: String, rebalance: Rebalance)]

  static func phases(_ rebalance: Rebalance) -> [Duration?] {
    [rebalance.detection, rebalance.decision, rebalance.commit, rebalance.firstPacket]
  }

  private static func sum(_ rebalance: Rebalance) -> Double {
    phases(rebalance).reduce(0) { $0 + ($1?.seconds ?? 0) }
  }

  /// - Parameter lead: what the picture says; how many are shown is added.
  func chart(finding lead: String) -> Chart? {
    let known = rebalances.filter { PhasesChart.phases($0.rebalance).contains { $0 != nil } }
    // The sort is stable by position, so that equal ones stay in order of time.
    let longest = known.indices.sorted { a, b in
      let (first, second) = (PhasesChart.sum(known[a].rebalance), PhasesChart.sum(known[b].rebalance))
      return first == second ? a < b : first > second
    }
    let shown = longest.prefix(PhasesChart.most).sorted().map { known[$0] }
    guard !shown.isEmpty else { return nil }
    return draw(shown, of: known.count, finding: lead)
  }

  private func draw(
    _ shown: [(number: Int, text: String, rebalance: Rebalance)], of count: Int, finding lead: String
  ) -> Chart {
    let extent =
      shown.count < count ? "the \(shown.count) longest of \(Readable.count(count))" : ""
    let sums = shown.map { PhasesChart.sum($0.rebalance) }
    let longest = sums.max() ?? 0
    let (unit, scale) = longest < 10 ? ("ms", 1000.0) : ("s", 1.0)
    let ink = ChartTheme.ink.light
    var blocks = [String](repeating: "NaN NaN NaN NaN\n", count: 4)
    var tics: [String] = []
    var labels = ""
    for (position, item) in shown.enumerated() {
      let y = Double(shown.count - position)
      var left = 0.0
      for (phase, length) in PhasesChart.phases(item.rebalance).enumerated() {
        guard let length, length > .zero else { continue }
        let right = left + length.seconds * scale
        blocks[phase] += Chart.rectangle(left, right, y - 0.32, y + 0.32)
        left = right
      }
      tics.append(Chart.tic("\(item.number) \(item.text.shortened(to: 34))", at: y))
      labels += "set label \(Chart.quoted(Readable.time(sums[position]))) at \(Chart.number(left)), "
      labels += "\(Chart.number(y)) left offset 0.6,0 textcolor rgb '\(ink)'\n"
    }
    let longestLabel = shown.map { "\($0.number) \($0.text.shortened(to: 34))".count }.max() ?? 0
    let height = ChartLegend.height(for: 4, atLeast: 130 + 44 * shown.count)
    let legend = ChartLegend(entries: Array(zip(PhasesChart.names, ChartTheme.phases)), height: height)
    var script = Chart.preamble(height: height)
    let title = "From the fault to the first packet at the new owner"
    script += "set title \(Chart.quoted(extent.isEmpty ? title : "\(title): \(extent)")) offset 0,0.5\n"
    script += "set tmargin 3\n" + legend.script(left: 30 + longestLabel * 15 / 2, top: 55)
    script += "set xlabel 'time since the fault [\(unit)]'\n"
    script += "set xrange [0:\(Chart.number(max(longest, 1e-6) * scale * 1.14))]\n"
    script += "set yrange [0.4:\(Chart.number(Double(shown.count) + 0.6))]\nunset grid\n"
    script += "set grid x back lt 1 lw 0.7 lc rgb '\(ChartTheme.grid.light)'\n"
    script += "set ytics (\(tics.joined(separator: ", ")))\n" + labels
    for (phase, rows) in blocks.enumerated() { script += "$p\(phase) << EOD\n\(rows)EOD\n" }
    script += "plot "
    script += PhasesChart.names.indices.map { phase in
      "$p\(phase) \(Chart.rectangles) lc rgb '\(ChartTheme.phases[phase])' notitle"
    }.joined(separator: ", \\\n  ")
    let finding = extent.isEmpty ? "\(lead)." : "\(lead); \(extent) are drawn."
    return Chart(name: "phases", finding: finding, script: script + "\n")
  }
}

extension String {
  /// Cut after so many letters, with an ellipsis if anything was cut.
  func shortened(to count: Int) -> String { self.count <= count ? self : prefix(count - 1) + "…" }
}

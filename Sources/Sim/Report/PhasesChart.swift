import Engine

/// Where the time of each rebalance went: detection, decision, commit, first packet.
///
/// Of many the longest are drawn, in order of time, and the title says so.
struct PhasesChart {
  static let names = ["detection", "decision", "commit", "first packet"]
  /// More than this are not drawn.
  static let most = 16

  let rebalances: [(number: Int?, text: String, rebalance: Rebalance)]

  static func phases(_ rebalance: Rebalance) -> [Duration?] {
    [rebalance.detection, rebalance.decision, rebalance.commit, rebalance.firstPacket]
  }

  /// The lengths of the bar's parts in seconds: first what no phase explains, where a phase is not known; then the phases.
  static func parts(_ rebalance: Rebalance) -> [Double] {
    let known = phases(rebalance).map { $0?.seconds ?? 0 }
    let isTold = rebalance.detection != nil && rebalance.decision != nil && rebalance.commit != nil
    let rest = isTold ? 0 : (rebalance.total?.seconds ?? 0) - known[0] - known[1] - known[2]
    return [max(0, rest)] + known
  }

  private static func block(_ part: Int) -> String { part == 0 ? "$rest" : "$p\(part - 1)" }

  private static func sum(_ rebalance: Rebalance) -> Double { parts(rebalance).reduce(0, +) }

  private static func label(_ number: Int?, _ text: String) -> String {
    (number.map { "\($0) " } ?? "") + text.shortened(to: 34)
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
    _ shown: [(number: Int?, text: String, rebalance: Rebalance)], of count: Int, finding lead: String
  ) -> Chart {
    let extent =
      shown.count < count ? "the \(shown.count) longest of \(Readable.count(count))" : ""
    let sums = shown.map { PhasesChart.sum($0.rebalance) }
    let longest = sums.max() ?? 0
    let (unit, scale) = longest < 10 ? ("ms", 1000.0) : ("s", 1.0)
    let ink = ChartTheme.ink.light
    var blocks = [String](repeating: "NaN NaN NaN NaN\n", count: 1 + PhasesChart.names.count)
    var tics: [String] = []
    var labels = ""
    for (position, item) in shown.enumerated() {
      let y = Double(shown.count - position)
      var left = 0.0
      for (part, length) in PhasesChart.parts(item.rebalance).enumerated() where length > 0 {
        let right = left + length * scale
        blocks[part] += Chart.rectangle(left, right, y - 0.32, y + 0.32)
        left = right
      }
      tics.append(Chart.tic(PhasesChart.label(item.number, item.text), at: y))
      labels += "set label \(Chart.quoted(Readable.time(sums[position]))) at \(Chart.number(left)), "
      labels += "\(Chart.number(y)) left offset 0.6,0 textcolor rgb '\(ink)'\n"
    }
    let longestLabel = shown.map { PhasesChart.label($0.number, $0.text).count }.max() ?? 0
    let isWhole = shown.allSatisfy { PhasesChart.parts($0.rebalance)[0] == 0 }
    let colours = [ChartTheme.others.light] + ChartTheme.phases
    let entries = Array(zip(["not told apart"] + PhasesChart.names, colours).dropFirst(isWhole ? 1 : 0))
    let height = ChartLegend.height(for: entries.count, atLeast: 130 + 44 * shown.count)
    let legend = ChartLegend(entries: entries, height: height)
    var script = Chart.preamble(height: height)
    let title = "From the fault to the first packet at the new owner"
    script += "set title \(Chart.quoted(extent.isEmpty ? title : "\(title): \(extent)")) offset 0,0.5\n"
    script += "set tmargin 3\n" + legend.script(left: 30 + longestLabel * 15 / 2, top: 55)
    script += "set xlabel 'time since the fault [\(unit)]'\n"
    script += "set xrange [0:\(Chart.number(max(longest, 1e-6) * scale * 1.14))]\n"
    script += "set yrange [0.4:\(Chart.number(Double(shown.count) + 0.6))]\nunset grid\n"
    script += "set grid x back lt 1 lw 0.7 lc rgb '\(ChartTheme.grid.light)'\n"
    script += "set ytics (\(tics.joined(separator: ", ")))\n" + labels
    let drawn = blocks.indices.dropFirst(isWhole ? 1 : 0)
    for part in drawn { script += "\(PhasesChart.block(part)) << EOD\n\(blocks[part])EOD\n" }
    script += "plot "
    script += drawn.map { part in
      "\(PhasesChart.block(part)) \(Chart.rectangles) lc rgb '\(colours[part])' notitle"
    }.joined(separator: ", \\\n  ")
    let finding = extent.isEmpty ? "\(lead)." : "\(lead); \(extent) are drawn."
    return Chart(name: "phases", finding: finding, script: script + "\n")
  }
}

extension String {
  /// Cut after so many letters, with an ellipsis if anything was cut.
  func shortened(to count: Int) -> String { self.count <= count ? self : prefix(count - 1) + "…" }
}

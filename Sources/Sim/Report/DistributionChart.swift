/// How one measure is spread over the trials: for each value, the share of trials that are known to be at or below it.
///
/// With fewer trials than ``TrialSummary/fewest`` each trial is a point. The interval of the mean is left out then: it
/// would be wider than the values.
struct DistributionChart {
  let measure: MeasureLabel
  let title: String
  /// The values of the trials that have one and whose value is not a lower bound; at least two.
  let values: [Double]
  /// How many more trials have a lower bound.
  var open = 0
  let summary: TrialSummary
  /// The bound of an expectation about this measure; `nil` without one.
  let bound: Double?

  func chart(finding: String) -> Chart? {
    guard values.count >= 2, values.allSatisfy(\.isFinite) else { return nil }
    let sorted = values.sorted()
    let isTime = measure.unit == .seconds
    let scale = isTime && sorted[sorted.count - 1] < 10 ? 1000.0 : 1.0
    let unit = isTime ? (scale == 1 ? "s" : "ms") : measure.unit.rawValue
    let shown = sorted.map { $0 * scale }
    let low = min(shown[0], bound.map { $0 * scale } ?? shown[0])
    let high = max(shown[shown.count - 1], bound.map { $0 * scale } ?? shown[0])
    let margin = max((high - low) * 0.06, abs(high) * 1e-3, 1e-9)
    let ink = ChartTheme.ink.light
    var steps = "$steps << EOD\n\(Chart.number(low - margin)) 0\n"
    for (i, value) in shown.enumerated() where i + 1 == shown.count || shown[i + 1] > value {
      steps += "\(Chart.number(value)) \(Chart.number(Double(i + 1) / Double(shown.count + open)))\n"
    }
    let last = Double(shown.count) / Double(shown.count + open)
    steps += "\(Chart.number(high + margin)) \(Chart.number(last))\nEOD\n"
    var script = Chart.preamble(height: 380)
    script += "set title \(Chart.quoted(title))\nset tmargin 3\n"
    script +=
      "set xlabel \(Chart.quoted("\(measure.name) [\(unit)]"))\nset ylabel 'share of trials at or below'\n"
    script +=
      "set xrange [\(Chart.number(low - margin)):\(Chart.number(high + margin))]\nset yrange [0:1.04]\n"
    script += steps
    let isFew = shown.count < TrialSummary.fewest
    var plots: [String] = []
    var entries = [(isFew ? "a trial" : "trials", ChartTheme.series(0))]
    if !isFew, let mean = summary.mean, let half = summary.halfWidth {
      let (left, right) = ((mean - half) * scale, (mean + half) * scale)
      script += "$interval << EOD\n\(Chart.rectangle(left, right, 0, 1.04))EOD\n"
      plots.append(
        "$interval \(Chart.rectangles) lc rgb '\(ChartTheme.series(4))' notitle")
      entries.append(("mean, 95 %", ChartTheme.series(4)))
    }
    plots.append("$steps using 1:2 with steps lw 2.5 lc rgb '\(ChartTheme.series(0))' notitle")
    if isFew {
      // Squares of 9 pixels in a plot that is about 735 wide and 250 high.
      let (width, height) = ((high - low + 2 * margin) * 0.006, 0.019)
      let points = shown.enumerated().map { i, value in
        let share = Double(i + 1) / Double(shown.count + open)
        return Chart.rectangle(value - width, value + width, share - height, share + height)
      }
      script += "$points << EOD\n\(points.joined())EOD\n"
      plots.append("$points \(Chart.rectangles) lc rgb '\(ChartTheme.series(0))' notitle")
    }
    if let bound {
      script += "$bound << EOD\n\(Chart.number(bound * scale)) 0\n\(Chart.number(bound * scale)) 1.04\nEOD\n"
      plots.append("$bound using 1:2 with lines lw 2 dt 2 lc rgb '\(ink)' notitle")
      entries.append(("bound expected", ink))
    }
    script += ChartLegend(entries: entries, height: 380).script(left: 90, top: 62)
    script += "plot " + plots.joined(separator: ", \\\n  ") + "\n"
    return Chart(name: "distribution", finding: finding, script: script)
  }
}

/// The distribution of one time on several sides: the share at or below each value, one line for each side.
struct ComparedDistribution {
  struct Series {
    let name: String
    /// At least one.
    let values: [Double]
  }

  let name: String
  let title: String
  /// The event that the time counts from, in words.
  let origin: String
  let series: [Series]

  func chart(finding: String) -> Chart {
    let all = series.flatMap(\.values)
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    let scale = high < 10 ? 1000.0 : 1
    let margin = max((high - low) * 0.05, 1e-4) * scale
    let (left, right) = (low * scale - margin, high * scale + margin)
    var script = Chart.preamble(height: 400)
    script += "set title \(Chart.quoted(title))\nset tmargin 3\n"
    script += "set xlabel \(Chart.quoted("time since \(origin) [\(scale == 1 ? "s" : "ms")]"))\n"
    script += "set ylabel 'share at or below'\n"
    script += "set xrange [\(Chart.number(left)):\(Chart.number(right))]\nset yrange [0:1.04]\n"
    var plots: [String] = []
    for (s, side) in series.enumerated() {
      let sorted = side.values.sorted()
      script += "$side\(s) << EOD\n\(Chart.number(left)) 0\n"
      for (i, value) in sorted.enumerated() where i + 1 == sorted.count || sorted[i + 1] > value {
        script += "\(Chart.number(value * scale)) \(Chart.number(Double(i + 1) / Double(sorted.count)))\n"
      }
      script += "\(Chart.number(right)) 1\nEOD\n"
      plots.append(
        "$side\(s) using 1:2 with steps lw \(s == 1 ? 3 : 2) \(s == 2 ? "dt 2 " : "")lc rgb '\(ChartTheme.series(s))' notitle"
      )
    }
    let entries = series.enumerated().map { ($0.element.name, ChartTheme.series($0.offset)) }
    script += ChartLegend(entries: entries, height: 400).script(left: 90, top: 62)
    script += "plot " + plots.joined(separator: ", \\\n  ") + "\n"
    return Chart(name: name, finding: finding, script: script)
  }
}

/// The parts of each fault's time: one bar for each side, with the mean detection and then the mean spread.
struct ComparedPhases {
  let rows: [(text: String, detection: ComparedMeasure, spread: ComparedMeasure)]

  func chart() -> Chart? {
    let rows = rows.prefix(8)
    guard !rows.isEmpty else { return nil }
    var (detections, spreads, tics, labels) = ("", "", [String](), "")
    var longest = 0.0
    let ink = ChartTheme.ink.light
    for (position, row) in rows.enumerated() {
      let sides = [
        ("simulator", row.detection.simulated.mean, row.spread.simulated.mean),
        ("real kernel", row.detection.real.mean, row.spread.real.mean),
      ]
      for (s, side) in sides.enumerated() {
        let y = Double(3 * (rows.count - position) - s)
        let (first, last) = ((side.1 ?? 0) * 1000, ((side.1 ?? 0) + (side.2 ?? 0)) * 1000)
        longest = max(longest, last)
        detections += Chart.rectangle(0, first, y - 0.4, y + 0.4)
        spreads += Chart.rectangle(first, last, y - 0.4, y + 0.4)
        tics.append(Chart.tic("\(row.text.shortened(to: 24)), \(side.0)", at: y))
        labels += "set label \(Chart.quoted(Readable.time(last / 1000))) at \(Chart.number(last)), "
        labels += "\(Chart.number(y)) left offset 0.6,0 textcolor rgb '\(ink)'\n"
      }
    }
    let height = 140 + 66 * rows.count
    let entries = [
      ("first new owner", ChartTheme.phases[0].light), ("last new owner", ChartTheme.phases[1].light),
    ]
    var script = Chart.preamble(height: height)
    script +=
      "set title 'From the fault to the first and the last bucket with another owner, means' offset 0,0.5\n"
    script += "set tmargin 3\n" + ChartLegend(entries: entries, height: height).script(left: 310, top: 55)
    script += "set xlabel 'time since the fault [ms]'\n"
    script += "set xrange [0:\(Chart.number(max(longest, 1e-3) * 1.16))]\n"
    script += "set yrange [1:\(Chart.number(Double(3 * rows.count) + 1))]\nunset grid\n"
    script += "set grid x back lt 1 lw 0.7 lc rgb '\(ChartTheme.grid.light)'\n"
    script += "set ytics (\(tics.joined(separator: ", ")))\n" + labels
    script += "$first << EOD\n\(detections)EOD\n$last << EOD\n\(spreads)EOD\n"
    script += "plot $first \(Chart.rectangles) lc rgb '\(entries[0].1)' notitle, \\\n"
    script += "  $last \(Chart.rectangles) lc rgb '\(entries[1].1)' notitle\n"
    return Chart(
      name: "phases", finding: "Where the time of each fault went, simulator and real kernel side by side.",
      script: script)
  }
}

import Engine

/// Who accepts which bucket over time, with everything that nobody or more than one node accepts.
struct OwnershipChart {
  let name: String
  let finding: String
  let title: String
  let history: OwnershipHistory
  let order: [Int]
  let nodes: [String]
  let marks: ChartMarks
  let start: Instant
  let stop: Instant
  /// The instant that the time axis calls zero, and what happened then; `nil`: the run's own zero.
  let origin: (at: Instant, text: String)?

  /// The pixel where the plot begins.
  private static let left = 150

  func chart() -> Chart {
    let grid = OwnershipGrid(history, order: order, from: start, to: stop)
    let isFine = origin != nil && (stop - start).seconds < 10
    let zero = origin?.at ?? .zero
    let x: (Instant) -> Double = { ($0 - zero).seconds * (isFine ? 1000 : 1) }
    let top = Double(grid.bands)
    let lanes = (hole: 1.05 * top...1.10 * top, double: 1.13 * top...1.18 * top)
    var rows = Rows()
    for r in grid.rectangles {
      rows.add(r.state, x(grid.instant(r.left)), x(grid.instant(r.right)), Double(r.bottom), Double(r.top))
      // Lanes above the picture: trouble in however few buckets shows at full height, at least 3 pixels wide.
      let wide = x(grid.instant(min(grid.columns, max(r.right, r.left + 3 * grid.columns / 720))))
      if r.state == .hole {
        rows.add(.hole, x(grid.instant(r.left)), wide, lanes.hole.lowerBound, lanes.hole.upperBound)
      } else if r.state == .double {
        rows.add(.double, x(grid.instant(r.left)), wide, lanes.double.lowerBound, lanes.double.upperBound)
      }
    }
    var plots = rows.plots(nodes: nodes)
    // The legend names hole and double even if there is none, so that their absence can be seen.
    plots.append(contentsOf: [
      ("$hole", "no owner", ChartTheme.hole.light), ("$double", "two owners", ChartTheme.double.light),
    ])
    if rows.hasForming { plots.append(("$forming", "forming", ChartTheme.forming.light)) }
    let height = ChartLegend.height(for: plots.count, atLeast: 460)
    let legend = ChartLegend(entries: plots.map { ($0.1, $0.2) }, height: height)
    var script = Chart.preamble(height: height)
    script += "set title \(Chart.quoted(title)) offset 0,1\nset tmargin 5\n"
    script += legend.script(left: OwnershipChart.left, top: 92)
    let unit = isFine ? "ms" : "s"
    script += "set xlabel \(Chart.quoted("time since \(origin?.text ?? "the start of the run") [\(unit)]"))\n"
    script += "set ylabel 'buckets, ordered by their owners'\n"
    script += "set xrange [\(Chart.number(x(start))):\(Chart.number(x(stop)))]\n"
    script += "set yrange [0:\(Chart.number(1.2 * top))]\nunset grid\n"
    script += ticks(top, lanes)
    script += marks.script(from: start, to: stop, width: legend.plotRight - Double(OwnershipChart.left), x: x)
    script += rows.data
    script += "plot "
    script += plots.map { "\($0.0) \(Chart.rectangles) lc rgb '\($0.2)' notitle" }
      .joined(separator: ", \\\n  ")
    return Chart(name: name, finding: finding, script: script + "\n")
  }

  private func ticks(_ top: Double, _ lanes: (hole: ClosedRange<Double>, double: ClosedRange<Double>))
    -> String
  {
    let count = history.bucketCount
    let values = count >= 4 ? [0, count / 4, count / 2, 3 * count / 4, count] : [0, count]
    var tics = values.map { "'\($0)' \(Chart.number(Double($0) / Double(count) * top))" }
    tics.append("'no owner' \(Chart.number((lanes.hole.lowerBound + lanes.hole.upperBound) / 2))")
    tics.append("'two owners' \(Chart.number((lanes.double.lowerBound + lanes.double.upperBound) / 2))")
    return "set ytics (\(tics.joined(separator: ", ")))\n"
  }

  /// Rectangles by state, as gnuplot data blocks.
  private struct Rows {
    private var owners: [[String]] = Array(repeating: [], count: 64)
    private var hole: [String] = []
    private var double: [String] = []
    private var forming: [String] = []

    var hasForming: Bool { !forming.isEmpty }

    mutating func add(_ state: Ownership, _ left: Double, _ right: Double, _ bottom: Double, _ top: Double) {
      let row = Chart.rectangle(left, right, bottom, top)
      switch state {
      case .owned(let node): owners[node.index].append(row)
      case .hole: hole.append(row)
      case .double: double.append(row)
      case .forming: forming.append(row)
      }
    }

    /// An empty block draws nothing but must have a line to be read.
    private func block(_ name: String, _ rows: [String]) -> String {
      "\(name) << EOD\n\(rows.isEmpty ? "NaN NaN NaN NaN\n" : rows.joined())EOD\n"
    }

    var data: String {
      var text = block("$hole", hole) + block("$double", double)
      if hasForming { text += block("$forming", forming) }
      for (node, rows) in owners.enumerated() where !rows.isEmpty { text += block("$n\(node)", rows) }
      return text
    }

    func plots(nodes: [String]) -> [(String, String, String)] {
      owners.enumerated().filter { !$0.element.isEmpty }.map { node, _ in
        let name = nodes.indices.contains(node) ? nodes[node] : "node\(node + 1)"
        return ("$n\(node)", name, ChartTheme.owner(node))
      }
    }
  }
}

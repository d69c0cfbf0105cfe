import Engine

/// Which node accepts which bucket over time, and what no node or more than one accepts.
struct OwnershipChart {
  let name: String
  let finding: String
  let title: String
  let history: OwnershipHistory
  /// The buckets that are drawn, from bottom to top; at least one.
  let order: [Int]
  let nodes: NodeColours
  let marks: ChartMarks
  let start: Instant
  let stop: Instant
  /// The instant that the time axis calls zero, and what happened then; `nil` for the start of the run.
  let origin: (at: Instant, text: String)?

  /// Two troubles with less time than this between them look like one, in a picture of some length; `nil` if the length
  /// is zero.
  static func narrowest(of length: Duration) -> Duration? {
    length > .zero ? Duration(nanoseconds: length.nanoseconds / Int64(columns) * 3) : nil
  }

  private static let columns = 720

  /// The pixel where the plot begins.
  private static let left = 150
  /// Pixels of the chart above and below the plot.
  private static let (above, below) = (97, 73)

  func chart() -> Chart {
    let grid = OwnershipGrid(history, order: order, from: start, to: stop, columns: OwnershipChart.columns)
    let isFine = origin != nil && (stop - start).seconds < 10
    let zero = origin?.at ?? .zero
    let x: (Instant) -> Double = { ($0 - zero).seconds * (isFine ? 1000 : 1) }
    let top = Double(grid.bands)
    let lanes = OwnershipLanes(top: top, found: Set(grid.stretches.map(\.state)))
    var areas = OwnershipAreas(nodes)
    for r in grid.rectangles {
      areas.add(r.state, x(grid.instant(r.left)), x(grid.instant(r.right)), Double(r.bottom), Double(r.top))
    }
    // Lanes above the picture show trouble at full height and at least 3 pixels wide, however few buckets have it.
    for (state, columns) in grid.stretches {
      guard let lane = lanes.lane(of: state) else { continue }
      let end = min(grid.columns, max(columns.upperBound, columns.lowerBound + 3 * grid.columns / 720))
      areas.add(
        state, x(grid.instant(columns.lowerBound)), x(grid.instant(end)), lane.lowerBound, lane.upperBound)
    }
    let entries = areas.legend(lanes)
    let height = ChartLegend.height(for: entries.count, atLeast: 460)
    let legend = ChartLegend(entries: entries, height: height)
    var script = Chart.preamble(height: height)
    script += "set title \(Chart.quoted(title)) offset 0,1\nset tmargin 5\n"
    script += legend.script(left: OwnershipChart.left, top: 92)
    let unit = isFine ? "ms" : "s"
    script +=
      "set xlabel \(Chart.quoted("time since \(origin?.text.shortened(to: 80) ?? "the start of the run") [\(unit)]"))\n"
    script += "set ylabel \(Chart.quoted(buckets))\n"
    script += "set xrange [\(Chart.number(x(start))):\(Chart.number(x(stop)))]\n"
    script += "set yrange [0:\(Chart.number(lanes.height))]\nunset grid\n"
    script += ticks(top, lanes)
    let width = legend.plotRight - Double(OwnershipChart.left)
    script += marks.script(from: start, to: stop, width: width, x: x)
    script += areas.names(
      width: width / (x(stop) - x(start)),
      height: Double(height - OwnershipChart.above - OwnershipChart.below) / lanes.height)
    script += areas.data
    script += "plot "
    script += areas.plots.map { "\($0.block) \(Chart.rectangles) lc rgb '\($0.colour)' notitle" }
      .joined(separator: ", \\\n  ")
    return Chart(name: name, finding: finding, script: script + "\n")
  }

  /// What the rows are.
  private var buckets: String {
    order.count == history.bucketCount
      ? "buckets, ordered by their owners"
      : "the \(Readable.count(order.count)) of \(Readable.count(history.bucketCount, "bucket")) that changed"
  }

  private func ticks(_ top: Double, _ lanes: OwnershipLanes) -> String {
    let count = order.count
    let values = count >= 4 ? [0, count / 4, count / 2, 3 * count / 4, count] : [0, count]
    var tics = values.map { "'\($0)' \(Chart.number(Double($0) / Double(count) * top))" }
    for (state, text) in OwnershipLanes.names {
      guard let lane = lanes.lane(of: state) else { continue }
      tics.append("'\(text)' \(Chart.number((lane.lowerBound + lane.upperBound) / 2))")
    }
    return "set ytics (\(tics.joined(separator: ", ")))\n"
  }
}

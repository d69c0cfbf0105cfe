import Engine

/// Where the time of each rebalance went: detection, decision, commit.
///
/// A bar begins when something happens and ends when all buckets are whole again. When the next client comes is not the
/// farm's doing, so that only the table has the first packet. If there are many rebalances, the longest are drawn, in
/// order of time, and the title says so.
struct PhasesChart {
  static let names = ["detection", "decision", "commit"]
  /// More bars than this are not drawn.
  static let most = 16
  /// In pixels.
  private static let thinnest = 3.0

  let rebalances: [(number: Int?, text: String, rebalance: Rebalance)]

  /// The known times of the phases, including that to the first packet.
  static func phases(_ rebalance: Rebalance) -> [Duration?] {
    [rebalance.detection, rebalance.decision, rebalance.commit, rebalance.firstPacket]
  }

  /// A part of a bar, in seconds since what happened. Part 0 is time that no phase explains; 1 and more are the phases.
  struct Segment: Hashable {
    let part: Int
    let from, to: Double
  }

  /// The bar of a rebalance, from left to right. It begins where ``Rebalance/total`` begins to count. For what is done
  /// on purpose and for ends of faults this is the first bucket that is not whole. Empty if no bucket was disturbed.
  static func segments(_ rebalance: Rebalance) -> [Segment] {
    let end = length(rebalance)
    var segments: [Segment] = []
    var left = rebalance.since.seconds
    func add(_ part: Int, _ from: Double, until to: Double) {
      let from = max(from, rebalance.since.seconds)
      if to > from { segments.append(Segment(part: part, from: from, to: to)) }
    }
    if let detection = rebalance.detection {
      left = max(left, min(detection.seconds, end))
      add(1, 0, until: left)
    }
    let commit = rebalance.isOver ? rebalance.commit?.seconds ?? 0 : 0
    let issued = max(left, end - commit)
    add(rebalance.detection != nil && rebalance.decision != nil ? 2 : 0, left, until: issued)
    add(3, issued, until: end)
    return segments
  }

  /// The same, with no part thinner than `least` seconds, so that each can be seen. A thin one begins earlier; where that
  /// is before 0 all end later.
  static func visible(_ segments: [Segment], atLeast least: Double) -> [Segment] {
    var right = Double.infinity
    var laid: [Segment] = []
    for segment in segments.reversed() {
      let to = min(segment.to, right)
      right = min(segment.from, to - least)
      laid.append(Segment(part: segment.part, from: right, to: to))
    }
    let shift = max(0, -right)
    return laid.reversed().map { Segment(part: $0.part, from: $0.from + shift, to: $0.to + shift) }
  }

  /// From what happened until every bucket was whole again, in seconds; 0 if none was disturbed.
  static func length(_ rebalance: Rebalance) -> Double {
    rebalance.total.map { (rebalance.since + $0).seconds } ?? 0
  }

  private static func block(_ part: Int) -> String { part == 0 ? "$rest" : "$p\(part - 1)" }

  /// The total as the table has it: `479 ms`, `at least 40 s`.
  static func time(_ rebalance: Rebalance) -> String {
    let total = rebalance.total?.seconds ?? 0
    return Readable.measured(Measured(total, isCensored: !rebalance.isOver), .seconds)
  }

  /// The text behind a bar: the total and what it counts from, `932 µs, from 480 ms on`. A time in parts also says for
  /// how long of it some bucket was not whole.
  static func end(_ rebalance: Rebalance) -> String {
    var text = time(rebalance)
    if rebalance.isInParts, let disturbed = rebalance.disturbed {
      text += ", \(Readable.time(disturbed)) of it disturbed"
    }
    return rebalance.since == .zero ? text : "\(text), from \(Readable.time(rebalance.since)) on"
  }

  /// A line has no room for more letters.
  private static let letters = 34

  /// The text before a bar, in one line or two.
  static func label(_ number: Int?, _ text: String) -> [String] {
    let whole = (number.map { "\($0) " } ?? "") + text
    guard whole.count > letters else { return [whole] }
    var first = ""
    for word in whole.split(separator: " ") {
      if first.count + word.count + 1 > letters { break }
      first += first.isEmpty ? String(word) : " \(word)"
    }
    // The first word is longer than a line.
    if first.isEmpty { return [whole.shortened(to: letters)] }
    return [first, String(whole.dropFirst(first.count + 1)).shortened(to: letters)]
  }

  /// The legend's name for time that no phase explains: the same as ``Rebalance/gap`` if all bars have the same gap.
  private static func rest(_ shown: [Rebalance]) -> String? {
    let those = shown.filter { segments($0).contains { $0.part == 0 } }
    let gaps = Set(those.map(\.gap))
    guard let gap = gaps.first else { return nil }
    return gaps.count > 1 ? "no phase known" : gap == "none" ? "none of them" : gap
  }

  /// - Parameter lead: the finding; how many bars are drawn is added to it.
  func chart(finding lead: String) -> Chart? {
    let known = rebalances.filter { !PhasesChart.segments($0.rebalance).isEmpty }
    // The sort is stable by position, so that equal ones stay in order of time.
    let longest = known.indices.sorted { a, b in
      let (first, second) = (known[a].rebalance.total ?? .zero, known[b].rebalance.total ?? .zero)
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
    let longest = shown.map { PhasesChart.length($0.rebalance) }.max() ?? 0
    let (unit, scale) = longest < 10 ? ("ms", 1000.0) : ("s", 1.0)
    let ink = ChartTheme.ink.light
    let longestLabel = shown.flatMap { PhasesChart.label($0.number, $0.text).map(\.count) }.max() ?? 0
    let rest = PhasesChart.rest(shown.map { $0.rebalance })
    let isWhole = rest == nil
    let colours = [ChartTheme.others.light] + ChartTheme.phases.map(\.light)
    let entries = Array(zip([rest ?? ""] + PhasesChart.names, colours).dropFirst(isWhole ? 1 : 0))
    let height = ChartLegend.height(for: entries.count, atLeast: 130 + 44 * shown.count)
    let legend = ChartLegend(entries: entries, height: height)
    let start = 30 + longestLabel * 15 / 2
    // A letter is about 7 pixels wide. The text behind the longest bars needs room.
    let width = legend.plotRight - Double(start)
    let room =
      shown.map { item in
        let text = Double(PhasesChart.end(item.rebalance).count) * 7.2 + 12
        return PhasesChart.length(item.rebalance) / max(0.2, 1 - text / width)
      }.max() ?? longest
    let right = max(room, longest * 1.02, 1e-6)
    var blocks = [String](repeating: "NaN NaN NaN NaN\n", count: 1 + PhasesChart.names.count)
    var tics: [String] = []
    var labels = ""
    for (position, item) in shown.enumerated() {
      let y = Double(shown.count - position)
      let segments = PhasesChart.visible(
        PhasesChart.segments(item.rebalance), atLeast: PhasesChart.thinnest * right / width)
      for segment in segments {
        blocks[segment.part] += Chart.rectangle(segment.from * scale, segment.to * scale, y - 0.32, y + 0.32)
      }
      let lines = PhasesChart.label(item.number, item.text)
      for (place, line) in lines.enumerated() {
        // Two lines are 16 pixels apart.
        tics.append(Chart.tic(line, at: lines.count == 1 ? y : place == 0 ? y + 0.18 : y - 0.18))
      }
      let end = Chart.number((segments.last?.to ?? 0) * scale)
      labels += "set label \(Chart.quoted(PhasesChart.end(item.rebalance))) at \(end), "
      labels += "\(Chart.number(y)) left offset 0.6,0 textcolor rgb '\(ink)'\n"
    }
    var script = Chart.preamble(height: height)
    let title = "From what happened until every bucket was whole again"
    script += "set title \(Chart.quoted(extent.isEmpty ? title : "\(title): \(extent)")) offset 0,0.5\n"
    script += "set tmargin 3\n" + legend.script(left: start, top: 55)
    script += "set xlabel 'time since it happened [\(unit)]'\n"
    script += "set xrange [0:\(Chart.number(right * scale))]\n"
    script += "set yrange [0.4:\(Chart.number(Double(shown.count) + 0.6))]\nunset grid\n"
    script += "set grid x back lt 1 lw 0.7 lc rgb '\(ChartTheme.grid.light)'\n"
    // The two lines of a label have no single place for a stroke.
    let strokes = tics.count > shown.count ? "scale 0 " : ""
    script += "set ytics \(strokes)(\(tics.joined(separator: ", ")))\n" + labels
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

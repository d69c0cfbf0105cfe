import Engine

/// Where faults begin and end: dashed lines with numbers and, if all of them have room, with words.
///
/// Many lines would hide the picture: they become short strokes above it.
struct ChartMarks {
  struct Mark: Hashable {
    let number: Int
    let fault: Int
    let isEnd: Bool
    let at: Instant
    let text: String
  }

  let marks: [Mark]

  /// More marks than this in one picture become strokes above it.
  private static let mostLines = 20
  /// The width of a digit in pixels, of the widest of common fonts.
  private static let digit = 8.3

  /// Numbers the marks in order of time, as the table of faults does.
  init(_ scenario: Scenario, _ outcome: RunOutcome = RunOutcome(), end: Instant) {
    let words = FaultText(scenario, outcome)
    var found: [(at: Instant, fault: Int, isEnd: Bool)] = []
    for (index, fault) in scenario.faults.enumerated() {
      found.append((.zero + fault.at, index, false))
      if let until = fault.until { found.append((.zero + until, index, true)) }
    }
    // Stable: equal times stay in the scenario's order.
    let sorted = found.enumerated().sorted { a, b in
      a.element.at == b.element.at ? a.offset < b.offset : a.element.at < b.element.at
    }
    marks = sorted.filter { $0.element.at <= end }.enumerated().map { position, item in
      let (at, fault, isEnd) = item.element
      return Mark(
        number: position + 1, fault: fault, isEnd: isEnd, at: at, text: words.happened(fault, isEnd: isEnd))
    }
  }

  /// The number of the mark where a rebalance began; `nil` if no edge of the fault plan began it.
  func number(of rebalance: Rebalance) -> Int? {
    if rebalance.healthy != nil { return nil }
    return marks.first { $0.fault == rebalance.fault && $0.isEnd == rebalance.isEnd }?.number
  }

  /// gnuplot lines for a chart that is `width` pixels wide from `start` to `stop`. `x` turns an instant into the
  /// chart's coordinate.
  func script(from start: Instant, to stop: Instant, width: Double, x: (Instant) -> Double) -> String {
    let shown = marks.filter { $0.at >= start && $0.at <= stop }
    let scale = width / (stop - start).seconds
    let ink = ChartTheme.ink.light
    let lines = shown.count <= ChartMarks.mostLines ? "0" : "1.0"
    let (end, dash) = shown.count <= ChartMarks.mostLines ? ("1", "dt 2 ") : ("1.02", "")
    var script = ""
    func place(_ position: Int) -> Double {
      position < shown.count ? (shown[position].at - start).seconds * scale : width
    }
    // A letter has about 7 pixels. If only some marks had words, the others would seem to have none.
    let haveWords = shown.indices.allSatisfy { i in
      Double("\(shown[i].number) \(shown[i].text)".count) * 7 < place(i + 1) - place(i) - 8
    }
    for mark in shown {
      let at = Chart.number(x(mark.at))
      script += "set arrow from \(at), graph \(lines) to \(at), graph \(end) nohead \(dash)lw 1.2 "
      script += "lc rgb '\(ink)' front\n"
    }
    var first = 0
    while first < shown.count {
      var label = haveWords ? "\(shown[first].number) \(shown[first].text)" : "\(shown[first].number)"
      var last = first
      // Numbers that would overlap share one label, so that no number is lost.
      while last + 1 < shown.count,
        place(last + 1) < place(first) + Double(label.count) * ChartMarks.digit + 6
      {
        last += 1
        label = "\(shown[first].number)–\(shown[last].number)"
      }
      let at = Chart.number(x(shown[first].at))
      script +=
        "set label \(Chart.quoted(label)) at \(at), graph 1.0 left offset -0.3,0.7 textcolor rgb '\(ink)'\n"
      first = last + 1
    }
    return script
  }
}

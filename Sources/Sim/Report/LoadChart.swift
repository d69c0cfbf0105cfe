import Engine

/// Packets a second that each node accepted, stacked; below them those that no node or several accepted, or that no
/// application answered.
///
/// Nodes with a colour of their own have a layer each, the others share one. A long run has more bins than the picture
/// has room for: neighbouring bins then become one.
struct LoadChart {
  let load: LoadTimeline
  let nodes: NodeColours
  let marks: ChartMarks
  let end: Instant
  /// Times at which a node's kernel accepted packets that its application did not serve, in order of nodes and time.
  var unserved: [Unserved] = []

  struct Unserved: Hashable {
    var node: Int
    var from, until: Instant
  }

  /// The pixel where the plots begin.
  private static let left = 118

  func chart(finding: String) -> Chart? {
    let bins = load.lost.count
    guard bins > 0, load.binWidth > .zero, end > .zero, load.accepted.allSatisfy({ $0.count == bins }),
      load.unserved.isEmpty || load.unserved.count == bins
    else { return nil }
    let layers = layers
    let isSilent = layers.isEmpty && load.lost.allSatisfy { $0 == 0 }
    if isSilent { return nil }
    let most = 240
    let step = (bins + most - 1) / most
    let ink = ChartTheme.ink.light
    let height = 520
    let silent = hatched(layers, step: step)
    let isAnyUnserved = load.unserved.contains { $0 > 0 }
    let troubles =
      (silent.isEmpty && !isAnyUnserved ? [] : [("not served", ChartTheme.unserved.light)])
      + [("lost", ChartTheme.hole.light), ("twice", ChartTheme.double.light)]
    let legend = ChartLegend(
      entries: layers.reversed().map { ($0.name, $0.colour) } + troubles, height: height)
    var script = Chart.preamble(height: height)
    script += "set multiplot\n" + legend.script(left: LoadChart.left, top: 92)
    script += "set xrange [0:\(Chart.number(end.seconds))]\n"
    script += "set size 1,0.66\nset origin 0,0.34\nset tmargin 5\nset bmargin 1\n"
    script += "set title 'Packets accepted by each node, stacked' offset 0,1\n"
    script += "set ylabel 'packets a second'\nset yrange [0:*]\nset format x ''\n"
    script += marks.script(
      from: .zero, to: end, width: legend.plotRight - Double(LoadChart.left), x: \.seconds)
    script += stack(layers, step: step)
    if !silent.isEmpty { script += "$silent << EOD\n\(silent)EOD\n" }
    script += layers.isEmpty ? "set yrange [0:1]\nplot -1 notitle\n" : "plot "
    script += layers.map { "\($0.block) using 1:2:3 with filledcurves lc rgb '\($0.colour)' notitle" }
      .joined(separator: ", \\\n  ")
    if !layers.isEmpty, !silent.isEmpty {
      script += ", \\\n  $silent \(Chart.rectangles) lc rgb '\(ChartTheme.unserved.light)' notitle"
    }
    script +=
      "\nunset label\nunset object\nunset title\nset size 1,0.34\nset origin 0,0\nset tmargin 1\nset bmargin 4\n"
    script += "set format x '%g'\nset xlabel 'time since the start of the run [s]'\n"
    script += "set ylabel 'packets a second'\n"
    let peak =
      stride(from: 0, to: bins, by: step).map {
        let unserved = isAnyUnserved ? bin(load.unserved, $0, step).rate : 0
        return max(bin(load.lost, $0, step).rate + unserved, bin(load.twice, $0, step).rate)
      }.max() ?? 0
    let top = LoadChart.roundUp(peak)
    script += bars("$lost", load.lost, step: step, atLeast: top * LoadChart.lowest)
    script += bars("$twice", load.twice, step: step, atLeast: top * LoadChart.lowest)
    if isAnyUnserved {
      script += bars("$unserved", load.unserved, over: load.lost, step: step, atLeast: top * LoadChart.lowest)
    }
    if peak > 0 {
      script += "set yrange [0:\(Chart.number(top))]\n"
      script += "set ytics (0, \(Chart.number(top / 2)), \(Chart.number(top)))\n"
    } else {
      script += "set yrange [0:1]\nset ytics (0)\n"
      script += "set label 'none' at graph 0.5, graph 0.5 center textcolor rgb '\(ink)'\n"
    }
    script += "plot $lost \(Chart.rectangles) lc rgb '\(ChartTheme.hole.light)' notitle, \\\n"
    if isAnyUnserved {
      script += "  $unserved \(Chart.rectangles) lc rgb '\(ChartTheme.unserved.light)' notitle, \\\n"
    }
    script += "  $twice \(Chart.rectangles) lc rgb '\(ChartTheme.double.light)' notitle\n"
    script += "unset multiplot\n"
    return Chart(name: "load", finding: finding, script: script)
  }

  /// Smallest height of a bar, as a share of the lower plot. The plot is about 110 pixels high, so that a bar has 3.
  private static let lowest = 0.03

  /// One colour of the stack, with the packets by bin.
  private struct Layer {
    let block, name, colour: String
    /// `nil` for the layer of several nodes.
    let node: Int?
    let accepted: [Int]
  }

  /// From bottom to top. Nodes that accepted nothing have no layer, and those without a colour share one.
  private var layers: [Layer] {
    let served = load.accepted.indices.filter { load.accepted[$0].contains { $0 > 0 } }
    var layers: [Layer] = []
    for node in served where nodes.isNamed(node) {
      layers.append(
        Layer(
          block: "$n\(node)", name: nodes.name(of: node), colour: nodes.tone(of: node).light, node: node,
          accepted: load.accepted[node]))
    }
    let others = served.filter { !nodes.isNamed($0) }
    if !others.isEmpty {
      let sums = load.lost.indices.map { bin in others.reduce(0) { $0 + load.accepted[$1][bin] } }
      layers.append(
        Layer(
          block: "$others", name: nodes.othersName, colour: ChartTheme.others.light, node: nil,
          accepted: sums))
    }
    return layers
  }

  /// The next number above that is 1, 2, 4, 6 or 10 times a power of ten, so that half of it is short too.
  private static func roundUp(_ value: Double) -> Double {
    var power = 1e-9
    while power * 10 < value { power *= 10 }
    return [1, 2, 4, 6, 10].map { $0 * power }.first { $0 >= value } ?? value
  }

  /// Left and right edge of a group of bins, in seconds, and the rate of a series over it.
  private func bin(_ series: [Int], _ first: Int, _ step: Int) -> (left: Double, right: Double, rate: Double)
  {
    let last = min(first + step, series.count)
    let width = load.binWidth.seconds
    let left = Double(first) * width
    // The end of the run may cut the last bin.
    let right = max(min(Double(last) * width, end.seconds), left)
    let sum = series[first..<last].reduce(0, +)
    return (left, right, right > left ? Double(sum) / (right - left) : 0)
  }

  /// Two lines `x low high` for each bin, so that the curve has steps.
  private func stack(_ layers: [Layer], step: Int) -> String {
    var base = [Double](repeating: 0, count: load.lost.count)
    var text = ""
    for layer in layers {
      text += "\(layer.block) << EOD\n"
      for first in stride(from: 0, to: load.lost.count, by: step) {
        let (left, right, rate) = bin(layer.accepted, first, step)
        let low = Chart.number(base[first])
        base[first] += rate
        let high = Chart.number(base[first])
        text += "\(Chart.number(left)) \(low) \(high)\n\(Chart.number(right)) \(low) \(high)\n"
      }
      text += "EOD\n"
    }
    return text
  }

  /// Rectangles over the parts of the stack that applications did not serve; empty if there are none.
  private func hatched(_ layers: [Layer], step: Int) -> String {
    if unserved.isEmpty { return "" }
    var base = [Double](repeating: 0, count: load.lost.count)
    var text = ""
    for layer in layers {
      let spans = unserved.filter { $0.node == layer.node }
      for first in stride(from: 0, to: load.lost.count, by: step) {
        let (left, right, rate) = bin(layer.accepted, first, step)
        for span in spans where rate > 0 && span.from.seconds < right && span.until.seconds > left {
          text += Chart.rectangle(
            max(left, span.from.seconds), min(right, span.until.seconds), base[first], base[first] + rate)
        }
        base[first] += rate
      }
    }
    return text
  }

  /// - Parameter others: a series whose bars these stand on; empty if they stand on the axis.
  private func bars(
    _ block: String, _ series: [Int], over others: [Int] = [], step: Int, atLeast lowest: Double
  ) -> String {
    var text = "\(block) << EOD\nNaN NaN NaN NaN\n"
    for first in stride(from: 0, to: series.count, by: step) {
      let (left, right, rate) = bin(series, first, step)
      if rate == 0 { continue }
      let below = others.isEmpty ? 0 : bin(others, first, step).rate
      let bottom = below > 0 ? max(below, lowest) : 0
      text += Chart.rectangle(left, right, bottom, bottom + max(rate, lowest))
    }
    return text + "EOD\n"
  }
}

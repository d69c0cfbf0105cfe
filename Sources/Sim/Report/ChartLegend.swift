/// A legend to the right of the plot. We lay it out in pixels, since gnuplot guesses the width of letters and lets a
/// long legend run into the picture.
struct ChartLegend {
  /// At most ``most``.
  let entries: [(text: String, colour: String)]
  /// Height of the whole chart, in pixels.
  let height: Int

  static let width = 960
  /// The most entries: one for each colour of a node, one for the other nodes, and the kinds of trouble.
  static let most = 14
  /// More letters of a name than this do not fit.
  private static let letters = 18
  private static let rowHeight = 19.0

  private var textWidth: Double {
    34 + 7.6 * Double(entries.map { min($0.text.count, ChartLegend.letters) }.max() ?? 0)
  }

  /// The pixel where the plot must end.
  var plotRight: Double { Double(ChartLegend.width) - textWidth - 26 }

  /// How high a chart must be for its legend to fit below the title, in pixels.
  static func height(for entries: Int, atLeast least: Int) -> Int { max(least, 110 + 19 * entries) }

  /// gnuplot lines: margins, samples and texts.
  /// - Parameters:
  ///   - left: the pixel where the plot begins.
  ///   - top: the pixel, from the top of the chart, where the legend begins.
  ///   - tag: the first number for gnuplot objects. Two legends of one chart need different numbers.
  func script(left: Int, top: Int, tag: Int = 1) -> String {
    precondition(entries.count <= ChartLegend.most, "a legend of a few lines")
    var text = "unset key\nset lmargin at screen \(x(Double(left)))\nset rmargin at screen \(x(plotRight))\n"
    for (index, entry) in entries.enumerated() {
      let sample = plotRight + 22
      let middle = Double(top) + (Double(index) + 0.5) * ChartLegend.rowHeight
      text += "set object \(tag + index) rectangle from screen \(x(sample)), screen \(y(middle - 6)) "
      text += "to screen \(x(sample + 18)), screen \(y(middle + 6)) "
      text += "fillstyle solid 1 noborder fillcolor rgb '\(entry.colour)'\n"
      text +=
        "set label \(tag + index) \(Chart.quoted(entry.text.shortened(to: ChartLegend.letters))) at screen "
      text += "\(x(sample + 25)), screen \(y(middle)) left textcolor rgb '\(ChartTheme.ink.light)'\n"
    }
    return text
  }

  private func x(_ pixel: Double) -> String { Chart.number(pixel / Double(ChartLegend.width)) }
  private func y(_ pixel: Double) -> String { Chart.number(1 - pixel / Double(height)) }
}

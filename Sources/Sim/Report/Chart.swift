import FarmFile
import Foundation

/// One picture of a report: gnuplot's script, and what it shows in words.
struct Chart {
  /// The file's name without its ending.
  let name: String
  /// What the picture says, as a sentence: its alternative text.
  let finding: String
  let script: String

  var file: String { "\(name).svg" }

  /// The lines that all charts begin with.
  static func preamble(height: Int) -> String {
    let ink = ChartTheme.ink.light
    let grid = ChartTheme.grid.light
    return """
      set encoding utf8
      set terminal svg size \(ChartLegend.width),\(height) noenhanced font 'sans-serif,13' background rgb '\(ChartTheme.background.light)'
      set output 'drawing.svg'
      set border 3 lc rgb '\(ink)'
      set tics out nomirror textcolor rgb '\(ink)'
      set grid back lt 1 lw 0.7 lc rgb '\(grid)'
      set style fill solid 1 noborder
      set title textcolor rgb '\(ink)' font 'sans-serif,15'
      set xlabel textcolor rgb '\(ink)'
      set ylabel textcolor rgb '\(ink)'

      """
  }

  /// A text for gnuplot, in single quotes: gnuplot runs and replaces nothing in them.
  ///
  /// A quote in the text becomes a typographic apostrophe. gnuplot 5.4 reads two quotes as one only in some places: not
  /// at the beginning of a text, and not twice in a row.
  static func quoted(_ text: String) -> String {
    "'" + PlainText.line(text).replacing { $0 == "'" ? "’" : nil } + "'"
  }

  /// A text at a place of an axis, for `set ytics`. gnuplot reads it as a format, in which two `%` mean one.
  static func tic(_ text: String, at place: Double) -> String {
    "\(quoted(text.replacing { $0 == "%" ? "%%" : nil })) \(number(place))"
  }

  /// A number for gnuplot.
  static func number(_ value: Double) -> String { String(format: "%.9g", value) }

  /// A rectangle as a line of data for `boxxyerror`, with ``rectangles``.
  static func rectangle(_ left: Double, _ right: Double, _ bottom: Double, _ top: Double) -> String {
    "\(number(left)) \(number(right)) \(number(bottom)) \(number(top))\n"
  }

  /// How to plot lines of ``rectangle(_:_:_:_:)``.
  static let rectangles = "using 1:3:1:2:3:4 with boxxyerror"
}

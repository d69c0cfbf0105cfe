import FarmFile
import Foundation

/// gnuplot's SVG made fit for a page: readable in light and dark, small, and always the same bytes.
enum SVGDocument {
  /// - Parameter title: what the chart shows, for readers that do not see it.
  static func finish(_ svg: String, title: String) -> String {
    // Names the program that drew it, which varies between machines.
    var text = removing("<title>Gnuplot</title>", "</desc>", from: svg)
    // Point symbols and text boxes that no chart uses.
    text = removing("<defs>\n\n\t<circle id='gpDot'", "</defs>", from: text)
    text = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { isWords($0) ? words($0) : attributes(String($0)) }.joined(separator: "\n")
    text = ChartHatch.laid(over: SVGPaths.merged(withoutEmptyGroups(text)))
    let hatches = "<defs>\(ChartHatch.all.map(\.definition).joined())</defs>"
    let head = "<g id=\"gnuplot_canvas\">"
    return text.replacingOccurrences(
      of: head, with: "<title>\(escaped(title))</title>\n\(style)\n\(hatches)\n\(head)")
  }

  /// gnuplot writes the words of a chart on lines of their own.
  private static func isWords(_ line: Substring) -> Bool { line.drop { $0 == "\t" }.hasPrefix("<text") }

  /// Words stay as they are, except for `]]>`, which XML does not allow in a text and gnuplot does not escape.
  private static func words(_ line: Substring) -> String {
    String(line).replacingOccurrences(of: "]]>", with: "]]&gt;", options: .literal)
  }

  private static func attributes(_ line: String) -> String {
    var text = hexColours(line)
    text = text.replacingOccurrences(of: " color=\"black\"", with: "")
    text = text.replacingOccurrences(of: " color=\"#ffffff\"", with: "")
    text = text.replacingOccurrences(of: " = '", with: "='")
    for name in ["currentColor", "black"] {
      text = text.replacingOccurrences(of: "\"\(name)\"", with: "\"\(ChartTheme.ink.light)\"")
    }
    return text
  }

  /// Attribute selectors take precedence over gnuplot's presentation attributes. A viewer without style sheets shows
  /// the light chart on its own light ground.
  private static let style: String = {
    var rules = ""
    for tone in ChartTheme.tones {
      rules += "[fill=\"\(tone.light)\"]{fill:\(tone.dark)}[stroke=\"\(tone.light)\"]{stroke:\(tone.dark)}"
    }
    return "<style>@media (prefers-color-scheme: dark){\(rules)}</style>"
  }()

  /// `rgb(  0, 114, 178)` as `#0072b2`.
  private static func hexColours(_ svg: String) -> String {
    var result = ""
    var rest = Substring(svg)
    while let open = rest.range(of: "rgb("), let close = rest[open.upperBound...].firstIndex(of: ")") {
      result += rest[..<open.lowerBound]
      let parts = rest[open.upperBound..<close].split(separator: ",").compactMap {
        UInt8($0.trimmingCharacters(in: .whitespaces))
      }
      result +=
        parts.count == 3
        ? "#" + parts.map { String(format: "%02x", Int($0)) }.joined() : String(rest[open.lowerBound...close])
      rest = rest[rest.index(after: close)...]
    }
    return (result + rest).replacingOccurrences(of: "#FFFFFF", with: "#ffffff")
  }

  private static func removing(_ start: String, _ end: String, from text: String) -> String {
    guard let open = text.range(of: start), let close = text[open.upperBound...].range(of: end) else {
      return text
    }
    return String(text[..<open.lowerBound] + text[close.upperBound...])
  }

  private static func withoutEmptyGroups(_ text: String) -> String {
    var lines: [Substring] = []
    for line in text.split(separator: "\n") {
      if line == "</g>", let last = lines.last, last.hasPrefix("<g "), last.hasSuffix(">"),
        !last.contains("</")
      {
        lines.removeLast()
      } else {
        lines.append(line)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The only text that does not pass through gnuplot.
  private static func escaped(_ text: String) -> String {
    PlainText.line(text).replacing { sign in
      switch sign {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      default: nil
      }
    }
  }
}

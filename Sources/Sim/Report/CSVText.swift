import Engine
import FarmFile

/// Comma-separated values, row by row, with a header: RFC 4180 with line feeds.
///
/// Numbers have a decimal point and no spaces. An empty cell means that there is no value.
struct CSVText {
  private(set) var text: String
  private let columns: Int

  init(_ header: [String]) {
    columns = header.count
    text = header.map(CSVText.cell).joined(separator: ",") + "\n"
  }

  /// - Precondition: `cells` has one cell for each column.
  mutating func row(_ cells: [String]) {
    precondition(cells.count == columns, "a row has a cell for each column")
    for (i, cell) in cells.enumerated() {
      if i > 0 { text += "," }
      text += CSVText.cell(cell)
    }
    text += "\n"
  }

  /// Seconds, exact to the nanosecond.
  static func seconds(_ instant: Instant) -> String {
    let since: Duration = instant - Instant.zero
    return seconds(since)
  }

  static func seconds(_ duration: Duration?) -> String {
    guard let duration else { return "" }
    let (whole, rest) = duration.nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    var text = (duration.nanoseconds < 0 ? "-" : "") + String(whole)
    if rest > 0 {
      var digits = String(rest)
      digits = String(repeating: "0", count: 9 - digits.count) + digits
      while digits.last == "0" { digits.removeLast() }
      text += "." + digits
    }
    return text
  }

  /// Quotes a cell if it must be quoted. A character that could steer a terminal becomes a blank.
  private static func cell(_ content: String) -> String {
    let plain = PlainText.line(content)
    guard plain.utf8.contains(where: { $0 == 0x2c || $0 == 0x22 }) else { return plain }
    return "\"" + plain.replacing { $0 == "\"" ? "\"\"" : nil } + "\""
  }
}

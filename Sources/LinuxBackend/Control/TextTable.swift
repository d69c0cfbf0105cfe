import FarmFile

/// Rows of text in columns that line up, two spaces apart.
struct TextTable {
  private var rows: [[String]]

  init(header: [String]) { rows = [header.map(PlainText.line)] }

  /// Cells are names and reasons of files, programs and other nodes: each stays in its row.
  /// - Precondition: as many cells as the header has.
  mutating func add(_ row: [String]) {
    precondition(row.count == rows[0].count, "a row of another table")
    rows.append(row.map(PlainText.line))
  }

  /// All lines, ends included; no blanks at their ends.
  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (cell, width) in zip(row, widths) {
        line += cell + String(repeating: " ", count: width - cell.count + 2)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

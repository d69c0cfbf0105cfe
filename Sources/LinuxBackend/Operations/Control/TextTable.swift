import FarmFile

/// Rows of text in columns that line up, two spaces apart.
struct TextTable {
  private var rows: [[String]]

  init(header: [String]) { rows = [header.map(PlainText.line)] }

  /// Adds a row. Cells come from files, programs and other nodes: each is made one line of plain text.
  /// - Precondition: as many cells as the header has.
  mutating func add(_ row: [String]) {
    precondition(row.count == rows[0].count, "a row of another table")
    rows.append(row.map(PlainText.line))
  }

  /// All lines, ends included, without trailing blanks.
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

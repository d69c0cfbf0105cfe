/// A table of figures, for a terminal and for a page.
struct FigureTable {
  let title: String
  let head: [String]
  /// One letter a column: `l` or `r`.
  let alignment: String
  let rows: [[String]]
  /// What is left out, and what the columns mean: a sentence or two each.
  private(set) var notes: [String] = []

  /// Keeps the rows that matter most, in their order, and drops columns in which every row is empty.
  /// - Parameters:
  ///   - names: how many columns stay in any case.
  ///   - weights: one for each row. The rows with the largest stay; of equal ones, the earlier.
  ///   - elsewhere: texts of cells that only say where a row is counted; they count as empty.
  init(
    title: String, names: Int, head: [String], alignment: String, rows: [[String]], weights: [Double],
    atMost most: Int, rest: String, elsewhere: Set<String> = []
  ) {
    let nothing = elsewhere.union(["0", "–"])
    let told = head.indices.filter { c in c < names || rows.contains { !nothing.contains($0[c]) } }
    let sides = Array(alignment)
    self.title = title
    self.head = told.map { head[$0] }
    self.alignment = String(told.map { sides[$0] })
    let order = rows.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
    self.rows = order.prefix(most).sorted().map { r in told.map { rows[r][$0] } }
    if rows.count > most { notes = ["\(Readable.count(rows.count - most)) more are left out: \(rest)."] }
  }

  /// Adds a sentence below the table.
  mutating func add(_ sentence: String) { notes.append(sentence) }

  /// Aligned columns under a title, for a terminal.
  var lines: [String] {
    let all = [head] + rows
    let widths = head.indices.map { c in all.map { $0[c].count }.max() ?? 0 }
    let sides = Array(alignment)
    let body = all.map { row in
      let cells = row.indices.map { c in
        let padding = String(repeating: " ", count: widths[c] - row[c].count)
        return sides[c] == "r" ? padding + row[c] : row[c] + padding
      }
      var line = "  " + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
    return [title] + body + notes.map { "  \($0)" }
  }
}

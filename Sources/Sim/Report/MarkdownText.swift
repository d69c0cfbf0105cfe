/// Markdown, piece by piece. Every text that comes from a file goes through ``escaped(_:)``.
struct MarkdownText {
  private(set) var text = ""

  mutating func heading(_ level: Int, _ title: String) {
    paragraph(String(repeating: "#", count: level) + " " + title)
  }

  /// - Parameter markdown: already escaped where it needs to be.
  mutating func paragraph(_ markdown: String) {
    if !text.isEmpty { text += "\n" }
    text += markdown + "\n"
  }

  mutating func image(_ chart: Chart) {
    paragraph("![\(MarkdownText.escaped(chart.finding))](\(chart.file))")
  }

  mutating func list(_ items: [String]) {
    paragraph(items.map { "- " + $0 }.joined(separator: "\n"))
  }

  /// - Parameter alignment: one letter a column: `l` or `r`.
  mutating func table(_ head: [String], alignment: String, _ rows: [[String]]) {
    let rule = alignment.map { $0 == "r" ? "---:" : "---" }
    paragraph(
      ([head, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n"))
  }

  mutating func code(_ content: String) {
    // A fence longer than any run of backquotes inside.
    var longest = 2
    var run = 0
    for character in content {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    paragraph("\(fence)sh\n\(content)\n\(fence)")
  }

  /// Plain text that Markdown shows as it is, on one line, in a table or out of it.
  static func escaped(_ plain: String) -> String {
    // At the beginning of a line these would make a list.
    var result = plain.first.map { "-+".contains($0) } ?? false ? "\\" : ""
    for scalar in plain.unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "$", "!": result += "\\\(scalar)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7f {
          result += " "
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}

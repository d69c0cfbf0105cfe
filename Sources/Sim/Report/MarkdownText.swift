import FarmFile

/// Markdown, piece by piece. ``escaped(_:)`` must be applied to every text that comes from a file.
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
    let content = PlainText.lines(content)
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

  /// A path as the target of a link.
  static func address(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
      let isPlain =
        byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || "0123456789-_./~".utf8.contains(byte))
      if isPlain {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }

  /// Any text as one line of Markdown that shows it as it is, inside a table or outside.
  static func escaped(_ text: String) -> String {
    // Four blanks at the beginning of a line would make it code.
    let plain = PlainText.line(text).unicodeScalars.drop { $0 == " " }
    var result = String.UnicodeScalarView()
    // At the beginning of a line, a dash or a plus would make a list, and so would a number followed by a point and a
    // blank.
    let number = plain.prefix { (0x30...0x39).contains($0.value) }
    let rest = plain[number.endIndex...]
    let isNumbered = rest.first == "." || rest.first == ")"
    let isLast = rest.dropFirst().first.map { $0 == " " } ?? true
    if number.isEmpty ? "-+".unicodeScalars.contains(rest.first ?? "a") : isNumbered && isLast {
      result += number
      result.append("\\")
    }
    for scalar in plain.dropFirst(result.isEmpty ? 0 : number.count) {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "$", "!": result += ["\\", scalar]
      case "<": result += "&lt;".unicodeScalars
      case ">": result += "&gt;".unicodeScalars
      case "&": result += "&amp;".unicodeScalars
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

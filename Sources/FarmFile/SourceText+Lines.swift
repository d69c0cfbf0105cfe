/// The text by lines and columns, both from 1, without line breaks.
extension SourceText {
  /// The scalar at a position; `nil` at the end of its line and outside of the text.
  func scalar(_ line: Int, _ column: Int) -> Unicode.Scalar? {
    let text = self.line(line)
    return column >= 1 && column <= text.count ? text[text.startIndex + column - 1] : nil
  }

  /// How many blanks a line begins with.
  func indentation(of line: Int) -> Int { self.line(line).prefix { $0 == " " }.count }

  /// Whether a line has more than blanks and a comment.
  func hasText(_ line: Int) -> Bool {
    guard let first = self.line(line).first(where: { $0 != " " }) else { return false }
    return first != "#"
  }

  /// The last line with text before another one.
  func textLine(before line: Int) -> Int? {
    stride(from: min(line, lineCount + 1) - 1, through: 1, by: -1).first { hasText($0) }
  }

  /// The last scalar before a position that is no blank, on the same line or on the last line with text
  /// before it.
  func lastVisible(before line: Int, _ column: Int) -> (line: Int, column: Int, scalar: Unicode.Scalar)? {
    let (here, above) = (self.line(line).prefix(max(0, column - 1)), textLine(before: line))
    for (number, text) in [(line, here)] + (above.map { [($0, self.line($0))] } ?? []) {
      if let i = text.lastIndex(where: { $0 != " " }) { return (number, i - text.startIndex + 1, text[i]) }
    }
    return nil
  }
}

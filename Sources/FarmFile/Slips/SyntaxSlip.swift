/// What most likely went wrong where the YAML parser gave up, in words of the file and not of the parser.
///
/// The parser knows what it expected where it failed. The slip is often earlier: a quote that is never closed, or a
/// colon without a blank on the line before. Each slip looks at the text around that place, and answers only if the
/// text shows it. Otherwise ``ParserWords`` says what is known.
struct SyntaxSlip: Equatable {
  var place: Place
  var message: String
  var expected: String?

  /// Where the parser gave up, and what it was doing.
  struct Failure {
    /// Libyaml's message: `did not find expected key`.
    var problem: String
    var line: Int
    var column: Int
    /// Libyaml's words for what it was doing, `while parsing a flow mapping`, and where that began.
    var context: (text: String, line: Int, column: Int)?
  }

  init(_ line: Int, _ column: Int, _ message: String, expected: String?) {
    place = .position(line: line, column: column)
    self.message = message
    self.expected = expected
  }

  /// - Complexity: O(n) in the length of the text.
  static func find(_ failure: Failure, in source: SourceText) -> SyntaxSlip? {
    SyntaxSlip.secondDocument(failure) ?? SyntaxSlip.blank(failure, source)
      ?? QuoteSlip.find(failure, in: source) ?? LineSlip.bracket(failure, in: source)
      ?? BracketSlip.find(failure, in: source)
      ?? SyntaxSlip.firstCharacter(failure, source) ?? LineSlip.find(failure, in: source)
  }

  private static func secondDocument(_ failure: Failure) -> SyntaxSlip? {
    guard failure.problem.contains("found another document") else { return nil }
    return SyntaxSlip(
      failure.line, failure.column, "a second document begins", expected: "one document a file")
  }

  /// A tab or a special blank in the indentation of the line, or a special blank in that of the line before. The parser
  /// takes a special blank for a letter.
  private static func blank(_ failure: Failure, _ source: SourceText) -> SyntaxSlip? {
    for number in [failure.line, source.textLine(before: failure.line)].compactMap({ $0 }) {
      for (i, scalar) in source.line(number).enumerated() {
        if scalar == " " || scalar == "-" { continue }
        guard scalar.properties.isWhitespace else { break }
        if scalar == "\t", number != failure.line { break }
        return SyntaxSlip(number, i + 1, "\(name(scalar)) in the indentation", expected: "blanks")
      }
    }
    return nil
  }

  private static func name(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\t": "a tab"
    case "\u{a0}", "\u{202f}": "a no-break space"
    default: "a special space (U+\(String(scalar.value, radix: 16, uppercase: true)))"
    }
  }

  /// A plain value that begins with a character to which YAML gives a meaning.
  private static func firstCharacter(_ failure: Failure, _ source: SourceText) -> SyntaxSlip? {
    let (problem, context) = (failure.problem, failure.context)
    let isReference =
      problem.contains("alphabetic or numeric character") || problem.contains("undefined alias")
    if isReference || (context?.text.contains("block scalar") ?? false) {
      let (line, column) = context.map { ($0.line, $0.column) } ?? (failure.line, failure.column)
      guard let first = source.scalar(line, column), "*&>|".unicodeScalars.contains(first) else { return nil }
      let example = first == ">" ? ", such as \">= 5\"" : ""
      let fate = problem.contains("undefined alias") ? "; nothing has that name" : ""
      return SyntaxSlip(
        line, column, "a value that begins with '\(first)'\(fate)", expected: "it in quotes\(example)")
    }
    guard problem.contains("cannot start any token"), let first = source.scalar(failure.line, failure.column),
      !first.properties.isWhitespace
    else { return nil }
    return SyntaxSlip(
      failure.line, failure.column, "a value that begins with '\(first)'", expected: "it in quotes")
  }
}

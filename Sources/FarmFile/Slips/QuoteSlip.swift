/// Quotes that are never closed, or that end too early.
enum QuoteSlip {
  static func find(_ failure: SyntaxSlip.Failure, in source: SourceText) -> SyntaxSlip? {
    if let context = failure.context, context.text.contains("quoted scalar") {
      if failure.problem.contains("escape") || failure.problem.contains("hexdecimal number") {
        return SyntaxSlip(
          failure.line, failure.column, "a backslash in double quotes begins no escape that YAML knows",
          expected: "single quotes, or '\\\\' for a backslash")
      }
      return unclosed(context.line, context.column, source)
    }
    guard failure.problem.contains("did not find expected"),
      let quote = source.lastVisible(before: failure.line, failure.column), quote.scalar.isQuote,
      let opening = opening(ofQuoteAt: quote.line, quote.column, in: source)
    else { return nil }
    // What looks like the end is the beginning of the next quoted value.
    if opening.line < quote.line { return unclosed(opening.line, opening.column, source) }
    guard quote.line == failure.line, quote.column + 1 == failure.column || !isInBrackets(failure) else {
      return nil
    }
    return SyntaxSlip(
      failure.line, failure.column, "text after the closing quote",
      expected: "all of the value between the quotes; a \(quote.scalar) inside them is written twice")
  }

  private static func unclosed(_ line: Int, _ column: Int, _ source: SourceText) -> SyntaxSlip {
    let quote = source.scalar(line, column).map(String.init) ?? "\""
    return SyntaxSlip(
      line, column, "a quote that is never closed", expected: "\(quote) at the end of the value")
  }

  private static func isInBrackets(_ failure: SyntaxSlip.Failure) -> Bool {
    failure.context?.text.contains("flow") ?? false
  }

  /// The beginning of the quoted value that ends at a position; `nil` if none ends there.
  private static func opening(
    ofQuoteAt line: Int, _ column: Int, in source: SourceText
  ) -> (line: Int, column: Int)? {
    var open: (line: Int, column: Int, quote: Unicode.Scalar)?
    for number in 1...line {
      var isEscaped = false
      // Whether a value may begin here: at the start of a line, or after a sign and blanks.
      var canBegin = true
      var last: Unicode.Scalar = " "
      for (i, scalar) in source.line(number).enumerated() {
        if let begun = open {
          if isEscaped {
            isEscaped = false
          } else if scalar == "\\", begun.quote == "\"" {
            isEscaped = true
          } else if scalar == begun.quote {
            if (number, i + 1) == (line, column) { return (begun.line, begun.column) }
            (open, canBegin) = (nil, false)
          }
        } else if scalar == "#", last == " " {
          break
        } else if scalar.isQuote, canBegin {
          open = (number, i + 1, scalar)
        } else if scalar != " " {
          canBegin = ":-,[{?".unicodeScalars.contains(scalar)
        }
        last = scalar
      }
    }
    return nil
  }
}

extension Unicode.Scalar {
  fileprivate var isQuote: Bool { self == "\"" || self == "'" }
}

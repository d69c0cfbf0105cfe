/// Brackets that do not match, and wrong text between brackets.
enum BracketSlip {
  static func find(_ failure: SyntaxSlip.Failure, in source: SourceText) -> SyntaxSlip? {
    let seen = source.scalar(failure.line, failure.column)
    if failure.problem.contains("did not find expected node content") { return noValue(failure, seen) }
    guard failure.problem.contains("did not find expected") else { return nil }
    guard let context = failure.context, context.text.contains("flow"),
      let opening = source.scalar(context.line, context.column), let closing = partner[opening]
    else {
      if seen == "," {
        return SyntaxSlip(
          failure.line, failure.column, "a comma behind a value that has ended",
          expected: "none: each entry has a line of its own")
      }
      guard let seen, partner.values.contains(seen) else { return nil }
      return SyntaxSlip(failure.line, failure.column, "'\(seen)' closes nothing", expected: nil)
    }
    if let seen, partner.values.contains(seen) {
      let line = context.line == failure.line ? "" : " of line \(context.line)"
      return SyntaxSlip(
        failure.line, failure.column, "'\(seen)' closes the '\(opening)'\(line)", expected: "'\(closing)'")
    }
    let isBelow =
      failure.line > context.line
      && source.indentation(of: failure.line) <= source.indentation(of: context.line)
    if isBelow || failure.line > source.lineCount || seen == nil {
      return SyntaxSlip(
        context.line, context.column, "'\(opening)' is never closed", expected: "'\(closing)'")
    }
    return SyntaxSlip(
      failure.line, failure.column, "two values without a comma between them",
      expected: "',' or '\(closing)' before this")
  }

  private static func noValue(_ failure: SyntaxSlip.Failure, _ seen: Unicode.Scalar?) -> SyntaxSlip? {
    switch seen {
    case ",": SyntaxSlip(failure.line, failure.column, "nothing before the comma", expected: "a value")
    case ":":
      SyntaxSlip(
        failure.line, failure.column, "a value that begins with ':'",
        expected: "it in quotes, such as \"2001:db8::1\"")
    case "]", "}":
      SyntaxSlip(
        failure.line, failure.column, "'\(seen!)' where a value belongs",
        expected: "a value, or the other bracket")
    default: nil
    }
  }

  private static let partner: [Unicode.Scalar: Unicode.Scalar] = ["{": "}", "[": "]"]
}

/// Lines that are no `key: value`, and lines that are indented wrongly.
enum LineSlip {
  static func find(_ failure: SyntaxSlip.Failure, in source: SourceText) -> SyntaxSlip? {
    if failure.problem.contains("mapping values are not allowed") { return unexpectedColon(failure, source) }
    if failure.problem.contains("could not find expected ':'") {
      let number = failure.context?.line ?? failure.line
      let shape = LineShape(source.line(number))
      return shape.slip(on: number)
        ?? SyntaxSlip(number, shape.column, "a line without a colon", expected: "'key: value'")
    }
    guard
      failure.problem.contains("did not find expected key")
        || failure.problem.contains("did not find expected '-' indicator")
    else { return nil }
    return indentation(failure.line, source)
  }

  /// `lan {loss: 1 %}` or `lan:{loss: 1 %}`: the parser takes the bracket for a part of the key, and fails behind it.
  static func bracket(_ failure: SyntaxSlip.Failure, in source: SourceText) -> SyntaxSlip? {
    guard !(failure.context?.text.contains("flow") ?? false) else { return nil }
    let shape = LineShape(source.line(failure.line))
    return shape.isFollowedByBracket ? shape.slip(on: failure.line) : nil
  }

  /// A colon in a value that has begun already: two on one line, or a line that the parser takes for more of the value
  /// before it.
  private static func unexpectedColon(_ failure: SyntaxSlip.Failure, _ source: SourceText) -> SyntaxSlip? {
    let shape = LineShape(source.line(failure.line))
    if let colon = shape.colon, colon < failure.column {
      return SyntaxSlip(
        failure.line, failure.column, "a second colon on one line", expected: "the whole value in quotes")
    }
    guard let above = source.textLine(before: failure.line) else { return nil }
    let aboveShape = LineShape(source.line(above))
    if let slip = aboveShape.slip(on: above) { return slip }
    guard aboveShape.colon != nil, shape.column > aboveShape.column else { return nil }
    return SyntaxSlip(
      failure.line, shape.column,
      "'\(shape.word)' is indented deeper than '\(aboveShape.word)' on line \(above), which has a value already",
      expected: "the same indentation")
  }

  /// An entry of a list whose dash has no blank behind it.
  private static func dashSlip(_ number: Int, _ shape: LineShape) -> SyntaxSlip? {
    guard shape.dash == nil, shape.word.hasPrefix("-") else { return nil }
    let key = shape.word.dropFirst()
    return SyntaxSlip(
      number, shape.column, "no blank after '-'" + (key.isEmpty ? "" : " in '\(shape.word)'"),
      expected: key.isEmpty ? "'- '" : "'- \(key): ...'")
  }

  /// A line that begins where no key or entry of the lines above begins.
  private static func indentation(_ number: Int, _ source: SourceText) -> SyntaxSlip? {
    let shape = LineShape(source.line(number))
    let here = source.indentation(of: number)
    // The columns, from 0, of the mappings and lists that are open above the line.
    var open: [Int] = []
    var last = (line: 0, shape: shape)
    for above in 1..<max(2, number) where source.hasText(above) {
      let begin = source.indentation(of: above)
      while let deepest = open.last, deepest > begin { open.removeLast() }
      let aboveShape = LineShape(source.line(above))
      for column in Set([begin, aboveShape.column - 1]).sorted()
      where column > open.last ?? -1
        && ((aboveShape.colon != nil && !aboveShape.isInBrackets) || column == begin)
      {
        open.append(column)
      }
      last = (above, aboveShape)
    }
    guard last.line > 0 else { return nil }
    if let slip = dashSlip(number, shape) ?? (shape.dash == nil ? shape.slip(on: number) : nil) {
      return slip
    }
    if shape.dash == nil, !last.shape.isInBrackets, last.shape.dash == here, last.shape.colon != nil {
      return SyntaxSlip(
        number, here + 1, "'\(shape.word)' stands below the '-' of line \(last.line)",
        expected: "\(last.shape.column - 1) blanks, below '\(last.shape.word)'")
    }
    guard !open.contains(here) else {
      return SyntaxSlip(
        number, here + 1,
        shape.dash == nil ? "a key among the entries of a list" : "an entry of a list among keys",
        expected: "the indentation of the others of its kind")
    }
    let some = open.suffix(3).map(String.init)
    let allowed =
      some.dropLast().joined(separator: ", ") + (some.count > 1 ? " or " : "") + some[some.count - 1]
    return SyntaxSlip(
      number, here + 1,
      "'\(shape.word)' is indented by \(here) blank\(here == 1 ? "" : "s"), as no line above",
      expected: allowed)
  }
}

/// The parts of a line that show whether it is a `key: value`. Columns count from 1.
struct LineShape {
  /// The column of the first `-` of a list's entry, from 0.
  let dash: Int?
  /// Where the text begins, after blanks and dashes.
  let column: Int
  /// The first word, such as the key: up to a blank, a colon or an equals sign; at most 40 letters.
  let word: String
  /// The column of the first colon that ends a key.
  let colon: Int?
  /// Whether the text is in brackets. Its colons are not the line's own then.
  var isInBrackets: Bool { word.hasPrefix("{") || word.hasPrefix("[") }
  /// Whether only blanks, or a colon without one, are between the word and a bracket.
  var isFollowedByBracket: Bool {
    guard colon == nil, !isInBrackets, let sign = rest.first(where: { $0 != " " && $0 != ":" }) else {
      return false
    }
    return sign == "{" || sign == "["
  }
  /// The text after the word.
  private let rest: [Unicode.Scalar]

  init(_ line: ArraySlice<Unicode.Scalar>) {
    let scalars = Array(line)
    var i = 0
    var dash: Int?
    while i < scalars.count {
      if scalars[i] == "-", i + 1 == scalars.count || scalars[i + 1] == " " {
        dash = dash ?? i
      } else if scalars[i] != " " {
        break
      }
      i += 1
    }
    self.dash = dash
    column = i + 1
    let text = scalars[i...]
    let end = text.firstIndex { " :={[,#".unicodeScalars.contains($0) } ?? text.endIndex
    word = LineShape.shown(end == text.startIndex ? text : text[..<end])
    rest = Array(text[end...])
    // Brackets behind a key have colons of their own.
    let own = word.hasPrefix("{") || word.hasPrefix("[") ? text : text.prefix { $0 != "{" && $0 != "[" }
    colon = own.indices.first { index in
      own[index] == ":" && (index + 1 == text.endIndex || text[index + 1] == " ")
    }.map { $0 + 1 }
  }

  /// The slip of a key whose colon has no blank behind it, or that has an equals sign or nothing instead of
  /// the colon.
  func slip(on line: Int) -> SyntaxSlip? {
    guard colon == nil, !word.isEmpty, !isInBrackets,
      word.unicodeScalars.allSatisfy({ $0.isASCII && $0 != "\"" && $0 != "'" })
    else { return nil }
    let value = rest.drop { " :=".unicodeScalars.contains($0) }
    let meant = "'\(word): \(LineShape.shown(value.prefix { $0 != "#" }))'"
    switch rest.first {
    case ":":
      return SyntaxSlip(
        line, column + word.unicodeScalars.count + 1, "no blank after the colon of '\(word)'", expected: meant
      )
    case "=",
      " " where rest.first { $0 != " " } == "=":
      return SyntaxSlip(
        line, column + word.unicodeScalars.count, "'=' after '\(word)'", expected: meant)
    case " " where value.first == "{" || value.first == "[":
      return SyntaxSlip(
        line, column + word.unicodeScalars.count, "no colon after '\(word)'",
        expected: "'\(word): \(value[value.startIndex])...'")
    case nil,
      " " where value.isEmpty || value.first == "#":
      return SyntaxSlip(
        line, column + word.unicodeScalars.count, "no colon after '\(word)'", expected: "'\(word):'")
    default: return nil
    }
  }

  private static func shown(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars.prefix(40))
    while view.last == " " { view.removeLast() }
    return String(view) + (scalars.dropFirst(40).contains { $0 != " " } ? "..." : "")
  }
}

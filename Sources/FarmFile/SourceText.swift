import Yams

/// The text of a document while it is composed: it maps errors to positions and hides repeated keys.
///
/// The parser stops at the first repeated key. So the first letter of such a key is replaced by one of
/// Unicode's private use, and the text is parsed again; the copy of the nodes gives the key its letter back.
/// A parser error is reported as the slip behind it, which is looked for in the operator's own text.
struct SourceText {
  private var scalars: [Unicode.Scalar]
  /// Where each line begins, by the line breaks of YAML 1.1.
  private let lineStarts: [Int]
  /// By place, the letter that was replaced where a key is hidden.
  private var hidden: [Place: Unicode.Scalar] = [:]

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    var starts = [0]
    for (i, scalar) in scalars.enumerated() {
      switch scalar {
      case "\r" where i + 1 < scalars.count && scalars[i + 1] == "\n": continue
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": starts.append(i + 1)
      default: continue
      }
    }
    lineStarts = starts
  }

  /// The text for the parser, which is never short. The parser keeps a pointer to the bytes, and those of a
  /// string of up to 15 bytes are inside the string value.
  var padded: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view) + "\n" + String(repeating: " ", count: 16) + "\n"
  }

  /// Replaces the first letter of the key at a position by one that no other key has.
  /// - Returns: whether it did. It cannot where the key is an alias, empty, or not a scalar.
  mutating func hideKey(line: Int, column: Int) -> Bool {
    guard line >= 1, line <= lineStarts.count, column >= 1 else { return false }
    var index = lineStarts[line - 1] + column - 1
    guard index < scalars.count else { return false }
    let quote = scalars[index]
    if quote == "\"" || quote == "'" { index += 1 }
    guard index < scalars.count, !"&*!?[]{}|>\\\"'#,:\n\r \t".unicodeScalars.contains(scalars[index]),
      let mark = Unicode.Scalar(0xe000 + UInt32(hidden.count))
    else { return false }
    let place = Place.position(line: line, column: column)
    guard hidden[place] == nil else { return false }
    hidden[place] = scalars[index]
    scalars[index] = mark
    return true
  }

  var lineCount: Int { lineStarts.count }

  /// A line without its break; empty outside of the text.
  func line(_ number: Int) -> ArraySlice<Unicode.Scalar> {
    guard number >= 1, number <= lineStarts.count else { return [] }
    let end = number < lineStarts.count ? lineStarts[number] : scalars.count
    let line = scalars[lineStarts[number - 1]..<end]
    return line.dropLast(line.reversed().prefix { Character($0).isNewline }.count)
  }

  /// Where keys were hidden, in order.
  var hiddenPlaces: [Place] { hidden.keys.sorted() }

  /// The text as the operator wrote it.
  private var unhidden: SourceText {
    var text = self
    for case (.position(let line, let column), let first) in hidden {
      let index = lineStarts[line - 1] + column - 1
      let isQuoted = scalars[index] == "\"" || scalars[index] == "'"
      text.scalars[isQuoted ? index + 1 : index] = first
    }
    return text
  }

  /// The key as the operator wrote it.
  func originalKey(_ key: String, at place: Place) -> String {
    guard let first = hidden[place] else { return key }
    var view = String.UnicodeScalarView([first])
    view.append(contentsOf: key.unicodeScalars.dropFirst())
    return String(view)
  }

  /// Reports why the parser failed: as the slip behind it if the text shows one, otherwise by what the
  /// parser's words mean.
  func report(_ error: any Error, log: ProblemLog) {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let failure = SyntaxSlip.Failure(
        problem: [context?.text, problem].compactMap { $0 }.joined(separator: " "), line: mark.line,
        column: mark.column, context: context.map { ($0.text, $0.mark.line, $0.mark.column) })
      if let slip = SyntaxSlip.find(failure, in: unhidden) {
        return log.add(slip.place, slip.message, expected: slip.expected)
      }
      let words = ParserWords(failure.problem)
      log.add(
        place(words.isAtContext ? context?.mark ?? mark : mark), words.message, expected: words.expected)
    case YamlError.reader(let problem, _, let value, _):
      let words = ParserWords(problem)
      let shown = value >= 0 ? " (U+\(String(value, radix: 16, uppercase: true)))" : ""
      // The parser stops at the first of its kind.
      let index = scalars.firstIndex { $0.value == UInt32(max(0, value)) } ?? 0
      log.add(place(index: index), words.message + shown, expected: words.expected)
    default: log.add(.whole, "not readable as YAML")
    }
  }

  /// The place of a mark, or the end of the text if the mark lies in the padding.
  private func place(_ mark: Mark) -> Place {
    guard mark.line <= lineStarts.count else { return place(index: scalars.count) }
    return .position(line: max(1, mark.line), column: max(1, mark.column))
  }

  private func place(index: Int) -> Place {
    let line = lineStarts.lastIndex { $0 <= index } ?? 0
    return .position(line: line + 1, column: index - lineStarts[line] + 1)
  }
}

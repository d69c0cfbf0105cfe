/// Text that came from a file, a name or another program, made fit to be shown: on a terminal, in a picture, in a page.
///
/// A character that could do more than be read becomes a blank: control characters (a terminal obeys them), line
/// breaks, marks that turn the direction of the words after them, and characters that XML does not allow. Letters of
/// every script and emoji stay.
public enum PlainText {
  /// The text on one line.
  public static func line(_ text: String) -> String { replacing(text) { isPlain($0) } }

  /// The text with its line feeds.
  public static func lines(_ text: String) -> String { replacing(text) { isPlain($0) || $0 == "\n" } }

  /// JSON with the same meaning, in characters that do nothing but show themselves. In its strings any other character
  /// is written by its number. Line feeds between values stay.
  public static func json(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy({ isPlain($0) || $0 == "\n" }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isPlain(scalar) || scalar == "\n" {
        result.append(scalar)
      } else {
        result.append(contentsOf: jsonEscape(scalar).unicodeScalars)
      }
    }
    return String(result)
  }

  /// `\u202e`; two of these for a character beyond 16 bits.
  public static func jsonEscape(_ scalar: Unicode.Scalar) -> String {
    UTF16.encode(scalar)!.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }

  /// `node1, node2 and node3`; empty for nothing.
  package static func list(_ words: [String]) -> String {
    guard words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
  }

  /// Whether a character does nothing but show itself.
  ///
  /// Source: the Unicode Standard 15, general categories in table 4-4 and noncharacters in section 23.7. Of the format
  /// characters the two joiners stay, which hold emoji and some scripts together.
  public static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if (0x20..<0x7f).contains(scalar.value) { return true }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: return false
    case .format: return scalar.value == 0x200c || scalar.value == 0x200d
    default: return !scalar.properties.isNoncharacterCodePoint
    }
  }

  private static func replacing(_ text: String, unless isKept: (Unicode.Scalar) -> Bool) -> String {
    if text.unicodeScalars.allSatisfy(isKept) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isKept(scalar) ? scalar : " ") }
    return String(result)
  }
}

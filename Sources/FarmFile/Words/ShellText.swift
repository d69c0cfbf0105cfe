/// Words of a command as a shell reads them, so that a printed command can be typed.
public enum ShellText {
  /// A command of these words.
  public static func command(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  /// One word.
  ///
  /// Source: "Quoting" in the manual of bash, which zsh and ksh follow. A word that holds more than text, such as a
  /// line feed, is written as `$'..'`, with a number for each byte that does not show itself.
  public static func quoted(_ word: String) -> String {
    let scalars = word.unicodeScalars
    if !scalars.isEmpty, scalars.allSatisfy(isBare) { return word }
    guard scalars.allSatisfy(PlainText.isPlain) else {
      return "$'" + scalars.map(escaped).joined() + "'"
    }
    return "'" + scalars.map { $0 == "'" ? "'\\''" : String(Character($0)) }.joined() + "'"
  }

  /// A path as a word that no program takes for an option. `-`, standard input, stays.
  public static func operand(_ path: String) -> String {
    path.hasPrefix("-") && path != "-" ? "./" + path : path
  }

  /// An option with its value, which may begin with a dash itself.
  public static func option(_ name: String, _ value: String) -> [String] {
    value.hasPrefix("-") ? ["\(name)=\(value)"] : [name, value]
  }

  private static func isBare(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", "=", ",", ":", "@", "%", "+": true
    default: false
    }
  }

  /// Inside of `$'..'`.
  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "'", "\\": return "\\" + String(Character(scalar))
    case "\n": return "\\n"
    case "\t": return "\\t"
    // A shell at a terminal takes it for the beginning of an old command.
    case "!": return "\\x21"
    case _ where PlainText.isPlain(scalar): return String(Character(scalar))
    default:
      return String(Character(scalar)).utf8.map { byte in
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
      }.joined()
    }
  }
}

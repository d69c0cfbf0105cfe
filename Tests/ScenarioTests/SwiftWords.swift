/// The words of a Swift file outside comments and the texts of strings, with how deep in braces each stands.
///
/// It reads no grammar: it tells a word from a member's name by the point before it, and nothing more.
struct SwiftWords {
  struct Word: Hashable {
    var text: String
    /// How many braces are open around it.
    var depth: Int
    /// Whether a point stands before it.
    var isMember: Bool
  }

  private(set) var words: [Word] = []
  private var rest: Substring.UTF8View
  private var depth = 0
  /// What stands before the next word, blanks left out.
  private var last: UInt8 = 0

  init(_ text: String) {
    rest = text[...].utf8
    readCode(until: nil)
  }

  /// Types of the file itself, not those that are nested in them.
  var declared: Set<String> { Set(declarations.filter { $0.depth == 0 }.map(\.text)) }

  /// The words that may name a type, but for types that are nested in the file's own.
  var named: Set<String> {
    Set(words.filter { !$0.isMember && $0.text.first!.isUppercase }.map(\.text))
      .subtracting(declarations.filter { $0.depth > 0 }.map(\.text))
  }

  private var declarations: [Word] {
    let kinds: Set<String> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
    return zip(words, words.dropFirst()).compactMap { kinds.contains($0.text) ? $1 : nil }
  }

  /// - Parameter end: the parenthesis that ends an interpolation; `nil` for the whole file.
  private mutating func readCode(until end: UInt8?) {
    var parentheses = 0
    while let byte = rest.first {
      if starts("//") {
        skip { $0 != UInt8(ascii: "\n") }
      } else if starts("/*") {
        readComment()
      } else if byte == UInt8(ascii: "\"") {
        readString()
        last = byte
      } else if Self.isLetter(byte) {
        let word = rest.prefix { Self.isLetter($0) || $0 >= 48 && $0 <= 57 }
        rest = rest[word.endIndex...]
        words.append(Word(text: String(word)!, depth: depth, isMember: last == UInt8(ascii: ".")))
        last = word.last!
      } else {
        switch byte {
        case UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "}"): depth -= 1
        case UInt8(ascii: "("): parentheses += 1
        case end where parentheses == 0:
          rest.removeFirst()
          return
        case UInt8(ascii: ")"): parentheses -= 1
        default: break
        }
        if byte > 32 { last = byte }
        rest.removeFirst()
      }
    }
  }

  /// Reads the text of a string, of one line or of several, and the code of its interpolations.
  private mutating func readString() {
    let quotes = starts("\"\"\"") ? 3 : 1
    rest = rest.dropFirst(quotes)
    while let byte = rest.first {
      if byte == UInt8(ascii: "\\") {
        let isCode = rest.dropFirst().first == UInt8(ascii: "(")
        rest = rest.dropFirst(2)
        if isCode { readCode(until: UInt8(ascii: ")")) }
      } else if quotes == 3 ? starts("\"\"\"") : byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n") {
        // Only a regular expression leaves a quote open at the end of its line.
        rest = rest.dropFirst(quotes)
        return
      } else {
        rest.removeFirst()
      }
    }
  }

  private mutating func readComment() {
    rest = rest.dropFirst(2)
    while !rest.isEmpty, !starts("*/") { if starts("/*") { readComment() } else { rest.removeFirst() } }
    rest = rest.dropFirst(2)
  }

  private mutating func skip(while isSkipped: (UInt8) -> Bool) { rest = rest.drop(while: isSkipped) }

  private func starts(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { rest.prefix($0.count).elementsEqual($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte | 32 >= 97 && byte | 32 <= 122 || byte == UInt8(ascii: "_") || byte >= 128
  }
}

/// What the parser's messages mean, in words of the file: for errors that no slip explains.
///
/// The parser is libyaml, called through Yams. Its words are those of the YAML specification. An author of a farm file
/// need not know them, so none of them is ever shown.
struct ParserWords: Equatable {
  var message: String
  var expected: String?
  /// Whether the place of the problem is where the parser's context begins, such as the tag in which it failed.
  var isAtContext = false

  /// - Parameter problem: libyaml's message, perhaps with other words around it.
  init(_ problem: String) {
    let known = ParserWords.table.first { row in row.theirs.contains { problem.contains($0) } }
    self = known?.ours ?? ParserWords("not readable as YAML from here on", nil)
  }

  private init(_ message: String, _ expected: String?, isAtContext: Bool = false) {
    (self.message, self.expected, self.isAtContext) = (message, expected, isAtContext)
  }

  /// Whether there are words of ours for a message of the parser.
  static func isKnown(_ problem: String) -> Bool {
    table.contains { row in row.theirs.contains { problem.contains($0) } }
  }

  private static let tag = ParserWords("a value that begins with '!'", "it in quotes", isAtContext: true)
  private static let directive = ParserWords(
    "a line that begins with '%'", "none, or the text in quotes", isAtContext: true)
  private static let block = ParserWords(
    "a value that begins with '>' or '|'", "it in quotes", isAtContext: true)
  private static let quote = ParserWords(
    "a quote that is never closed", "\" or ' at the end of the value", isAtContext: true)
  private static let bytes = ParserWords("not a text file", "UTF-8")

  /// By messages of libyaml and Yams. Longer ones stand before those that are a part of them.
  private static let table: [(theirs: [String], ours: ParserWords)] = [
    (["cannot start any token"], ParserWords("a sign that begins no value", "the value in quotes")),
    (["could not find expected ':'"], ParserWords("a line without a colon", "'key: value'")),
    (
      ["block sequence entries are not allowed"],
      ParserWords("a '-' of a list behind other text", "the list on lines of its own, or in brackets")
    ),
    (["mapping keys are not allowed"], ParserWords("a key that begins with '?'", "'key: value'")),
    (
      ["mapping values are not allowed"],
      ParserWords("a colon where a value has begun already", "the whole value in quotes")
    ),
    (
      [
        "unknown directive", "expected directive name", "unexpected non-alphabetical character",
        "expected digit or '.' character", "extremely long version number", "expected version number",
        "duplicate %YAML directive", "incompatible YAML document", "duplicate %TAG directive",
        "while scanning a directive", "%TAG directive", "%YAML directive", "a tag directive",
      ], directive
    ),
    (
      [
        "the expected '>'", "did not find expected '!'", "expected tag URI", "URI escaped octet",
        "incorrect leading UTF-8 octet", "incorrect trailing UTF-8 octet", "undefined tag handle",
        "expected whitespace",
      ], tag
    ),
    (
      ["alphabetic or numeric character", "undefined alias"],
      ParserWords("a value that begins with '*' or '&'", "it in quotes", isAtContext: true)
    ),
    (["tab character where an indentation space"], ParserWords("a tab in the indentation", "blanks")),
    (["tab character that violates indentation"], ParserWords("a tab in the indentation", "blanks")),
    (["indentation indicator equal to 0", "expected comment or line break"], block),
    (["unexpected document indicator", "unexpected end of stream"], quote),
    (
      ["unknown escape character", "hexdecimal number", "Unicode character escape code"],
      ParserWords("a backslash in double quotes that begins no escape", "single quotes")
    ),
    (["unexpected ':'"], ParserWords("no blank after the colon", "': '")),
    (
      ["Maximum nesting level"],
      ParserWords("nested deeper than \(FileLimits.depth) levels", nil)
    ),
    (["expected node content"], ParserWords("no value where one belongs", "a value")),
    (["expected '-' indicator"], ParserWords("a key among the entries of a list", "'- '")),
    (["expected key"], ParserWords("what is no key among the keys of a mapping", "'key: value'")),
    (["expected ',' or ']'"], ParserWords("'[' is never closed", "']'", isAtContext: true)),
    (["expected ',' or '}'"], ParserWords("'{' is never closed", "'}'", isAtContext: true)),
    (
      ["expected <document start>", "expected <stream-start>"],
      ParserWords("text behind the end of the file's value", "one mapping that holds all of the file")
    ),
    (["found another document"], ParserWords("a second document begins", "one document a file")),
    (["control characters are not allowed"], ParserWords("not a text file: a control character", nil)),
    (
      [
        "invalid leading UTF-8 octet", "incomplete UTF-8 octet sequence", "invalid trailing UTF-8 octet",
        "invalid length of a UTF-8 sequence", "invalid Unicode character", "incomplete UTF-16 character",
        "low surrogate area", "incomplete UTF-16 surrogate pair", "input error",
      ], bytes
    ),
    (["input is too long"], ParserWords("too large", "at most \(FileLimits.bytes) bytes")),
  ]
}

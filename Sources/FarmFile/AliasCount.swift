/// Refuses texts with so many aliases that they could grow without bound once aliases are written out.
///
/// It counts before the text is composed, because composing already hashes keys, and a key may be an alias of a bomb.
/// It counts whatever *looks* like an alias, `*name`, also in a text block. So it can only count too many.
enum AliasCount {
  static func isAcceptable(_ text: String, log: ProblemLog) -> Bool {
    var count = 0
    var line = 1
    var column = 0
    var isComment = false
    var isLineStart = true
    // Whether the last asterisk is inside a word, as in `2*x` or `**bold**`: no alias begins there.
    var isInsideWord = false
    var previous: UInt8 = 10
    for byte in text.utf8 {
      if byte & 0xc0 != 0x80 { column += 1 }
      if byte == 10 || byte == 13 {
        if byte == 10 { line += 1 }
        (column, isComment, isLineStart) = (0, false, true)
      } else if byte >= 0x80 {
        // Some line breaks are beyond ASCII: a comment may have ended.
        isComment = false
      } else if isLineStart, byte != 32 {
        isLineStart = false
        isComment = byte == 35
      }
      if !isComment, isName(byte), previous == 42, !isInsideWord {
        count += 1
        if count > FileLimits.aliases {
          log.add(
            .position(line: line, column: column - 1), "more than \(FileLimits.aliases) aliases",
            expected: "the values written out")
          return false
        }
      }
      if byte == 42 { isInsideWord = isName(previous) || previous == 42 }
      previous = byte
    }
    return true
  }

  /// The letters of an anchor's name.
  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 95, 45: true
    default: false
    }
  }
}

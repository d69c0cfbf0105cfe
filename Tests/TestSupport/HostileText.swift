/// Hostile texts: sequences that terminals obey, characters that pages and pictures take for markup, marks that turn
/// the direction of words, and letters and emoji that must come through.
public struct HostileText {
  private var state: UInt64

  public init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  /// Noncharacters, which cannot be written in a literal.
  private static let noncharacters = [0xfdd0, 0xfffe, 0xffff, 0x10ffff].map { String(Unicode.Scalar($0)!) }

  private static let pieces: [String] =
    noncharacters + [
      "node", "a", "B", "7", " ", "  ", "é", "e\u{301}\u{323}", "名前", "שלום", "مرحبا", "👩‍👩‍👧", "🏳️‍🌈", "🇫🇷",
      "\u{1f600}",
      "%", "%%", "%s", "%n", "100 %", "'", "''", "\"", "`", "``", "$", "$(touch x)", "\\", "\\n", "{", "}",
      "^",
      "_", "@",
      "|", "||", "*", "**", "#", "~", "!", "[", "](x)", "<", ">", "<b>", "</svg>", "<!--", "-->", "]]>", "&",
      "&amp;",
      "&#1;", "- ", "1. ", "+ ", "    ", "===", "---", ",", ";", "=", "EOD", "\nEOD\n", "\n", "\r", "\r\n",
      "\t", "\u{0}",
      "\u{1b}[2J", "\u{1b}]0;t\u{7}", "\u{8}", "\u{7f}", "\u{85}", "\u{9b}31m", "\u{a0}", "\u{ad}",
      "\u{200b}",
      "\u{200d}",
      "\u{200e}", "\u{200f}", "\u{202a}", "\u{202e}", "\u{2066}", "\u{2069}", "\u{2028}", "\u{2029}",
      "\u{feff}",
      "\u{fff9}", "\u{e0041}", "\u{e000}", "\u{fffd}",
    ]

  private mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  /// A text of one to eight pieces; now and then of forty.
  public mutating func text() -> String {
    let count = next(10) == 0 ? 40 : 1 + next(8)
    var text = ""
    for _ in 0..<count { text += HostileText.pieces[next(HostileText.pieces.count)] }
    return text
  }
}

import Foundation
import TestSupport
import Testing

@testable import FarmFile

/// No word of the YAML parser reaches an operator.
struct ParserWordsTests {
  /// What libyaml says, from its own source: every message that it gives with an error.
  static func messages() throws -> [String] {
    let folder = BuiltProgram.root.appending(path: ".build/checkouts/Yams/Sources/CYaml/src")
    let call = try Regex<(Substring, Substring)>(
      #"(?s)yaml_parser_set_(?:scanner|parser|reader)_error(?:_context)?\(([^;]*?)\);"#)
    let literal = try Regex<(Substring, Substring)>(#""((?:[^"\\]|\\.)*)""#)
    var messages: Set<String> = ["but found another document", "found undefined alias"]
    for file in ["scanner.c", "parser.c", "reader.c"] {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      for match in text.matches(of: call) {
        for found in match.output.1.matches(of: literal) where !found.output.1.hasPrefix("while ") {
          messages.insert(String(found.output.1))
        }
      }
    }
    return messages.sorted()
  }

  @Test func everyMessageOfTheParserHasWordsOfOurs() throws {
    let messages = try ParserWordsTests.messages()
    #expect(messages.count > 50)
    for message in messages { #expect(ParserWords.isKnown(message), "\(message)") }
  }

  @Test(arguments: [
    (
      "a: - b\n",
      "f:1:4: a '-' of a list behind other text; expected the list on lines of its own, or in brackets"
    ),
    ("? a\n: b\n? c\n", ""), ("a: ? b\n", "f:1:4: a key that begins with '?'; expected 'key: value'"),
    ("%FOO bar\n---\na: 1\n", "f:1:1: a line that begins with '%'; expected none, or the text in quotes"),
    ("%YAML 1.x\n---\na: 1\n", "f:1:1: a line that begins with '%'; expected none, or the text in quotes"),
    (
      "%YAML 1.1\n%YAML 1.1\n---\n",
      "f:2:1: a line that begins with '%'; expected none, or the text in quotes"
    ),
    ("%YAML 3.1\n---\na: 1\n", "f:1:1: a line that begins with '%'; expected none, or the text in quotes"),
    ("%TAG ! x\n%TAG ! y\n---\n", "f:2:1: a line that begins with '%'; expected none, or the text in quotes"),
    (
      "%YAML 1.1\na: 1\n",
      "f:2:1: text behind the end of the file's value; expected one mapping that holds all of the file"
    ),
    ("a: !<x b\n", "f:1:4: a value that begins with '!'; expected it in quotes"),
    ("a: !x%zz b\n", "f:1:4: a value that begins with '!'; expected it in quotes"),
    ("a: !e!x b\n", "f:1:4: a value that begins with '!'; expected it in quotes"),
    ("a: !!<x b\n", "f:1:4: a value that begins with '!'; expected it in quotes"),
    ("a: >0\n", "f:1:4: a value that begins with '>'; expected it in quotes, such as \">= 5\""),
    ("a: |x\n", "f:1:4: a value that begins with '|'; expected it in quotes"),
    (
      "{a: 1}\nb: 2\n",
      "f:2:1: text behind the end of the file's value; expected one mapping that holds all of the file"
    ),
    ("{crash:[node1]}\n", "f:1:7: no blank after the colon; expected ': '"),
    (
      "a: \"\\uD800\"\n",
      "f:1:7: a backslash in double quotes begins no escape that YAML knows; expected single quotes, or '\\\\' for a backslash"
    ),
    ("a: \u{7}b\n", "f:1:4: not a text file: a control character (U+7)"),
    ("\u{e9}\u{301}: \u{7f}\n", "f:1:5: not a text file: a control character (U+7F)"),
    (String(repeating: "[", count: 2000), "f:1:1: nested deeper than 32 levels"),
  ])
  func whereNoSlipIsRecognisedTheLineSaysWhatIsWrongInWordsOfTheFile(
    text: String, line: String
  ) {
    #expect(YAMLDocumentTests.lines(text) == (line.isEmpty ? [] : [line]))
  }

  /// Files that are damaged at random: each has lines, and none has a word of the parser.
  @Test func noDamageBringsOutTheWordsOfTheParser() throws {
    let theirs =
      try ParserWordsTests.messages() + ["while scanning", "while parsing", "not readable as YAML"]
    let signs =
      Array("{}[]:,-?&*!|>'\"%@`#\\ \t\n~<=.a0").map(String.init) + [
        "\u{7}", "\u{a0}", "---\n", "%YAML ", "\"\\x",
      ]
    var dice = SplitMix64(state: 9)
    var faulty = 0
    for _ in 0..<3000 {
      var text = Array(SlipTests.good).map(String.init)
      for _ in 0..<(1 + Int(dice.next() % 3)) {
        let (place, sign) = (
          Int(dice.next() % UInt64(text.count)), signs[Int(dice.next() % UInt64(signs.count))]
        )
        switch dice.next() % 3 {
        case 0: text.insert(sign, at: place)
        case 1: text[place] = sign
        default: text.remove(at: place)
        }
      }
      for line in YAMLDocumentTests.lines(text.joined()) {
        faulty += 1
        #expect(!theirs.contains { line.contains($0) }, "\(line) of \(text.joined())")
      }
    }
    #expect(faulty > 300)
  }
}

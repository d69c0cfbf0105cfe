import Foundation
import TestSupport
import Testing

@testable import FarmFile

/// What is refused, or read, before any key has a meaning.
struct YAMLDocumentTests {
  static func lines(_ text: String) -> [String] {
    let log = ProblemLog(file: "f")
    _ = YAMLDocument(text: text, log: log)
    return log.problems.map(\.description)
  }

  static let bomb =
    "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + zip("abcdefgh", "bcdefghi").map { last, next in
      "\(next): &\(next) [" + Array(repeating: "*\(last)", count: 9).joined(separator: ",") + "]\n"
    }.joined()

  @Test(arguments: [
    ("", "f:1:1: the file is empty"),
    (" \n\r\n", "f:1:1: the file is empty"),
    ("# only a remark\n", "f:1:1: the file has only comments"),
    ("a: 1\nb: [1, 2\n", "f:2:4: '[' is never closed; expected ']'"),
    (
      "a: 1\n b: 2\n",
      "f:2:2: 'b' is indented deeper than 'a' on line 1, which has a value already; expected the same indentation"
    ),
    ("a: 'x", "f:1:4: a quote that is never closed; expected ' at the end of the value"),
    ("a: \u{7}", "f:1:4: not a text file: a control character (U+7)"),
    ("a: 1\na: 2\n", "f:2:1: key 'a' occurs twice; first on line 1"),
    (
      "a: *nobody\n",
      "f:1:4: a value that begins with '*'; nothing has that name; expected it in quotes"
    ),
    ("a: 1\n---\nb: 2\n", "f:2:1: a second document begins; expected one document a file"),
    ("[a, b]: 1\n", "f:1:1: a list or mapping as a key; expected a name"),
    ("a: != 0\n", "f:1:4: tag '!='; expected no tags, and a value that begins with '!' in quotes"),
    (
      "a: !!int 5\n",
      "f:1:4: tag 'tag:yaml.org,2002:int'; expected no tags, and a value that begins with '!' in quotes"
    ),
    (
      "a: >= 5\n",
      "f:1:4: a value that begins with '>'; expected it in quotes, such as \">= 5\""
    ),
  ])
  func badYAMLIsOneLineWithItsPosition(text: String, line: String) {
    #expect(YAMLDocumentTests.lines(text) == [line])
  }

  @Test func everyRepeatedKeyIsReportedAtItsOwnPlace() {
    let text = "a: 1\nb: {c: 1, \"d\": 2, c: 3, d: 4}\na: 2\na: 3\n"
    #expect(
      YAMLDocumentTests.lines(text) == [
        "f:2:19: key 'c' occurs twice; first on line 2",
        "f:2:25: key 'd' occurs twice; first on line 2",
        "f:3:1: key 'a' occurs twice; first on line 1",
        "f:4:1: key 'a' occurs twice; first on line 1",
      ])
  }

  @Test func anAliasBombIsRefusedWhereItsNinthAliasStands() {
    #expect(
      YAMLDocumentTests.lines(YAMLDocumentTests.bomb) == [
        "f:2:32: more than 8 aliases; expected the values written out"
      ])
    // The same as a key, which the composer would hash.
    #expect(YAMLDocumentTests.lines(YAMLDocumentTests.bomb + "? *i\n: x\n").count == 1)
  }

  @Test func aliasesWithinTheLimitAreWrittenOut() throws {
    let log = ProblemLog(file: "f")
    let document = try #require(YAMLDocument(text: "a: &a {x: 1}\nb: *a\nc: a **bold** 2*x\n", log: log))
    guard case .mapping(let entries) = document.root.content else { return #expect(Bool(false)) }
    #expect(entries[0].value == entries[1].value)
    #expect(log.isEmpty)
  }

  @Test(arguments: [
    String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
    String(repeating: "[a: ", count: 900) + "b" + String(repeating: "]", count: 900),
    String(repeating: "- ", count: 900) + "x",
    String(repeating: "[", count: 900_000),
    (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
  ])
  func deepNestingIsRefusedOnAnyStack(text: String) {
    let problems = DeepNestingProbe.problems(text)
    #expect(problems.count == 1)
    #expect(
      problems.first?.contains("nested deeper than 32 levels") == true
        || problems.first?.contains("nesting level") == true, "\(problems)")
  }

  @Test func depthWithinTheLimitIsRead() {
    let text = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    #expect(YAMLDocumentTests.lines(text).isEmpty)
    #expect(YAMLDocumentTests.lines("[" + text + "]").count == 1)
  }

  @Test func aTextAboveTheLimitIsNotEvenParsed() {
    let text = String(repeating: "[", count: 10_000_000)
    #expect(YAMLDocumentTests.lines(text) == ["f: 10000000 bytes; expected at most 1000000"])
  }

  @Test func veryManyValuesAreRefused() {
    let text = "[" + String(repeating: "a,", count: FileLimits.nodes) + "]"
    #expect(YAMLDocumentTests.lines(text).count == 1)
    #expect(YAMLDocumentTests.lines(text)[0].hasSuffix("more than 200000 values"))
  }

  @Test func shortTextsAreReadWhateverTheirLength() {
    for count in 1...40 {
      #expect(YAMLDocumentTests.lines(String(repeating: "x", count: count)).isEmpty)
    }
  }
}

/// Reads on a thread with the small stack that a caller may have.
enum DeepNestingProbe {
  static func problems(_ text: String) -> [String] {
    final class Box: @unchecked Sendable { var lines: [String] = [] }
    let box = Box()
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      box.lines = YAMLDocumentTests.lines(text)
      done.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    done.wait()
    return box.lines
  }
}

struct TextFileTests {
  static func lines(_ bytes: [UInt8]) -> [String] {
    let log = ProblemLog(file: "f")
    _ = TextFile.text(of: bytes, log: log)
    return log.problems.map(\.description)
  }

  @Test func binaryFilesAreRefusedAtTheirFirstByteThatIsNoText() {
    #expect(
      TextFileTests.lines(Array("a: 1\nb: ".utf8) + [0xff, 0xfe]) == ["f:2:4: not a text file: not UTF-8"])
    #expect(TextFileTests.lines([0x7f, 0x45, 0x4c, 0x46, 0]) == ["f:1:5: not a text file: a zero byte"])
    #expect(TextFileTests.lines(Array("µ".utf8).dropLast()) == ["f:1:1: not a text file: not UTF-8"])
    #expect(TextFileTests.lines([0xff, 0xfe, 0x61, 0]) == ["f:1:1: not a text file: UTF-16; expected UTF-8"])
    #expect(
      TextFileTests.lines([0x1f, 0x8b, 8]) == ["f:1:1: not a text file: compressed by gzip; expected UTF-8"])
    #expect(TextFileTests.lines(Array("# µ\n".utf8)).isEmpty)
  }

  @Test func filesThatCannotBeReadOrAreTooLargeAreOneLine() throws {
    let folder = try TemporaryFolder()
    let large = folder.file("large.yaml").path
    try Data(count: 10_000_000).write(to: URL(filePath: large))
    for (path, end) in [
      (large, "larger than 1000000 bytes; expected a farm or scenario file"),
      (folder.file("absent.yaml").path, "no such file"), (folder.path, "a folder, not a file"),
      (large + "/x", "cannot be read: Not a directory"),
    ] {
      let log = ProblemLog(file: path)
      #expect(TextFile.read(path: path, log: log) == nil)
      #expect(log.problems.map(\.description) == ["\(path): \(end)"])
    }
  }
}

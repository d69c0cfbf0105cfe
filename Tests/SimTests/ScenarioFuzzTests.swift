import FarmFile
import Foundation
import Sim
import TestSupport
import Testing

/// Thousands of damaged files: each is read or refused with a position, and none traps.
struct ScenarioFuzzTests {
  /// What operators and editors leave in files, and what YAML gives a meaning.
  static let pieces = [
    "", " ", "\n", "\n  ", ":", ": ", "- ", "? ", "[", "]", "{", "}", ",", "'", "\"", "#", "&a ", "*a", "!",
    "!!int ",
    "|", ">", "%", "@", "`", "~", "\\", "\t", "\r", "\r\n", "---\n", "...\n", "<<: *a\n", "\u{FEFF}",
    "\u{85}",
    "\u{2028}", "\u{0}", "\u{7f}", "é", "🐄", "0", "-1", "1e400", "99999999999999999999", "0x",
    "0xffffffffffffffffff",
    " ms", " s", " %", "/s", "1 h", "all", "node1", "node9", "web", "[]", "{}", "null", "-", "1-", "-1",
    "65536",
    "farm:", "network/", "network/24/", "::", "1.2.3.4", "\u{E000}", "292 y", "9e18 ns", "4000000000 s",
  ]

  @Test(arguments: 0..<4)
  func aDamagedFileIsReadOrRefusedAndNeverTraps(lane: Int) {
    var source = SplitMix64(state: UInt64(lane))
    let seeds =
      ScenarioFilesTests.files.compactMap {
        try? String(contentsOfFile: ScenarioFilesTests.folder.appending(path: $0).path(), encoding: .utf8)
      } + [ScenarioKeysTests.everyKey, ScenarioKeysTests.everyKey, ScenarioKeysTests.everyKey]
    var read = 0
    for _ in 0..<1500 {
      var bytes = Array(seeds[source.next(below: seeds.count)].utf8)
      for _ in 0...source.next(below: 4) { damage(&bytes, &source) }
      let text = String(decoding: bytes, as: UTF8.self)
      switch Scenario.read(text: text, name: "f") {
      case .success: read += 1
      case .failure(let problems):
        #expect(!problems.problems.isEmpty)
        #expect(problems.problems == problems.problems.sorted())
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
        for problem in problems.problems {
          #expect(problem.description.split(whereSeparator: \.isNewline).count == 1, "\(problem)")
          guard case .position(let line, let column) = problem.place else { continue }
          #expect(line >= 1 && line <= lines && column >= 1, "\(problem)")
        }
      }
    }
    // Damage in remarks and texts does no harm: a fuzz that only ever sees refusals sees little.
    #expect(read > 30 && read < 1470)
  }

  private func damage(_ bytes: inout [UInt8], _ source: inout SplitMix64) {
    guard !bytes.isEmpty else { return }
    let at = source.next(below: bytes.count)
    let end = min(bytes.count, at + source.next(below: 12))
    switch source.next(below: 6) {
    case 0: bytes.removeSubrange(at..<end)
    case 1: bytes[at] = UInt8(source.next(below: 256))
    case 2: bytes.removeSubrange(at...)
    case 3:
      let from = source.next(below: bytes.count)
      bytes.insert(contentsOf: Array(bytes[from..<min(bytes.count, from + source.next(below: 60))]), at: at)
    default:
      bytes.replaceSubrange(
        at..<end,
        with: Array(ScenarioFuzzTests.pieces[source.next(below: ScenarioFuzzTests.pieces.count)].utf8))
    }
  }
}

import FarmFile
import Foundation
import TestSupport
import Testing

@testable import farmsim

/// A command that is printed can be typed: bash reads the words that it was made of.
@Suite struct ShellTextTests {
  private static let hostile = [
    "", "plain.yaml", "two words", "it's", "\"quoted\"", "$HOME", "`id`", "$(id)", "a\\b", "a\nb", "\n",
    "a\tb",
    "\u{1b}[2J", "\u{1}9", "\u{7f}", "\u{85}", "a\u{202e}b", "\u{2066}'\u{2069}", "é", "日本", "👩‍👩‍👧", "'\u{301}",
    "!!", "a!\nb", "~", "~root", "*", "[a]", "{a,b}", "#", "a#b", "a;b", "a&b", "a|b", "<a", "=x", "-", "-a",
    "--",
    "--trials", "$'x'", "\\", "'", "''", "\r\n", "\u{feff}a", " ", "\u{2028}",
  ]

  /// The words that bash makes of a line.
  private func words(_ line: String) throws -> [String] {
    // In any language, and without looking for files.
    let run = try Farmsim.run(
      ["-c", "set -f; f() { [ $# -eq 0 ] || printf '%s\\0' \"$@\"; }; eval \"f $1\"", "bash", line],
      environment: ["LC_ALL": "C"], program: "bash")
    #expect(run.status == 0 && run.errors.isEmpty, "\(line)")
    return run.output.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test func bashReadsTheSameWords() throws {
    #expect(try words(ShellText.command(Self.hostile)) == Self.hostile)
    #expect(ShellText.command(["farmsim", "run", "a.yaml", "--seed", "1"]) == "farmsim run a.yaml --seed 1")
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>) func bashReadsAnyWords(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    let letters = Self.hostile.flatMap { $0.unicodeScalars.map { $0 } }
    let words = (0..<50).map { _ in
      var word = String.UnicodeScalarView()
      for _ in 0..<random.next(below: 8) { word.append(letters[random.next(below: letters.count)]) }
      return String(word)
    }
    #expect(try self.words(ShellText.command(words)) == words)
  }

  @Test func whatIsPrintedDoesNothingToATerminal() {
    for word in Self.hostile {
      #expect(ShellText.quoted(word).unicodeScalars.allSatisfy(PlainText.isPlain))
    }
  }

  /// The command in a report plays the same again, whatever the file is called.
  @Test(arguments: [
    "-x.yaml", "--trials 3.yaml", "it's \"mine\".yaml", "line\nfeed\t\u{1b}[1m.yaml", "a\u{202e}b!.yaml",
    "$HOME.yaml",
  ])
  func theCommandInAReportCanBeTyped(name: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(SmallFarm.yaml(), as: name)
    // From the file's folder, where a dash is the first letter of its name.
    let here = ["-c", "cd \"$1\" && shift && exec \"$@\"", "bash", folder.path]
    let run = try Farmsim.run(
      here + [
        BuiltProgram.farmsim.path, "run", "--trials", "3", "--quiet", "--report=-report", "--set",
        "run.duration=11 s",
        "--", name,
      ], program: "bash")
    #expect(run.status == 0, "\(run.errors)")
    let page = try String(contentsOf: folder.file("-report/report.md"), encoding: .utf8)
    let commands = page.matches(of: /```+sh\n(.*)\n```/).map { String($0.1) }
    try #require(commands.count == 2)
    for (command, option) in zip(commands, ["--trials 3", "--trial "]) {
      #expect(command.contains(option))
      let typed = "farmsim() { '\(BuiltProgram.farmsim.path)' \"$@\"; }; \(command)"
      let again = try Farmsim.run(
        ["-c", "cd \"$1\" && eval \"$2\"", "bash", folder.path, typed], program: "bash")
      #expect(again.status == 0, "\(command): \(again.errors)")
    }
    #expect(folder.entries == ["-report", name].sorted())
  }
}

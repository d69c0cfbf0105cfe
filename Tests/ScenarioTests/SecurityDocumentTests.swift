import Foundation
import TestSupport
import Testing

/// `docs/security.md` names for each promise the tests that show it: they are there, and their suites still have tests.
@Suite struct SecurityDocumentTests {
  private static let text =
    (try? String(contentsOf: BuiltProgram.root.appendingPathComponent("docs/security.md"), encoding: .utf8))
    ?? ""

  /// How many tests each suite has, by its name.
  private static let suites: [String: Int] = {
    let root = BuiltProgram.root.appendingPathComponent("Tests")
    let files = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix("Tests.swift") }.reduce(into: [:]) { suites, file in
      let text = (try? String(contentsOf: root.appendingPathComponent(file), encoding: .utf8)) ?? ""
      for suite in text.matches(of: /(?m)^(?:@Suite.* )?(?:final )?(?:struct|class) (\w+Tests)\b/) {
        suites[String(suite.1), default: 0] += text.matches(of: /@Test\b/).count
      }
    }
  }()

  /// Rows of the tables below a heading "promised | shown by".
  private static let promises: [(promise: String, tests: [String])] = text.components(
    separatedBy: "| promised | shown by |\n|---|---|\n"
  ).dropFirst().flatMap { table in
    table.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("|") }.map { row in
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return (cells[0], (cells.dropFirst().first ?? "").matches(of: /`(\w+)`/).map { String($0.1) })
    }
  }

  @Test func everyPromiseNamesTestsThatAreThere() {
    #expect(Self.promises.count >= 20)
    for (promise, tests) in Self.promises {
      #expect(!tests.isEmpty, "nothing shows: \(promise)")
      for name in tests { #expect(Self.suites[name, default: 0] > 0, "there is no suite \(name)") }
    }
  }

  @Test func whateverElseItNamesIsThereToo() {
    for name in Self.text.matches(of: /`(\w+Tests)`/) {
      #expect(Self.suites[String(name.1), default: 0] > 0, "there is no suite \(name.1)")
    }
  }

  /// Each of those whom the first table names has a chapter.
  @Test func everyAttackerHasAChapter() throws {
    let table = try #require(
      Self.text.firstMatch(of: /\| who \| can at worst \|\n\|---\|---\|\n((?:\|.*\n)+)/))
    let whos = table.1.split(separator: "\n").map {
      $0.split(separator: "|")[0].trimmingCharacters(in: .whitespaces)
    }
    #expect(whos.count >= 6)
    let chapters = Self.text.matches(of: /(?m)^## (.+)$/).map { String($0.1).lowercased() }
    for who in whos {
      let words = who.lowercased()
      #expect(chapters.contains { words.contains($0) || $0 == words }, "no chapter on \(who)")
    }
    #expect(chapters.contains("if you find a hole"))
  }
}

import Foundation
import TestSupport
import Testing

/// `docs/protocol.md` names every property that anything in the repository cites, and tests that there are.
@Suite struct ProtocolPageTests {
  private static let root = BuiltProgram.root
  private static let page = try! text("docs/protocol.md")

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// By property: its row.
  private static let rows = Dictionary(
    uniqueKeysWithValues: page.matches(of: /(?m)^\| ([SL][0-9]+) \|.*$/).map { (String($0.1), String($0.0)) })

  @Test func everyPropertyHasARow() {
    let safety = (1...17).map { "S\($0)" }
    let liveness = (1...8).map { "L\($0)" }
    #expect(Set(Self.rows.keys) == Set(safety + liveness))
  }

  /// In comments, names of tests and documents; a word such as `S13` that is no property would be one here too.
  @Test func whatIsCitedIsDefined() throws {
    var cited = 0
    for folder in ["Sources", "Tests", "docs"] {
      let paths = try #require(FileManager.default.enumerator(atPath: Self.root.path + "/" + folder))
      for case let path as String in paths
      where (path.hasSuffix(".swift") || path.hasSuffix(".md")) && !path.hasSuffix("ProtocolPageTests.swift")
      {
        for match in try Self.text(folder + "/" + path).matches(of: /\b([SL][0-9]{1,2})\b(?!_)/) {
          let name = String(match.1)
          #expect(Self.rows[name] != nil, "\(folder)/\(path) cites \(name)")
          cited += 1
        }
      }
    }
    #expect(cited > 80)
  }

  @Test func theTestsThatHoldThemExist() throws {
    let paths = try #require(FileManager.default.enumerator(atPath: Self.root.path + "/Tests"))
    let files = Set(paths.compactMap { ($0 as? String)?.split(separator: "/").last.map(String.init) })
    for (name, row) in Self.rows {
      let suites = row.matches(of: /`([A-Za-z]+Tests)`/).map { String($0.1) }
      #expect(!suites.isEmpty || name == "S6", "\(name)")
      for suite in suites { #expect(files.contains(suite + ".swift"), "\(name): \(suite)") }
      // Transcripts stand in brackets behind their suite.
      for match in row.matches(of: /`GoldenTests` \(([^)]*)\)/) {
        for transcript in match.1.matches(of: /`([a-z0-9-]+)`/) {
          #expect(files.contains(transcript.1 + ".txt"), "\(name): \(transcript.1)")
        }
      }
    }
  }
}

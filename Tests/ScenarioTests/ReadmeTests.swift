import Commands
import Foundation
import TestSupport
import Testing

@testable import farmsim

@Suite struct ReadmeTests {
  private static let readme = try! String(
    contentsOf: BuiltProgram.root.appendingPathComponent("README.md"), encoding: .utf8)

  /// `make readme` writes it anew.
  @Test func theTableOfMeasuresIsTheProgramsOwn() throws {
    let parts = Self.readme.components(separatedBy: "<!-- measures -->\n")
    try #require(parts.count == 2)
    let table = parts[1].components(separatedBy: "<!-- end of measures -->")[0]
    #expect(table == MeasureTable.markdown + "\n")
  }

  @Test func everyExitCodeIsExplained() {
    #expect(ExitTable.farmsim.rows.count == 9)
    for row in ExitTable.farmsim.rows {
      #expect(Self.readme.contains("| \(row.reason.rawValue) | \(row.meaning) |"))
    }
  }

  @Test func everyFileItPointsToExists() throws {
    let links = Self.readme.matches(of: /\]\(([^)#]+)[^)]*\)|srcset="([^"]+)"|src="([^"]+)"/)
      .compactMap { $0.1 ?? $0.2 ?? $0.3 }
      .filter { !$0.hasPrefix("http") }
    #expect(!links.isEmpty)
    for link in links {
      #expect(
        FileManager.default.fileExists(atPath: BuiltProgram.root.appendingPathComponent(String(link)).path),
        "\(link)")
    }
  }
}

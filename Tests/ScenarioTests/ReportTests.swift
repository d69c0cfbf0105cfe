import Foundation
import Sim
import TestSupport
import Testing

@testable import farmsim

/// The committed reports are what the program writes today.
@Suite struct ReportTests {
  private static let reports = BuiltProgram.root.appendingPathComponent("Reports")
  private static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: reports.path)) ?? [])
    .filter { FileManager.default.fileExists(atPath: reports.appendingPathComponent($0 + "/report.md").path) }
    .sorted()

  /// Those that a machine's own kernel had a part in are not the same twice.
  private static let repeatable = names.filter { !$0.hasPrefix("lab-") }

  @Test func thereAreSome() { #expect(!Self.repeatable.isEmpty) }

  /// Digests are promised for one platform: on another one only the question and its verdicts must be the same.
  @Test(arguments: repeatable) func itIsWrittenAgainByteForByte(name: String) throws {
    let folder = try TemporaryFolder()
    let run = try Farmsim.run(
      ["run", "Scenarios/\(name).yaml", "--quiet", "--report", folder.path + "/" + name])
    #expect(run.status == 0 || run.status == 1)
    let now = try String(contentsOf: folder.file("\(name)/report.md"), encoding: .utf8)
    let committed = try String(
      contentsOf: Self.reports.appendingPathComponent("\(name)/report.md"), encoding: .utf8)
    let platform = { (page: String) in page.split(separator: "\n").first { $0.hasPrefix("| Platform |") } }
    #expect(platform(now) != nil)
    if platform(now) == platform(committed) {
      #expect(now == committed, "Reports/\(name)/report.md differs: `make reports` writes it anew")
    } else {
      #expect(now.split(separator: "\n").prefix(2) == committed.split(separator: "\n").prefix(2))
    }
  }

  @Test(arguments: names) func itsChartsStandBesideIt(name: String) throws {
    let folder = Self.reports.appendingPathComponent(name)
    let page = try String(contentsOf: folder.appendingPathComponent("report.md"), encoding: .utf8)
    let charts = page.matches(of: /[A-Za-z0-9_.-]+\.svg/).map { String($0.0) }
    #expect(!charts.isEmpty)
    for chart in charts {
      #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent(chart).path), "\(chart)")
    }
  }

  @Test func theIndexNamesEachWithItsAnswer() throws {
    let index = try String(contentsOf: Self.reports.appendingPathComponent("index.md"), encoding: .utf8)
    #expect(index == ReportIndex(of: Self.reports.path).markdown, "`make reports` writes it anew")
    for name in Self.names { #expect(index.contains("](\(name)/report.md)")) }
    #expect(!index.contains("? |  |"), "a question without an answer")
  }

  @Test func everyScenarioStartsWithItsQuestion() throws {
    let folder = BuiltProgram.root.appendingPathComponent("Scenarios")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".yaml")
    }
    #expect(files.count >= 12)
    for file in files {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      #expect(text.hasPrefix("# ") && text.prefix { !$0.isNewline }.hasSuffix("?"), "\(file)")
    }
  }
}

import Foundation
import TestSupport
import Testing

/// Every scenario that comes with the project is played to its end: its expectations hold, and a report of it
/// can be drawn, whatever it has too much or nothing of.
@Suite struct ScenarioFolderTests {
  private static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: BuiltProgram.root.path + "/Scenarios")) ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()

  @Test func thereIsOneForEachQuestion() { #expect(Self.names.count >= 12) }

  @Test(arguments: names) func holdsAndIsDrawn(name: String) throws {
    let folder = try TemporaryFolder()
    let run = try Farmsim.run(["run", "Scenarios/\(name)", "--quiet", "--report", folder.path + "/report"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(folder.entries == ["report"])
    let page = try String(contentsOf: folder.file("report/report.md"), encoding: .utf8)
    #expect(page.contains("ownership"))
  }
}

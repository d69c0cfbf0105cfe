import Foundation
import Sim
import Testing

/// The scenario files that the project ships.
struct ScenarioFilesTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Scenarios")
    .standardizedFileURL

  static var files: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }

  @Test func thereAreAtLeastFourteenScenarios() {
    #expect(ScenarioFilesTests.files.count >= 14)
  }

  @Test(arguments: files)
  func eachScenarioReadsWithoutAProblemAndAsksAQuestionFirst(file: String) throws {
    let path = ScenarioFilesTests.folder.appending(path: file).path()
    let scenario = try Scenario.read(path: path).get()
    #expect(scenario.name + ".yaml" == file)
    #expect(scenario.question.hasSuffix("?"))
    #expect(!scenario.description.isEmpty)
    #expect(!scenario.faults.isEmpty || !scenario.series.isEmpty)
    #expect(!scenario.expectations.isEmpty)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.hasPrefix("# " + scenario.question + "\n"))
  }
}

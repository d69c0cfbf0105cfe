import Foundation
import TestSupport
import Testing

@testable import Sim

/// Files come into a folder all at once or not at all, and nothing is left behind.
@Suite struct ReportFolderTests {
  private let folder: TemporaryFolder
  private let sample = ReportSample()

  init() throws { folder = try TemporaryFolder() }

  private func report(_ trials: Int = 0, to path: String? = nil) throws {
    try Report.write(
      scenario: sample.scenario, result: sample.result, trials: sample.trials(trials),
      environment: ReportSample.environment, to: path ?? folder.path)
  }

  /// Every file with what it holds; a folder with nothing.
  private var contents: [String: Data] {
    Dictionary(
      uniqueKeysWithValues: folder.entries.map { ($0, (try? Data(contentsOf: folder.file($0))) ?? Data()) })
  }

  private func makeFolder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(at: folder.file(name), withIntermediateDirectories: true)
    return folder.file(name).path
  }

  @Test(arguments: ["report.md", "ownership.csv", "phases.svg", "distribution.svg"])
  func aFolderInTheWayLeavesEverythingAsItWas(name: String) throws {
    try report(20)
    try FileManager.default.removeItem(at: folder.file(name))
    let inside = try makeFolder(name) + "/mine"
    try Data("mine".utf8).write(to: URL(fileURLWithPath: inside))
    let before = contents
    for path in [folder.path, folder.path + "/"] {
      let expected = ReportError.notWritable(path: path, reason: "\(folder.file(name).path) is a folder")
      #expect(throws: expected) { try Report.checkWritable(path) }
      #expect(throws: expected) { try report(to: path) }
    }
    #expect(contents == before)
    #expect(FileManager.default.fileExists(atPath: inside))
  }

  @Test func anExchangeThatFailsOnItsWayIsTakenBack() throws {
    for name in ["a", "b", "old"] { _ = try folder.write("earlier \(name)", as: name) }
    let before = contents
    let staging = try StagingFolder(in: folder.path)
    for name in ["a", "new"] {
      try Data("later".utf8).write(to: URL(fileURLWithPath: staging.place(ofComplete: name)))
    }
    var exchange = FileExchange(from: staging, to: folder.path)
    // There is no complete b.
    #expect(throws: FileExchange.Obstacle.self) {
      try exchange.run(["a", "new", "b"], removing: ["old", "never"])
    }
    staging.discard()
    #expect(contents == before)
  }

  @Test func whatWasMadeForAReportGoesWithIt() throws {
    let folder = try ReportFolder(self.folder.path + "/deep/er")
    try folder.write("page", "text")
    #expect(throws: ReportError.self) { try folder.publish(["page", "forgotten"]) }
    folder.discard()
    #expect(self.folder.entries == [])
  }

  @Test func whatAKilledProcessLeftIsRemoved() throws {
    let left = try makeFolder(".farmsim-a1B2c3")
    for name in ["complete-report.md", "drawing.gp", "drawing.svg", "probe"] {
      try Data().write(to: URL(fileURLWithPath: left + "/" + name))
    }
    _ = try makeFolder(".farmsim-000000")
    try Report.checkWritable(folder.path)
    #expect(folder.entries == [])
  }

  /// A running process has locked its own, and what is not of farmsim's making stays.
  @Test func whatBelongsToOthersStays() throws {
    let running = try StagingFolder(in: folder.path)
    try Data().write(to: URL(fileURLWithPath: running.place(ofComplete: "report.md")))
    let mine = try makeFolder(".farmsim-drafts")
    try Data().write(to: URL(fileURLWithPath: mine + "/chapter"))
    _ = try makeFolder(".farmsim-settings")
    _ = try makeFolder("reports")
    try FileManager.default.createSymbolicLink(
      at: folder.file(".farmsim-linked"), withDestinationURL: folder.file("reports"))
    _ = try folder.write("", as: ".farmsim-afile0")
    let before = contents
    try Report.checkWritable(folder.path)
    #expect(contents == before)
    #expect(FileManager.default.fileExists(atPath: running.place(ofComplete: "report.md")))
    #expect(FileManager.default.fileExists(atPath: mine + "/chapter"))
    running.discard()
    #expect(contents.count == before.count - 1)
  }

  /// Killed in the middle of an exchange: the earlier page, which is with its pictures again, and not a later one.
  @Test func anExchangeThatWasCutShortIsTakenBackByTheNext() throws {
    _ = try folder.write("later", as: "load.svg")
    let left = try makeFolder(".farmsim-a1B2c3")
    for (name, text) in [
      ("complete-report.md", "later"), ("previous-report.md", "earlier"), ("previous-load.svg", "earlier"),
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: left + "/" + name))
    }
    try Report.checkWritable(folder.path)
    #expect(contents == ["load.svg": Data("earlier".utf8), "report.md": Data("earlier".utf8)])
  }

  /// Killed after it: the later one stays.
  @Test func anExchangeThatWasCompleteStays() throws {
    _ = try folder.write("later", as: "report.md")
    let left = try makeFolder(".farmsim-a1B2c3")
    try Data("earlier".utf8).write(to: URL(fileURLWithPath: left + "/previous-report.md"))
    try Report.checkWritable(folder.path)
    #expect(contents == ["report.md": Data("later".utf8)])
  }

  @Test func aLinkToNothingIsInTheWay() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link").path, withDestinationPath: folder.file("nothing").path)
    #expect {
      try Report.checkWritable(folder.file("link").path)
    } throws: {
      ($0 as? ReportError)?.message.hasSuffix("/link: No such file or directory") == true
    }
    #expect(folder.entries == ["link"])
  }

  /// Many at once into one folder: at the end it holds one report, whole.
  @Test func reportsAtTheSameTimeDoNotMix() async throws {
    let path = folder.path
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<16 {
        group.addTask {
          guard let folder = try? ReportFolder(path) else { return }
          for name in ["a", "b", "page"] { try? folder.write(name, "\(writer)") }
          try? folder.publish(["a", "b", "page"])
          folder.discard()
        }
      }
    }
    #expect(folder.entries == ["a", "b", "page"])
    #expect(Set(contents.values).count == 1)
  }
}

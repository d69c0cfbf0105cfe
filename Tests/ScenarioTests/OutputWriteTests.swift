import Commands
import Foundation
import TestSupport
import Testing

@testable import farmsim

/// Output beside reports: whole or not at all, and into what is there already if that is no file.
@Suite struct OutputWriteTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: folder.file(name), encoding: .utf8)
  }

  @Test func aFileIsWrittenAloneAndAgain() throws {
    let path = folder.file("out.yaml").path
    for text in ["first", "second"] {
      try OutputPlace.check(file: path)
      try OutputPlace.write(text, to: path)
      #expect(try self.text("out.yaml") == text)
    }
    #expect(folder.entries == ["out.yaml"])
  }

  @Test func aLinkStaysOne() throws {
    _ = try folder.write("old", as: "target")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link").path, withDestinationPath: "target")
    try OutputPlace.write("new", to: folder.file("link").path)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link").path) == "target")
    #expect(try text("target") == "new")
    #expect(folder.entries == ["link", "target"])
  }

  /// Replacing it would take the device away from everybody.
  @Test func aDeviceIsWrittenToAndStays() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link").path, withDestinationPath: "/dev/null")
    for path in ["/dev/null", folder.file("link").path] {
      try OutputPlace.check(file: path)
      try OutputPlace.write("text", to: path)
    }
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    #expect(throws: ExitReason.cannotWrite.exit) { try OutputPlace.write("text", to: "/dev/full") }
    #expect(folder.entries == ["link"])
  }

  @Test func aFolderInTheWayIsSaidFirstAndNothingIsWritten() throws {
    try FileManager.default.createDirectory(at: folder.file("b"), withIntermediateDirectories: true)
    #expect(throws: ExitReason.cannotWrite.exit) { try OutputPlace.check(file: folder.file("b").path) }
    #expect(throws: ExitReason.cannotWrite.exit) { try OutputPlace.write("text", to: folder.file("b").path) }
    #expect(throws: ExitReason.cannotWrite.exit) {
      try OutputPlace.write(["a": "1", "b": "2", "c": "3"], to: folder.path)
    }
    #expect(folder.entries == ["b"])
    try OutputPlace.write(["a": "1", "c": "3"], to: folder.path + "/logs/round")
    #expect(try text("logs/round/a") == "1")
    #expect(folder.entries == ["b", "logs"])
  }
}

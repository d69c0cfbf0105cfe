import FarmFile
import Foundation
import TestSupport
import Testing

/// What Foundation's errors say is in the system's words.
struct SystemReasonTests {
  private static func reason(_ work: () throws -> Void) throws -> String {
    try #require(throws: (any Error).self) { try work() }.systemReason
  }

  @Test func aFolderBelowAFileAFileInNoFolderAndAFullDiskAreTold() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("", as: "file")
    let below = try Self.reason {
      try FileManager.default.createDirectory(atPath: file + "/folder", withIntermediateDirectories: true)
    }
    #expect(below == "Not a directory")
    for whole in [true, false] {
      let nowhere = try Self.reason {
        try "x".write(toFile: folder.path + "/none/file", atomically: whole, encoding: .utf8)
      }
      #expect(nowhere == "No such file or directory")
    }
    let full = try Self.reason { try "x".write(toFile: "/dev/full", atomically: false, encoding: .utf8) }
    #expect(full == "No space left on device")
  }
}

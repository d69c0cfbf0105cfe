import Foundation
import LinuxBackend
import Testing

/// A new key is its owner's alone and never takes the place of another.
@Suite struct KeyCreationTests {
  @Test func whatIsWrittenIsWhatTheDaemonReads() throws {
    let folder = try ControlBench.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (first, second) = (folder + "/key", folder + "/key2")
    try KeyFile.create(first)
    try KeyFile.create(second)
    let key = try KeyFile.read(first)
    #expect(key.bitCount == 256)
    #expect(try key != KeyFile.read(second))
    var status = stat()
    #expect(lstat(first, &status) == 0 && status.st_mode == S_IFREG | 0o600)
    let before = FileManager.default.contents(atPath: first)
    #expect(
      throws: KeyFileError.cannotCreate(first, reason: "there is a file already; a key is never overwritten")
    ) {
      try KeyFile.create(first)
    }
    #expect(FileManager.default.contents(atPath: first) == before)
    #expect(symlink(folder + "/elsewhere", folder + "/link") == 0)
    #expect(throws: KeyFileError.self) { try KeyFile.create(folder + "/link") }
    #expect(!FileManager.default.fileExists(atPath: folder + "/elsewhere"))
    #expect(throws: KeyFileError.self) { try KeyFile.create(folder + "/missing/key") }
  }
}

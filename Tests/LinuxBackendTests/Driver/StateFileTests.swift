import Foundation
import Testing

@testable import LinuxBackend

struct StateFileTests {
  /// A read returns at most 64 KiB at once.
  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_003])
  func aFileOfAnyLengthIsReadAsItWasWritten(length: Int) throws {
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 16) }
    let file = StateFile(path: folder + "/state")
    try file.write([1, 2, 3], isDurable: false)
    try file.write(bytes, isDurable: true)
    #expect(try file.read() == bytes)
    let kept = BootFile(path: folder + "/kept")
    try kept.write(bytes, isDurable: false)
    #expect(kept.read() == bytes)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["kept", "state"])
  }

  @Test func aFileThatIsMissingIsNoneAndWhatIsNoFileIsRefusedAtOnce() throws {
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try StateFile(path: folder + "/none").read() == nil)
    symlink("/etc/hostname", folder + "/link")
    for path in [folder, folder + "/link"] {
      #expect(throws: DriverError.self) { try StateFile(path: path).read() }
    }
    // No process writes to it, and the read does not wait for one.
    mkfifo(folder + "/pipe", 0o600)
    #expect(try StateFile(path: folder + "/pipe").read() == [])
    // The write replaces the link itself, and leaves the file that it points to alone.
    try StateFile(path: folder + "/link").write([7], isDurable: false)
    #expect(try StateFile(path: folder + "/link").read() == [7])
  }
}

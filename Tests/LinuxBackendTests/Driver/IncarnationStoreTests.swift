import Engine
import Foundation
import Synchronization
import Testing

@testable import LinuxBackend

struct IncarnationStoreTests {
  /// A new folder; the test removes it.
  static func folder() throws -> String {
    let path = NSTemporaryDirectory() + "farmd-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test func eachLifeIsAboveTheLastWhateverTheClockSays() throws {
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = IncarnationStore(folder: folder, node: "node1")
    #expect(try store.stored() == nil)
    #expect(store.begin(wallMilliseconds: 1000).incarnation == Incarnation(1000))
    #expect(store.begin(wallMilliseconds: 5000).incarnation == Incarnation(5000))
    // The clock was set back.
    #expect(store.begin(wallMilliseconds: 2000).incarnation == Incarnation(5001))
    // The engine has raised the number.
    try store.store(Incarnation(7000))
    #expect(
      IncarnationStore(folder: folder, node: "node1").begin(wallMilliseconds: 2000).incarnation
        == Incarnation(7001))
    // Another node has a number of its own.
    #expect(
      IncarnationStore(folder: folder, node: "node2").begin(wallMilliseconds: 2000).incarnation
        == Incarnation(2000))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
        "node1.incarnation", "node2.incarnation",
      ])
  }

  @Test(arguments: ["", "abc", "-1", "18446744073709551615", "99999999999999999999999"])
  func aFileWithoutANumberCountsAsNone(_ text: String) throws {
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/node1.incarnation"))
    let store = IncarnationStore(folder: folder, node: "node1")
    #expect(store.begin(wallMilliseconds: 1000).incarnation == Incarnation(1000))
    #expect(try store.stored() == 1000)
  }

  @Test func withoutADiskTheClockAloneSaysWhichLifeItIsAndWhyIsOneLine() throws {
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // A folder is in the way of the file, so that not even root can write it.
    try FileManager.default.createDirectory(
      atPath: folder + "/node1.incarnation.new", withIntermediateDirectories: false)
    let life = IncarnationStore(folder: folder, node: "node1").begin(wallMilliseconds: 7)
    #expect(life.incarnation == Incarnation(7))
    #expect(life.failure.map { "\($0)" } == "\(folder)/node1.incarnation: cannot write: Is a directory")
  }

  @Test func oneDaemonAtATimeHoldsANode() throws {
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var lock: RunLock? = try RunLock(folder: folder, node: "node1")
    #expect(throws: DriverError.self) { try RunLock(folder: folder, node: "node1") }
    _ = try RunLock(folder: folder, node: "node2")
    withExtendedLifetime(lock) {}
    lock = nil
    _ = try RunLock(folder: folder, node: "node1")
  }

  @Test func theNextDaemonWaitsForOneThatIsAboutToEnd() throws {
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let before = Held(try RunLock(folder: folder, node: "node1"))
    Thread {
      usleep(30_000)
      before.lock.withLock { $0 = nil }
    }.start()
    _ = try RunLock(folder: folder, node: "node1")
    #expect(before.lock.withLock { $0 == nil })
  }

  private final class Held: Sendable {
    let lock: Mutex<RunLock?>
    init(_ lock: RunLock) { self.lock = Mutex(lock) }
  }
}

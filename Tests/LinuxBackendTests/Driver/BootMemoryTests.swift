import Engine
import Foundation
import Testing

@testable import LinuxBackend

struct BootMemoryTests {
  @Test func eachLifeKnowsThoseBeforeItAndNoMoreThanCanBeKept() throws {
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let memory = BootMemory(folder: folder, node: "node1")
    #expect(memory.begin(BootID(7)).former == [])
    #expect(memory.begin(BootID(.max)).former == [BootID(7)])
    #expect(memory.begin(BootID(9)).former == [BootID(7), BootID(.max)])
    #expect(BootMemory(folder: folder, node: "node2").begin(BootID(1)).former == [])
    for i in 100..<400 { _ = memory.begin(BootID(UInt64(i))) }
    let former = memory.begin(BootID(1)).former
    #expect(former.count == BootMemory.most && former.last == BootID(399))
  }

  @Test(arguments: ["", "no boot id\n\n-1\n", "\u{0}\u{1b}[2J"])
  func aFileWithSomethingElseInItCountsAsNone(_ text: String) throws {
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/node1.boots"))
    let memory = BootMemory(folder: folder, node: "node1")
    #expect(memory.begin(BootID(3)).former == [])
    #expect(memory.begin(BootID(4)).former == [BootID(3)])
  }

  @Test func withoutADiskALifeBeginsAllTheSameAndWhyItIsNotKeptIsOneLine() throws {
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(
      atPath: folder + "/node1.boots.new", withIntermediateDirectories: false)
    let life = BootMemory(folder: folder, node: "node1").begin(BootID(7))
    #expect(life.former == [])
    #expect(life.failure.map { "\($0)" } == "\(folder)/node1.boots: cannot write: Is a directory")
  }
}

import Engine
import FarmFile
import Foundation
import Logging
import TestSupport
import Testing

@testable import LinuxBackend

/// Disks that are full, broken or do not answer.
@Suite(.serialized, .needsNamespaces)
struct HungDiskTests {
  @Test func aDaemonWithoutAStateDirectoryServesAndSaysWhatItCannotKeep() async throws {
    let farm = try DaemonFarm()
    // No folder can be made below a file.
    let node = try farm.start(0, stateDirectory: farm.file + "/state")
    let report = try await node.wait { $0.groups[0].claims == [256, 0] }
    #expect(report.groups[0].claims == [256, 0], "\(node.log)")
    #expect(
      node.log.contains("Not a directory; the wall clock says which life this is"),
      "\(node.log)")
    #expect(node.end(by: SIGTERM) == 0)
  }

  @Test func whileAFarmFileCannotBeReadADaemonAnswersAndASecondReloadIsRefused()
    async throws
  {
    let segment = try Segment(nodes: 2)
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let driver = try await DriverFarmTests.start(0, in: segment, folder: folder)
    let setup = try await driver.glance().setup
    let disk = DispatchSemaphore(value: 0)
    let log = EventLog(
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, farm: setup.farm, node: setup.node)
    let service = DriverService(driver: driver, log: log, version: "0") { () throws(CommandRefused) in
      disk.wait()
      return setup
    }
    let reload = Task { try await service.reload() }
    try await Task.sleep(for: .milliseconds(200))
    #expect(try await service.status().node == "node1")
    await #expect(throws: CommandRefused.self) { try await service.reload() }
    disk.signal()
    #expect(try await reload.value.contains("settings are those in force"))
    try await service.follow(.stop)
    try await driver.waitUntilEnded()
  }
}

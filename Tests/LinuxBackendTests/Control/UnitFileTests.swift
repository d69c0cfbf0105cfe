import Foundation
import LinuxBackend
import TestSupport
import Testing

@Suite("The systemd unit is right")
struct UnitFileTests {
  static let analyze = "/usr/bin/systemd-analyze"

  @Test(
    "systemd-analyze finds nothing wrong, and finds what is",
    .enabled(if: FileManager.default.isExecutableFile(atPath: analyze), "systemd-analyze is not installed"))
  func verify() async throws {
    let source = BuiltProgram.root.appendingPathComponent("packaging/farmd.service")
    // The program need not be installed for the test.
    let unit = try String(contentsOf: source, encoding: .utf8).replacing(
      "/usr/bin/farmd", with: BuiltProgram.farmd.path)
    #expect(try await complaints(unit) == [])
    #expect(try await complaints(unit.replacing("WatchdogSec=2", with: "WatchdogSec=often")) != [])
  }

  @Test("The code of an upgrade in place is started again, and counts as success")
  func handedOver() throws {
    let source = BuiltProgram.root.appendingPathComponent("packaging/farmd.service")
    let unit = try String(contentsOf: source, encoding: .utf8)
    #expect(unit.contains("\nRestartForceExitStatus=75\n") && unit.contains("\nSuccessExitStatus=75\n"))
  }

  /// What it says about this unit, of others on the machine nothing.
  private func complaints(_ unit: String) async throws -> [String] {
    let folder = try ControlBench.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/farmd-test.service"
    try Data(unit.utf8).write(to: URL(fileURLWithPath: path))
    let analyzed = try await Farmd.run(Self.analyze, ["verify", "--man=no", path])
    let lines = (analyzed.output + analyzed.errors).split(separator: "\n").map(String.init)
    return lines.filter { $0.contains("farmd-test") }
  }
}

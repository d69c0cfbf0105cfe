import Foundation
import LinuxBackend
import TestSupport
import Testing

/// The systemd unit is right.
@Suite struct UnitFileTests {
  static let analyze = "/usr/bin/systemd-analyze"

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: analyze), "systemd-analyze is not installed"))
  func systemdAnalyzeFindsNothingWrongAndFindsWhatIs() async throws {
    let unit = try Self.unit("farmd.service")
    #expect(try await complaints(unit) == [])
    #expect(try await complaints(unit.replacing("WatchdogSec=2", with: "WatchdogSec=often")) != [])
    #expect(try await complaints(Self.unit("farmd-clear.service")) == [])
  }

  /// systemd's own measure of the harm that a service could do to its machine: from 0 for none to 10 for everything.
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: analyze), "systemd-analyze is not installed"))
  func aDaemonThatIsTakenOverCanDoLittleToItsMachine() async throws {
    let unit = try Self.unit("farmd.service")
    #expect(try await exposure(of: unit) <= 4)
    #expect(try await exposure(of: unit.replacing("CapabilityBoundingSet=", with: "#")) > 4)
  }

  /// With the privileges that systemd would give it, and with a port that an ordinary user cannot take before it.
  @Test(.needsNamespaces)
  func theDaemonServesWithTheUnitsPrivilegesAndNoMore() async throws {
    let capabilities = try #require(
      try Self.unit("farmd.service").firstMatch(of: /\nCapabilityBoundingSet=(.*)\n/)?.1)
    let set =
      "-all,"
      + capabilities.split(separator: " ").map { "+" + $0.dropFirst(4).lowercased() }.joined(separator: ",")
    let farm = try DaemonFarm(DaemonFarm.usual + "  port: 946\n")
    let node = try farm.start(0, by: ["/usr/bin/setpriv", "--no-new-privs", "--bounding-set", set])
    let report = try await node.wait { $0.status == "up" && $0.groups[0].claims == [256, 0] }
    #expect(report.groups[0].claims == [256, 0], "\(node.log)")
    #expect(node.end(by: SIGTERM) == 0)
    #expect(try farm.segment.nodes[0].shell("nft list tables; ip addr show to 10.77.0.100") == "")
  }

  /// Without a right that it needs, it says so and ends in good order.
  @Test(
    .needsNamespaces,
    arguments: ["run", "preflight --wait 0s"])
  func withoutTheRightToChangeTheNetworkItSaysSo(_ command: String) async throws {
    let farm = try DaemonFarm()
    let said = try farm.segment.nodes[0].shell(
      """
      setpriv --bounding-set -net_admin --no-new-privs timeout 10 \(BuiltProgram.farmd.path) \(command) \
        --config \(farm.file) --node node1 --set linux.run_directory=\(farm.folder)/r \
        --set linux.state_directory=\(farm.folder)/s || echo code $?
      """)
    #expect(said.hasSuffix("code 69\n") || said.hasSuffix("code 1\n"), "\(said)")
  }

  /// The unit with the tests' own program, so that the program need not be installed.
  private static func unit(_ name: String) throws -> String {
    let source = BuiltProgram.root.appendingPathComponent("packaging/\(name)")
    return try String(contentsOf: source, encoding: .utf8).replacing(
      "/usr/bin/farmd", with: BuiltProgram.farmd.path)
  }

  private func exposure(of unit: String) async throws -> Double {
    let folder = try ControlBench.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/farmd-test.service"
    try Data(unit.utf8).write(to: URL(fileURLWithPath: path))
    let said = try await Farmd.run(Self.analyze, ["security", "--offline=yes", "--no-pager", path])
    let figure = said.output.firstMatch(of: /farmd-test\.service: ([0-9.]+)/)
    return try #require(figure.flatMap { Double($0.1) }, "\(said.output)\(said.errors)")
  }

  @Test func theCodeOfAnUpgradeIsStartedAgainAndCountsAsSuccess() throws {
    let unit = try Self.unit("farmd.service")
    #expect(unit.contains("\nRestartForceExitStatus=75\n") && unit.contains("\nSuccessExitStatus=75\n"))
  }

  /// systemd's complaints about this unit, without those about other units of the machine.
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

import Engine
import Foundation
import LinuxBackend
import TestSupport
import Testing

/// The package of `farmd` on a machine with systemd, one of two nodes: installed, upgraded, removed.
///
/// It contains the tests' program, which starts more slowly than the released one. Where a machine's rights are cut
/// down, neither its priority nor its locked memory can be relied on. So the farm uses the times for slow machines.
@Suite(
  .serialized, .needsNamespaces,
  .enabled(
    if: SystemdMachine.missing == nil,
    "needs root, systemd, dpkg-dev, overlays and control groups of version 2"))
struct PackageLifeTests {
  private static let farm = """
    farm:
      nodes: {node1: 100, node2: 100}
      virtual_ip: 10.77.0.100
      profile: vm-safe
      flap: off
      rules: [{port: \(OpenConnections.port), identity: address_port}]
    linux:
      interfaces: {lan: eth0}
      addresses: {node1: {lan: 10.77.0.1}, node2: {lan: 10.77.0.2}}
      key_file: KEY

    """

  /// Makes packages of the tests' program.
  /// - Returns: their paths, one for each version.
  private static func packages(_ versions: [String], in folder: TemporaryFolder) async throws -> [String] {
    var paths: [String] = []
    for version in versions {
      let made = try await Farmd.run(
        "/usr/bin/env",
        [
          "VERSION=\(version)", "FARMD=\(BuiltProgram.farmd.path)", "SHLIBDEPS=--ignore-missing-info",
          "DPKG_DEB=-Zgzip -z1", "bash", BuiltProgram.root.path + "/scripts/deb.sh", folder.path, "farmd",
        ])
      paths.append(made.output.trimmingCharacters(in: .whitespacesAndNewlines))
      try #require(made.status == 0, "\(made.errors)")
    }
    return paths
  }

  private func wait(_ seconds: Double = 30, until isSo: () -> Bool) async throws {
    let end = Date(timeIntervalSinceNow: seconds)
    while !isSo(), Date() < end { try await Task.sleep(nanoseconds: 50_000_000) }
  }

  @Test func anUpgradeBreaksNoConnectionARemovalLeavesTheFarmAndNothingBehind() async throws {
    let folder = try TemporaryFolder()
    let packages = try await Self.packages(["1.0", "1.1"], in: folder)
    let farm = try DaemonFarm(Self.farm)
    let machine = try SystemdMachine(on: farm.segment.nodes[0])
    func install(_ package: String) throws -> String {
      try FileManager.default.copyItem(atPath: package, toPath: machine.path("/srv/package.deb"))
      defer { try? FileManager.default.removeItem(atPath: machine.path("/srv/package.deb")) }
      return try machine.run("dpkg --install /srv/package.deb")
    }

    // After the installation it waits for its farm file.
    let said = try install(packages[0])
    #expect(try machine.run("systemctl is-active farmd || true") == "inactive\n", "\(said)")
    #expect(try machine.run("stat -c %a /etc/farmd") == "755\n")
    try FileManager.default.copyItem(atPath: farm.key, toPath: machine.path("/etc/farmd/key"))
    try Self.farm.replacing("KEY", with: "/etc/farmd/key").write(
      toFile: machine.path("/etc/farmd/farm.yaml"), atomically: true, encoding: .utf8)
    try machine.run("chmod 600 /etc/farmd/key; systemctl --quiet enable --now farmd")
    let other = try farm.start(1)
    _ = try await other.wait(seconds: 30) { $0.groups[0].claims == [128, 128] }
    try await wait { machine.status?.groups[0].claims == [128, 128] }
    let before = try #require(machine.status)
    try #require(before.groups[0].claims == [128, 128], "\(machine.log)\n\(other.log)")

    // After the upgrade it is another process, and nothing else has changed.
    let connections = try OpenConnections(60, in: farm.segment)
    #expect(connections.shares.allSatisfy { $0 > 10 })
    let view = try #require(other.status).view
    let upgraded = try install(packages[1])
    #expect(try machine.run("dpkg-query --show --showformat '${Version}' farmd") == "1.1")
    #expect(!upgraded.contains("does not answer"), "\(upgraded)")
    try await wait { machine.status?.groups[0].claims == [128, 128] }
    let after = try #require(machine.status, "\(machine.log)")
    #expect(after.process != before.process && after.groups[0].claims == [128, 128])
    #expect(machine.log.contains("node1 goes on as the daemon before it"), "\(machine.log)")
    #expect(connections.broken() == 0, "\(machine.log)\n\(other.log)")
    let seen = try #require(other.status)
    #expect(seen.view.digest == view.digest && seen.view.epoch == view.epoch, "\(other.log)")

    // After the removal the node has left, the other one serves every client, and only files of the operator remain.
    let removed = try machine.run("dpkg --remove farmd")
    let alone = try await other.wait { $0.groups[0].claims == [256, 0] || $0.groups[0].claims == [0, 256] }
    #expect(alone.groups[0].claims.reduce(0, +) == 256 && other.log.contains("node1 has left"), "\(removed)")
    let network = farm.segment.nodes[0]
    #expect(try network.shell("nft list tables; ip addr show to 10.77.0.100") == "")
    #expect(try Self.left(on: machine) == "/etc/farmd\n/var/lib/farmd\n")
    try machine.run("dpkg --purge farmd")
    #expect(try Self.left(on: machine) == "/etc/farmd\n")
    #expect(try machine.run("find /etc/farmd -type f | sort") == "/etc/farmd/farm.yaml\n/etc/farmd/key\n")
  }

  /// All files with the daemon's name.
  private static func left(on machine: SystemdMachine) throws -> String {
    try machine.run("find /etc /run /usr /var/lib -xdev -name '*farmd*' ! -path '/var/lib/dpkg/*' | sort")
  }
}

import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// What a daemon holds on its machine, and what a failed start leaves behind.
@Suite(.serialized, .needsNamespaces)
struct TableClaimTests {
  /// Two daemons with the same tables would repair each other's for ever. The farm's other node has the same tables,
  /// but in another namespace.
  @Test func aSecondDaemonWithTheSameTablesIsRefusedUntilTheFirstIsGone() async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    let machine = farm.segment.nodes[0]
    let run =
      "run --config \(farm.file) --node node1 --set linux.run_directory=\(farm.folder)/r --set linux.state_directory=\(farm.folder)/s"
    for event in ["true", "nft flush ruleset; nft delete table inet farmd_daemon || true"] {
      try machine.shell(event)
      let refused = try await farm.farmd(0, run)
      #expect(
        refused
          == "Error: the tables 'farmd' are kept by farmd as node 'node1' (process \(farm.nodes[0].pid)); expected a linux.table of its own for each farmd of a network namespace\ncode 69\n",
        "\(refused)")
    }
    let other = try await farm.farmd(0, run + " --set linux.table=farm2")
    #expect(other.contains("does another farmd run here?"), "\(other)")
    let tables = try machine.shell("nft list tables")
    #expect(tables.contains("table inet farmd\n") && !tables.contains("farm2"), "\(tables)")

    farm.nodes[0].end(by: SIGKILL)
    #expect(try !machine.shell("nft list tables").contains("farmd_daemon"))
    let next = try farm.start(0)
    let report = try await next.wait { $0.groups[0].claims == [128, 128] }
    #expect(report.groups[0].claims == [128, 128], "\(next.log)")
    #expect(next.end(by: SIGTERM) == 0)
    #expect(try machine.shell("nft list tables") == "")
  }

  /// As in a container: the tables can be made, but then a setting of the host cannot be written.
  @Test func aStartThatFailsHalfwayLeavesNothing() async throws {
    let farm = try DaemonFarm()
    let before = try farm.segment.state(of: 0)
    let isReadOnly = "mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys; exec \"$@\""
    let node = try farm.start(0, by: ["/usr/bin/unshare", "-m", "/bin/sh", "-c", isReadOnly, "sh"])
    let log = try await ForeignTests.log(node, has: "Error: ")
    #expect(
      log.contains("Error: /proc/sys/net/netfilter/nf_conntrack_tcp_loose: Read-only file system\n"), "\(log)"
    )
    #expect(node.end(by: SIGCONT) == 69 << 8)
    #expect(try farm.segment.state(of: 0) == before)
  }

  /// A socket that got the number of standard error would receive the log, and a core would contain the farm's key.
  @Test func aDaemonWithoutStandardStreamsGetsSomeAndItsMemoryIsInNoCore() async throws {
    let farm = try DaemonFarm()
    let shut = "exec \"$@\" 0<&- 1>&- 2>&-"
    // In /proc a process without cores belongs to root, whatever its group.
    let node = try farm.start(
      0, by: ["/usr/bin/setpriv", "--regid", "4711", "--clear-groups", "/bin/sh", "-c", shut, "sh"])
    _ = try await node.wait { $0.status == "up" }
    for number in 0...2 {
      let target = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(node.pid)/fd/\(number)")
      #expect(target == "/dev/null")
    }
    var status = stat()
    #expect(stat("/proc/\(node.pid)", &status) == 0 && status.st_gid == 4711)
    #expect(stat("/proc/\(node.pid)/status", &status) == 0 && status.st_gid == 0)
    #expect(node.end(by: SIGTERM) == 0)
  }
}

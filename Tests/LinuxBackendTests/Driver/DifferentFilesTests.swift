import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// Three real daemons, one of which has another file.
@Suite(.serialized, .needsNamespaces)
struct DifferentFilesTests {
  /// A farm of three firewalls, with two virtual IPs and with a third one.
  final class Firewalls {
    static let names = ["fw-a", "fw-b", "fw-c"]
    let segment: Segment
    let folder: String
    var nodes: [DaemonProcess] = []

    init() throws {
      segment = try Segment(nodes: 3)
      folder = try IncarnationStoreTests.folder()
      try KeyFile.create(folder + "/key")
      for (i, node) in segment.nodes.enumerated() {
        // A server may listen on an address that its node does not have.
        try node.shell(
          "ip addr add 198.51.100.\(i + 1)/24 broadcast + dev eth0; echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind"
        )
      }
      try segment.client.shell("ip addr add 198.51.100.200/24 dev eth0")
    }

    deinit {
      nodes = []
      try? FileManager.default.removeItem(atPath: folder)
    }

    func text(_ more: String = "", last: String = "") -> String {
      """
      farm:
        nodes: [fw-a, fw-b, fw-c]
        virtual_ip: [198.51.100.100, "2001:db8:1::100"\(more)]
        rules:
          - {port: 443, identity: address}
          - {port: 5300, protocol: udp, identity: address_port}
      \(last)
      networks: {lan: {}}
      linux:
        interfaces: {lan: eth0}
        addresses:
          fw-a: {lan: 198.51.100.1}
          fw-b: {lan: 198.51.100.2}
          fw-c: {lan: 198.51.100.3}
        key_file: \(folder)/key
      """
    }

    func write(_ text: String, for node: Int) throws -> String {
      let path = "\(folder)/\(Self.names[node]).yaml"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return path
    }

    func start(_ node: Int, _ text: String) throws -> DaemonProcess {
      try DaemonProcess(
        node, in: segment, file: try write(text, for: node), folder: folder, name: Self.names[node])
    }

    func setup(_ node: Int, _ text: String) throws -> DriverSetup {
      DriverSetup(try DaemonFile.read(text: text, file: "f").get(), node: NodeID(node))
    }

    func ask(_ address: String) async throws -> [[Int]] {
      nonisolated(unsafe) let segment = segment
      let target = try #require(IPAddress(parsing: address))
      return try await offPool { Result { try Datagrams.ask(target, times: 200, in: segment, wait: 1) } }
        .get()
    }
  }

  static let more = ", 198.51.100.101"

  /// Every client is answered.
  @Test func aNodeWithOneAddressLessIsKeptOutAndToldWhich()
    async throws
  {
    let farm = try Firewalls()
    let others = [try farm.start(1, farm.text(Self.more)), try farm.start(2, farm.text(Self.more))]
    for node in others { _ = try await node.wait { $0.groups[0].claims == [0, 128, 128] } }
    farm.nodes = [try farm.start(0, farm.text())] + others
    let odd = try await farm.nodes[0].wait {
      $0.configuration.differences.count == 2 && !$0.service.text.contains("told")
    }
    let said = "farm.virtual_ip: 198.51.100.101 only on fw-b and fw-c"
    #expect(odd.service.reason == "other_configuration" && !odd.service.serves)
    #expect(odd.service.text == "fw-b and fw-c have another configuration: \(said)")
    #expect(odd.service.nodes == ["fw-b", "fw-c"])
    for difference in odd.configuration.differences {
      #expect(difference.keys == [.init(key: "farm.virtual_ip", here: [], there: ["198.51.100.101"])])
    }
    for node in farm.nodes.dropFirst() {
      let report = try await node.wait {
        $0.groups[0].claims == [0, 128, 128] && $0.configuration.differences.first?.keys != nil
      }
      #expect(report.service.serves && report.groups[0].claims == [0, 128, 128])
      #expect(
        report.configuration.differences.map(\.text) == [
          "fw-a has another configuration: farm.virtual_ip: 198.51.100.101 only here"
        ])
      #expect(report.members[0].hasOtherConfiguration)
      // The log has it once, however long it lasts.
      try await Task.sleep(nanoseconds: 1_500_000_000)
      #expect(node.log.ranges(of: "farm.virtual_ip: 198.51.100.101 only here").count == 1, "\(node.log)")
    }
    for other in ["fw-b", "fw-c"] {
      let line = "\(other) has another configuration: farm.virtual_ip: 198.51.100.101 only on \(other)"
      #expect(farm.nodes[0].log.ranges(of: line).count == 1, "\(farm.nodes[0].log)")
    }
    let socket = farm.nodes[0].socket
    let machine = farm.segment.nodes[0]
    let shown = try await offPool {
      Result { try machine.shell("\(BuiltProgram.farmd.path) status --socket \(socket)") }
    }
    .get()
    #expect(
      shown.hasPrefix("fw-a does not serve: fw-b and fw-c have another configuration: \(said)\n"), "\(shown)")
    for address in ["198.51.100.100", "198.51.100.101"] {
      let answers = try await farm.ask(address)
      #expect(answers.allSatisfy { $0.count == 1 } && Set(answers.joined()) == [1, 2], "\(address)")
    }

    // The node gets the others' file, and joins them.
    #expect(farm.nodes[0].end(by: SIGTERM) == 0)
    farm.nodes[0] = try farm.start(0, farm.text(Self.more))
    for node in farm.nodes {
      let report = try await node.wait {
        $0.groups[0].claims.allSatisfy { $0 > 80 } && $0.configuration.differences.isEmpty
      }
      #expect(report.groups[0].claims.allSatisfy { $0 > 80 } && report.configuration.differences.isEmpty)
      #expect(report.service.serves && report.service.reason == nil)
    }
    let answers = try await farm.ask("198.51.100.101")
    #expect(answers.allSatisfy { $0.count == 1 } && Set(answers.joined()) == [0, 1, 2])
  }

  @Test func filesThatAreReloadedAndDifferAreToldApartKeyByKeyWhileTheyWait() async throws {
    let farm = try Firewalls()
    farm.nodes = try (0..<3).map { try farm.start($0, farm.text()) }
    for node in farm.nodes { _ = try await node.wait { $0.groups[0].claims.allSatisfy { $0 > 80 } } }
    for (node, last) in [(0, "  flap: off"), (1, "  flow_grace: 90 s")] {
      _ = try farm.write(farm.text(last: last), for: node)
      farm.nodes[node].send(SIGHUP)
    }
    let report = try await farm.nodes[0].wait { $0.configuration.differences.first?.keys != nil }
    #expect(report.configuration.waitsFor == ["fw-b", "fw-c"] && report.service.serves)
    #expect(
      report.configuration.differences.map(\.text) == [
        "fw-b has staged another configuration: farm.flap.penalty: 0 here, 1000 on fw-b; farm.flow_grace: 3600 s here, 90 s on fw-b"
      ])
    #expect(farm.nodes[0].log.contains("farm.flap.penalty: 1000 becomes 0 (staged)"))
    #expect(farm.nodes[1].log.contains("farm.flow_grace: 3600 s becomes 90 s (staged)"))
    // With one file for all, the farm switches to it and nothing differs.
    for node in 0..<3 {
      _ = try farm.write(farm.text(last: "  flap: off"), for: node)
      farm.nodes[node].send(SIGHUP)
    }
    for node in farm.nodes {
      let report = try await node.wait {
        $0.configuration.staged == nil && $0.configuration.differences.isEmpty
      }
      #expect(report.configuration.digest == farm.nodes[0].status?.configuration.digest)
      #expect(report.service.serves)
    }
  }

  @Test func preflightNamesTheAddressTooAlsoBesideDaemonsThatRun() async throws {
    let farm = try Firewalls()
    let (less, more) = (farm.text(), farm.text(Self.more))
    let setups = [try farm.setup(0, less), try farm.setup(1, more), try farm.setup(2, more)]
    nonisolated(unsafe) let segment = farm.segment
    let found = try await offPool { Result { try PreflightTests.segment(segment, setups, seconds: 20) } }
      .get()
    #expect(
      PreflightTests.failures(found[0]) == [
        "same configuration: not with fw-b, fw-c: fw-b and fw-c have another configuration: farm.virtual_ip: 198.51.100.101 only on fw-b and fw-c"
      ])
    for checks in found.dropFirst() {
      #expect(
        PreflightTests.failures(checks) == [
          "same configuration: not with fw-a: fw-a has another configuration: farm.virtual_ip: 198.51.100.101 only here"
        ])
    }
    farm.nodes = [try farm.start(1, more), try farm.start(2, more)]
    for node in farm.nodes { _ = try await node.wait { $0.groups[0].claims == [0, 128, 128] } }
    let alone = try await offPool { Result { try PreflightTests.segment(segment, [setups[0]], seconds: 6) } }
      .get()
    #expect(
      PreflightTests.failures(alone[0]) == [
        "same configuration: not with fw-b, fw-c: fw-b and fw-c have another configuration: farm.virtual_ip: 198.51.100.101 only on fw-b and fw-c"
      ])
  }
}

import Engine
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// Two nodes and a gateway that they ping: the policy `alone: witness` with real daemons.
@Suite(.serialized, .needsNamespaces)
struct WitnessTests {
  static let text = """
    farm: {nodes: 2, virtual_ip: 10.77.0.100, alone: witness, flap: off, rules: [{protocol: udp, port: 5300}]}
    linux:
      interfaces: {lan: eth0}
      addresses: {node1: {lan: 10.77.0.1}, node2: {lan: 10.77.0.2}}
      gateway: 10.77.0.200
      key_file: KEY
    """

  @Test func aNodeThatIsAloneServesOnlyWhileTheGatewayAnswers() async throws {
    let farm = try DaemonFarm(Self.text)
    let segment = farm.segment
    let nodes = try (0..<2).map { try farm.start($0) }
    func expect(
      _ node: Int, _ status: String, _ claims: [Int], location: SourceLocation = #_sourceLocation
    ) async throws {
      let report = try await nodes[node].wait { $0.status == status && $0.groups[0].claims == claims }
      #expect(report.status == status && report.groups[0].claims == claims, sourceLocation: location)
      // A node that may not serve has a filter without a lease.
      #expect((report.secondsOfLease != nil) == (status == "up"), sourceLocation: location)
    }
    // Out of service: with too few members to serve, or deaf if no frame arrives at all.
    func expectOut(_ node: Int, location: SourceLocation = #_sourceLocation) async throws {
      func isOut(_ report: StatusReport) -> Bool {
        ["fenced", "deaf"].contains(report.status) && report.groups[0].claims == [0, 0]
      }
      let report = try await nodes[node].wait(until: isOut)
      #expect(isOut(report) && report.secondsOfLease == nil, sourceLocation: location)
    }
    for node in 0..<2 { try await expect(node, "up", [128, 128]) }

    // Two nodes that hear each other need no gateway.
    try segment.client.shell("echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all")
    try await Task.sleep(nanoseconds: 1_500_000_000)
    for node in 0..<2 {
      let report = try #require(nodes[node].status)
      #expect(report.groups[0].claims == [128, 128] && report.groups[0].holesSeen.count < 256)
    }
    try segment.client.shell("echo 0 > /proc/sys/net/ipv4/icmp_echo_ignore_all")
    try await Task.sleep(nanoseconds: 500_000_000)

    // The second node's link dies: it sees neither the first node nor the gateway.
    try segment.bridge.shell("ip link set p2 down")
    try await expect(0, "up", [256, 0])
    try await expectOut(1)
    #expect(try segment.nodes[1].shell("nft list set inet farmd lease").contains("elements") == false)
    try segment.bridge.shell("ip link set p2 up")
    for node in 0..<2 { try await expect(node, "up", [128, 128]) }

    // Now the gateway dies first: no node may serve alone until it is back.
    try segment.bridge.shell("ip link set p200 down")
    try await Task.sleep(nanoseconds: 800_000_000)
    try segment.bridge.shell("ip link set p2 down")
    for node in 0..<2 { try await expectOut(node) }
    try segment.bridge.shell("ip link set p200 up")
    try await expect(0, "up", [256, 0])
    try await expectOut(1)
    try segment.bridge.shell("ip link set p2 up")
    for node in 0..<2 { try await expect(node, "up", [128, 128]) }
    for node in nodes { #expect(node.end(by: SIGTERM) == 0) }
    for node in segment.nodes { #expect(try node.shell("nft list tables") == "") }
  }
}

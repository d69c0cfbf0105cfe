import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// Somebody on the segment who speaks as a node, with and without the key.
@Suite(.serialized, .needsNamespaces)
struct ForgedFarmTests {
  /// A machine of the segment that sends heartbeats from the second node's address.
  struct Speaker {
    let segment: Segment
    let setup: DriverSetup
    let socket: Int32

    init(_ farm: DaemonFarm) throws {
      segment = farm.segment
      let file = try DaemonFile.read(
        text: String(contentsOfFile: farm.file, encoding: .utf8), file: farm.file
      ).get()
      setup = DriverSetup(file, node: NodeID(0))
      let own = setup.linux.attachments[1][0].address
      let port = setup.linux.port
      let client = segment.client
      try client.shell("echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind")
      socket = try client.run {
        let socket = Datagrams.socket(own)
        // IPv4 can send from another machine's address only with this option.
        var on: Int32 = 1
        if own.isIPv4 {
          setsockopt(socket, Int32(IPPROTO_IP), IP_TRANSPARENT, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        guard own.withSocketAddress(port: port, { bind(socket, $0, $1) }) == 0 else {
          throw TestNamespace.Failure("bind \(own.text): errno \(errno)")
        }
        return socket
      }
    }

    /// Sends to the first node alone.
    func send(_ bytes: [UInt8]) throws {
      let count = setup.linux.attachments[0][0].address.withSocketAddress(port: setup.linux.port) {
        sendto(socket, bytes, bytes.count, 0, $0, $1)
      }
      guard count == bytes.count else { throw TestNamespace.Failure("sendto: errno \(errno)") }
    }

    /// A heartbeat of the second node, in a life with this incarnation, without a trailer.
    func heartbeat(incarnation: Incarnation, sequence: UInt64) -> [UInt8] {
      let settings = setup.farm.settings
      let plan = HeartbeatPlan(settings)
      let header = HeartbeatHeader(
        farmID: settings.farmID, sender: NodeID(1), status: .standby, bootID: BootID(77),
        incarnation: incarnation, sequence: SequenceNumber(sequence), epoch: Epoch(1), viewDigest: Digest(),
        configuration: settings.digest)
      var writer = HeartbeatWriter(header, part: 0, of: plan)
      for _ in plan.parts[0].nodes { writer.append(FreshnessEntry()) }
      for group in plan.parts[0].groups {
        let buckets = settings.ownershipGroups[group].bucketCount
        writer.append(
          GroupID(group), weight: 100, flows: .none(bucketCount: buckets), owned: BucketSet(capacity: buckets)
        )
      }
      return writer.finish()
    }

    func end() { close(socket) }
  }

  /// The MAC of a machine's only interface.
  static func mac(of machine: TestNamespace) throws -> String {
    let line = try machine.shell("ip -o link show dev eth0")
    return try #require(line.firstMatch(of: /link\/ether ([0-9a-f:]+)/).map { String($0.1) })
  }

  /// Over IPv6, too.
  @Test(arguments: [false, true])
  func aForgerOfHeartbeatsIsNamedByItsMACAndChangesNothing(isIPv6: Bool)
    async throws
  {
    let places = "node1: {lan: 10.77.0.1}, node2: {lan: 10.77.0.2}"
    let six = #"node1: {lan: "fd00:77::1"}, node2: {lan: "fd00:77::2"}"#
    let farm = try DaemonFarm(isIPv6 ? DaemonFarm.usual.replacing(places, with: six) : DaemonFarm.usual)
    try await farm.startAll()
    let before = try #require(farm.nodes[0].status)
    let speaker = try Speaker(farm)
    defer { speaker.end() }
    for i in 1...25 {
      // A trailer that no key explains.
      let trailer = [UInt8](repeating: 7, count: Authenticator.trailerBytes)
      try speaker.send(
        speaker.heartbeat(incarnation: Incarnation(1 << 50), sequence: UInt64(1 << 20 + i)) + trailer)
      try await Task.sleep(nanoseconds: 200_000_000)
    }
    let address = isIPv6 ? "fd00:77::2" : "10.77.0.2"
    let start = "heartbeats with the address \(address) of node2 come from MAC "
    let log = try await ForeignTests.log(farm.nodes[0], has: start)
    let forger = try Self.mac(of: farm.segment.client)
    let node = try Self.mac(of: farm.segment.nodes[1])
    #expect(
      log.contains(
        "\(start)\(forger) on eth0 and are not made with this farm's key: somebody pretends to be node2, which sends from MAC \(node)"
      ), "\(log)")
    // A second line comes after a minute.
    #expect(log.ranges(of: start).count == 1)
    let after = try #require(farm.nodes[0].status)
    #expect(after.view.epoch == before.view.epoch && after.groups[0].claims == [128, 128])
  }

  @Test func whatSomebodyWithTheKeyHasSaidIsForgottenOnceAReloadDropsTheKey() async throws {
    let farm = try DaemonFarm()
    let first = try farm.start(0)
    _ = try await first.wait { $0.groups[0].claims == [256, 0] }
    // The attacker speaks as the other node, in a life with the highest number of all.
    let speaker = try Speaker(farm)
    defer { speaker.end() }
    let authenticator = try speaker.setup.authenticator()
    for i in 1...20 {
      var bytes = speaker.heartbeat(incarnation: .highest, sequence: UInt64(i))
      authenticator.seal(&bytes)
      try speaker.send(bytes)
      try await Task.sleep(nanoseconds: 100_000_000)
    }
    try await Task.sleep(nanoseconds: 1_000_000_000)
    let second = try farm.start(1)
    let kept = try await second.wait(seconds: 4) { $0.status == "up" }
    try #require(kept.status != "up", "he has kept nobody out: \(first.log)")
    #expect(first.log.contains("older than what is known of it"), "\(first.log)")
    let new = farm.folder + "/key.new"
    #expect(try await farm.farmd(0, "key \(new)") == "")
    try farm.write(DaemonFarm.usual.replacing("key_file: KEY", with: "key_file: \(new)"))
    for node in [first, second] {
      let said = try await farm.farmd(node === first ? 0 : 1, "reload --socket \(node.socket)")
      #expect(said == "keys read again; the settings are those in force\n")
    }
    for node in [first, second] {
      let report = try await node.wait { $0.groups[0].claims == [128, 128] }
      #expect(report.groups[0].claims == [128, 128], "\(node.log)")
    }
  }
}

import Engine
import FarmFile
import Testing

@testable import LinuxBackend

struct HeartbeatFrameTests {
  /// A heartbeat of node 1 in farm 1, with a trailer that no key has made.
  private static var heartbeat: [UInt8] {
    let settings = Settings(nodeCount: 2, groups: [GroupSettings(bucketCount: 64)])
    let plan = HeartbeatPlan(settings)
    let header = HeartbeatHeader(
      farmID: 1, sender: NodeID(1), status: .up, bootID: BootID(1), incarnation: Incarnation(1),
      sequence: SequenceNumber(1), epoch: Epoch(0), viewDigest: Digest(rawValue: 1),
      configuration: settings.digest)
    var writer = HeartbeatWriter(header, part: 0, of: plan)
    for _ in plan.parts[0].nodes { writer.append(FreshnessEntry()) }
    writer.append(
      GroupID(0), weight: 100, flows: .none(bucketCount: 64), owned: BucketSet(capacity: 64))
    return writer.finish() + [UInt8](repeating: 7, count: Authenticator.trailerBytes)
  }

  private static func udp(_ payload: [UInt8]) -> [UInt8] {
    let length = payload.count + 8
    return [0x1f, 0x0a, 0x1f, 0x0a, UInt8(length >> 8), UInt8(length & 255), 0, 0] + payload
  }

  private static func ipv4(_ payload: [UInt8], options: Int = 0) -> [UInt8] {
    [0x45 + UInt8(options), 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 77, 0, 2, 255, 255, 255, 255]
      + [UInt8](repeating: 1, count: 4 * options) + udp(payload)
  }

  @Test(arguments: [0, 3])
  func aHeartbeatIsFoundBehindAnIPv4HeaderWhateverItsOptions(options: Int) throws {
    // A short frame is padded after the datagram.
    let packet = Self.ipv4(Self.heartbeat, options: options) + [0, 0, 0]
    let frame = try #require(HeartbeatFrame(packet[...], type: .ipv4))
    #expect(frame.source == IPAddress(parsing: "10.77.0.2") && frame.farmID == 1)
    #expect(frame.payload == Self.heartbeat)
    for length in 0..<packet.count - 3 { #expect(HeartbeatFrame(packet[..<length], type: .ipv4) == nil) }
    #expect(HeartbeatFrame(packet[...], type: .ipv6) == nil && HeartbeatFrame(packet[...], type: .arp) == nil)
  }

  @Test func aHeartbeatIsFoundBehindAnIPv6Header() throws {
    let source = try #require(IPAddress(parsing: "fd00::2"))
    let packet =
      [0x60, 0, 0, 0, 0, 0, 17, 64] + source.bytes + source.bytes + Self.udp(Self.heartbeat)
    let frame = try #require(HeartbeatFrame(packet[...], type: .ipv6))
    #expect(frame.source == source && frame.payload == Self.heartbeat)
    for length in 0..<packet.count { #expect(HeartbeatFrame(packet[..<length], type: .ipv6) == nil) }
  }

  @Test func whatForgesHeartbeatsIsToldInOneLineWithWhatIsKnownOfTheRightMachine() {
    var forged = ForgedHeartbeats(
      node: NodeID(1), address: IPAddress(v4: 0x0a4d_0002), mac: MACAddress(0x02ba_d000_0001),
      interface: "eth0", authenticMAC: nil, last: .zero)
    let start =
      "heartbeats with the address 10.77.0.2 of lyon come from MAC 02:ba:d0:00:00:01 on eth0 and are not made with this farm's key: "
    #expect(
      forged.words(node: "lyon") == start
        + "one of the two machines has the wrong key, or somebody pretends to be lyon")
    forged.authenticMAC = MACAddress(0x0200_0000_0002)
    #expect(
      forged.words(node: "lyon") == start
        + "somebody pretends to be lyon, which sends from MAC 02:00:00:00:00:02")
  }
}

import Crypto
import Engine
import FarmFile
import Glibc
import NIOCore
import Testing

@testable import LinuxBackend

struct DatagramGateTests {
  static let authenticator = Authenticator(key: AuthenticatorTests.one)

  /// A gate of two nodes on two networks, with addresses `10.n.0.x` on network n.
  static func gate(_ key: Authenticator = authenticator) -> DatagramGate {
    let attachments = (1...2).map { node in
      (1...2).map {
        NodeAttachment(address: IPAddress(v4: 0x0a00_0000 + UInt32($0 << 16 + node)), interface: "e")
      }
    }
    return DatagramGate(farmID: 7, attachments: attachments, networkCount: 2, authenticator: key)
  }

  /// A heartbeat of a farm of two nodes, without its trailer.
  static func heartbeat(farm: UInt32 = 7) -> [UInt8] {
    let plan = HeartbeatPlan(nodeCount: 2, bucketCounts: [256])
    let header = HeartbeatHeader(
      farmID: farm, sender: NodeID(0), status: .up, bootID: BootID(9), incarnation: Incarnation(5),
      sequence: SequenceNumber(3), epoch: Epoch(1), viewDigest: Digest(rawValue: 1),
      configuration: Digest(rawValue: 2))
    var writer = HeartbeatWriter(header, part: 0, of: plan)
    for _ in 0..<2 {
      writer.append(
        FreshnessEntry(
          incarnation: Incarnation(5), sequence: SequenceNumber(3), evidenceAge: .zero, serviceAge: .zero,
          heardAge: .zero))
    }
    writer.append(GroupID(0), weight: 100, flows: .none(bucketCount: 256), owned: BucketSet(capacity: 256))
    return writer.finish()
  }

  static func sealed(farm: UInt32 = 7) -> [UInt8] {
    var bytes = heartbeat(farm: farm)
    authenticator.seal(&bytes)
    return bytes
  }

  static func admit(_ bytes: [UInt8], _ source: String, on network: Int = 0, _ gate: inout DatagramGate)
    -> NodeID?
  {
    bytes.withUnsafeBytes { gate.admit($0, from: IPAddress(parsing: source), on: NetworkID(network)) }
  }

  @Test func theSourceAddressSaysWhichNodeSentItOnEachNetworkItsOwn() {
    var gate = DatagramGateTests.gate()
    let bytes = DatagramGateTests.sealed()
    #expect(DatagramGateTests.admit(bytes, "10.1.0.1", &gate) == NodeID(0))
    #expect(DatagramGateTests.admit(bytes, "10.1.0.2", &gate) == NodeID(1))
    #expect(DatagramGateTests.admit(bytes, "10.2.0.2", on: 1, &gate) == NodeID(1))
    // An address of the other network, and one of no node.
    #expect(DatagramGateTests.admit(bytes, "10.2.0.1", on: 0, &gate) == nil)
    #expect(DatagramGateTests.admit(bytes, "10.1.0.3", &gate) == nil)
    var expected = DatagramCounters()
    (expected.received, expected.unknownSource) = (3, 2)
    #expect(gate.counters == expected)
  }

  @Test func eachReasonIsCountedTheCheapestFirst() {
    var gate = DatagramGateTests.gate()
    var strangers: [NodeID] = []
    gate.onUnauthenticated = { strangers.append($0) }
    let good = DatagramGateTests.sealed()
    func refuse(_ bytes: [UInt8], from source: String = "10.1.0.2") {
      #expect(DatagramGateTests.admit(bytes, source, &gate) == nil)
    }
    refuse([], from: "192.0.2.1")
    refuse([])
    refuse([UInt8](repeating: 0x46, count: 1400))
    refuse(Array(good.dropLast()))
    refuse(good + [0])
    refuse([0] + good.dropFirst())
    refuse(DatagramGateTests.sealed(farm: 8))
    var forged = good
    forged[20] ^= 1
    refuse(forged)
    refuse(DatagramGateTests.heartbeat() + [UInt8](repeating: 0, count: 32))
    var expected = DatagramCounters()
    (expected.unknownSource, expected.malformed, expected.foreignFarm, expected.badMAC) = (1, 5, 1, 2)
    #expect(gate.counters == expected && expected.dropped == 9)
    #expect(strangers == [NodeID(1), NodeID(1)])
    #expect(DatagramGateTests.admit(good, "10.1.0.2", &gate) == NodeID(1))
  }

  @Test func addressesComeAndGoAsTheKernelSpellsThem() throws {
    for text in ["10.77.0.1", "255.255.255.255", "fe80::1", "2001:db8::ff:0:1"] {
      let address = try SocketAddress(ipAddress: text, port: 7946)
      #expect(IPAddress(address)?.text == text)
      let spelled = IPAddress(parsing: text)!.withSocketAddress(port: 7946, scope: 0) { pointer, length in
        address.withSockAddr { expected, expectedLength in
          Int(length) == expectedLength && memcmp(pointer, expected, expectedLength) == 0
        }
      }
      #expect(spelled, "\(text)")
    }
    #expect(IPAddress(try SocketAddress(ipAddress: "::ffff:10.0.0.1", port: 1)) == IPAddress(v4: 0x0a00_0001))
    #expect(IPAddress(try SocketAddress(unixDomainSocketPath: "/x")) == nil)
  }
}

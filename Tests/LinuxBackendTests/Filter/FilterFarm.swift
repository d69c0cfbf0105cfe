import Engine
import TestSupport

/// A farm with every kind of rule, and random packets for it.
enum FilterFarm {
  static func settings(_ unmatched: UnmatchedPolicy) -> Settings {
    let vips = Sandbox.virtualIPs
    return Settings(
      nodeCount: 2,
      groups: [
        GroupSettings(bucketCount: 256, hashSeed: 0xfa12_0001),
        GroupSettings(bucketCount: 60, hashSeed: 0),
        GroupSettings(bucketCount: 4096, hashSeed: .max),
        GroupSettings(bucketCount: 1, hashSeed: 5),
      ],
      rules: [
        rule(.tcp, 80, 80, group: 0, .address),
        rule(.tcp, 443, 443, group: 1, .addressPort),
        rule(.tcp, 8000, 8010, group: 2, .network(v4: 24, v6: 64), [vips[1], vips[3]]),
        rule(.tcp, 8005, 8020, group: 1, .port),
        rule(.udp, 53, 53, group: 2, .address),
        rule(.udp, 5300, 5310, group: 1, .addressPort, [vips[0]]),
        rule(.udp, 5300, 5310, group: 2, .network(v4: 20, v6: 56)),
        rule(.udp, 6000, 6999, group: 2, .port),
        rule(.udp, 7000, 65535, group: 3, .address, [vips[2]]),
      ],
      unmatched: unmatched)
  }

  private static func rule(
    _ transport: Transport, _ first: UInt16, _ last: UInt16, group: Int, _ identity: ClientIdentity,
    _ virtualIPs: [IPAddress] = []
  ) -> FilterRule {
    FilterRule(
      transport: transport, ports: [PortRange(first, last)], virtualIPs: virtualIPs, group: GroupID(group),
      identity: identity)
  }

  /// Random sets with about half of each group's buckets.
  static func sets(_ settings: Settings, _ random: inout SplitMix64) -> [BucketSet] {
    settings.ownershipGroups.map { group in
      var set = BucketSet(capacity: group.bucketCount)
      for b in 0..<group.bucketCount where random.next() & 1 == 0 { set.insert(Bucket(b)) }
      return set
    }
  }

  static func packet(_ random: inout SplitMix64) -> Packet {
    let vip = Sandbox.virtualIPs[Int(random.next() % 4)]
    let ports: [UInt16] = [
      80, 443, 8000, 8005, 8010, 8011, 8020, 8021, 53, 5300, 5310, 5311, 6000, 6500, 6999, 7000, 65535, 22, 1,
    ]
    let port = ports[Int(random.next() % UInt64(ports.count))]
    let kind: PacketKind =
      switch random.next() % 16 {
      case 0..<5: .tcp([.syn])
      case 5: .tcp(TCPFlags(rawValue: UInt8(random.next() & 0x17)))
      case 6..<11: .udp
      case 11: .icmpEcho
      case 12: .icmpError(.tcp)
      case 13: .icmpError(.udp)
      case 14: .other
      default: random.next() & 1 == 0 ? .fragment : .tcp([.ack])
      }
    let hasPorts: Bool =
      switch kind {
      case .tcp, .udp, .icmpError: true
      default: false
      }
    return Packet(
      source: client(isIPv4: vip.isIPv4, &random),
      sourcePort: hasPorts ? UInt16(random.next() % 65535 + 1) : 0, destination: vip,
      destinationPort: hasPorts ? port : 0, kind: kind)
  }

  /// A random address that a host takes for a client's: no loopback, multicast or local one.
  private static func client(isIPv4: Bool, _ random: inout SplitMix64) -> IPAddress {
    let n = random.next()
    return isIPv4
      ? IPAddress(v4: UInt32(11 + n % 100) << 24 | UInt32(n >> 40))
      : IPAddress(v6: 0x2001_0000_0000_0000 | n >> 16, random.next())
  }
}

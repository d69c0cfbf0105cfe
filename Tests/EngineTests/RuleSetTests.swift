import Engine
import Testing

/// Which rule matches a packet.
@Suite struct RuleSetTests {
  static let client = IPAddress(v4: 0xcb00_7107)
  static let v4 = IPAddress(v4: 0xc000_0264)
  static let v6 = IPAddress(v6: 0x2001_0db8_0000_0000, 0x64)
  static let other = IPAddress(v4: 0xc000_0265)

  static let rules = RuleSet(
    Settings(
      nodeCount: 4,
      groups: [
        GroupSettings(bucketCount: 256, hashSeed: 1), GroupSettings(bucketCount: 60, hashSeed: 2),
        GroupSettings(bucketCount: 4096, hashSeed: 3),
      ],
      rules: [
        FilterRule(
          transport: .tcp, ports: [PortRange(443, 443)], virtualIPs: [v4, v6], group: GroupID(1),
          identity: .address),
        FilterRule(
          transport: .tcp, ports: [PortRange(80, 80), PortRange(400, 500)], group: GroupID(0),
          identity: .addressPort),
        FilterRule(transport: .udp, ports: [PortRange(0, 65535)], group: GroupID(2), identity: .port),
      ]))

  @Test(
    arguments: [
      (.tcp, v4, 443, 1), (.tcp, v6, 443, 1), (.tcp, other, 443, 0), (.tcp, v4, 80, 0), (.tcp, v4, 400, 0),
      (.tcp, v6, 500, 0), (.tcp, v4, 399, nil), (.tcp, v4, 501, nil), (.tcp, v4, 81, nil), (.udp, v4, 443, 2),
      (.udp, v6, 0, 2), (.udp, other, 65535, 2),
    ] as [(Transport, IPAddress, UInt16, Int?)])
  func theFirstRuleThatFitsTransportPortAndVirtualIPWins(
    transport: Transport, destination: IPAddress, port: UInt16, group: Int?
  ) {
    #expect(Self.rules.match(transport, destination: destination, port: port)?.group.index == group)
  }

  @Test func aMatchCarriesTheHashOfItsGroup() throws {
    let match = try #require(Self.rules.match(.tcp, destination: Self.v4, port: 80))
    let expected = FlowHash.bucket(
      identity: .addressPort, address: Self.client, port: 1234, bucketCount: 256, seed: 1)
    #expect(match.bucket(address: Self.client, port: 1234) == expected)
    #expect(Self.rules.echo.group == GroupID(0))
    #expect(Self.rules.echo.identity == .address)
    #expect(Self.rules.bucketCounts == [256, 60, 4096])
  }

  @Test func theDefaultNodeHasAHiddenGroupOfOneBucketBehindTheOthers() throws {
    let rules = RuleSet(Settings(nodeCount: 2, unmatched: .defaultNode))
    let match = try #require(rules.match(.tcp, destination: Self.v4, port: 22))
    #expect(match.isDefault)
    #expect(match.group == GroupID(1))
    #expect(match.bucket(address: Self.client, port: 9) == Bucket(0))
    #expect(rules.bucketCounts == [256, 1])
  }
}

import Engine
import Testing

/// The verdicts of all nodes at once against the verdict of each node alone.
@Suite struct FarmVerdictTests {
  /// Every kind that verdicts tell apart, and every combination of TCP flags.
  static let kinds: [PacketKind] =
    (0..<32).map { .tcp(TCPFlags(rawValue: $0)) }
    + [.udp, .fragment, .icmpEcho, .icmpError(.tcp), .icmpError(.udp), .other]

  @Test(arguments: kinds) func allNodesDecideAtOnceAsEachDecidesAlone(kind: PacketKind) {
    let settings = Settings(
      nodeCount: 64, groups: [GroupSettings(bucketCount: 256), GroupSettings(bucketCount: 60, hashSeed: 7)],
      rules: [
        FilterRule(transport: .tcp, ports: [PortRange(80, 80)], group: GroupID(0), identity: .addressPort),
        FilterRule(transport: .udp, ports: [PortRange(80, 80)], group: GroupID(1), identity: .address),
      ], unmatched: .defaultNode)
    let rules = RuleSet(settings)
    let packet = Packet(
      source: IPAddress(v4: 0xcb00_7107), sourcePort: 40_000, destination: IPAddress(v4: 0xc000_0264),
      destinationPort: 80, kind: kind)
    let match = rules.match(packet)
    let group = match?.group.index ?? 0
    let bucket = match?.bucket(address: packet.source, port: packet.sourcePort) ?? Bucket(0)
    var word: UInt64 = 1
    func draw() -> NodeSet {
      // Knuth's MMIX generator; its upper half is random enough.
      let low = word >> 32
      word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return NodeSet(bits: (word & ~0xffff_ffff) | low)
    }
    for _ in 0..<20 {
      let (owned, tracked, resets, reach) = (draw(), draw(), draw(), draw())
      let all = Filter.decide(kind, owned: owned, tracked: tracked, resets: resets, reach: reach)
      var (accepting, resetting) = (NodeSet.empty, NodeSet.empty)
      for n in 0..<64 {
        let node = NodeID(n)
        // The other buckets hold the opposite, so that a look at a wrong one shows.
        func sets(_ nodes: NodeSet) -> [BucketSet] {
          rules.bucketCounts.enumerated().map { g, count in
            var set = nodes.contains(node) ? BucketSet(capacity: count) : .all(capacity: count)
            guard g == group else { return set }
            if nodes.contains(node) { set.insert(bucket) } else { set.remove(bucket) }
            return set
          }
        }
        let alone = Filter.decide(
          packet, isTracked: tracked.contains(node), rules: rules,
          state: FilterState(hasLease: reach.contains(node), owned: sets(owned), resets: sets(resets)))
        if alone.isAccepted { accepting.insert(node) }
        if alone == .reset { resetting.insert(node) }
      }
      #expect(all.accepting == accepting && all.resetting == resetting)
    }
  }
}

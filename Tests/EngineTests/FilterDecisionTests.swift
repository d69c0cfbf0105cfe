import Engine
import Testing

/// The filter's verdicts as a table: packet in, verdict out, one sentence.
@Suite struct FilterDecisionTests {
  /// A packet at a node, what the node's filter holds about it, and the verdict.
  struct Case: Sendable, CustomTestStringConvertible {
    let sentence: String
    let packet: Packet
    var lease = true
    var owns = false
    var resets = false
    var tracks = false
    var unmatched = UnmatchedPolicy.deny
    let verdict: Verdict
    var testDescription: String { sentence }
  }

  static let client = IPAddress(v4: 0xcb00_7107)  // 203.0.113.7
  static let virtualIP = IPAddress(v4: 0xc000_0264)  // 192.0.2.100

  static func packet(_ kind: PacketKind, port: UInt16 = 80) -> Packet {
    Packet(source: client, sourcePort: 40_000, destination: virtualIP, destinationPort: port, kind: kind)
  }
  static let syn = packet(.tcp(.syn))
  static let data = packet(.tcp(.ack))
  static let query = packet(.udp, port: 53)
  static let ssh = packet(.tcp(.syn), port: 22)
  static let sshData = packet(.tcp(.ack), port: 22)
  static let echo = Packet(source: client, destination: virtualIP, kind: .icmpEcho)
  static let fragment = Packet(source: client, destination: virtualIP, kind: .fragment)
  static let gre = Packet(source: client, destination: virtualIP, kind: .other)

  static let lease: [Case] = [
    Case(
      sentence: "Without a lease a SYN of an owned bucket is dropped.", packet: syn, lease: false, owns: true,
      verdict: .drop(.noLease)),
    Case(
      sentence: "Without a lease a tracked segment is dropped too.", packet: data, lease: false, owns: true,
      tracks: true, verdict: .drop(.noLease)),
    Case(
      sentence: "Without a lease nothing is reset.", packet: data, lease: false, resets: true,
      verdict: .drop(.noLease)),
    Case(
      sentence: "Without a lease echo requests are not answered.", packet: echo, lease: false, owns: true,
      verdict: .drop(.noLease)),
  ]

  static let opening: [Case] = [
    Case(
      sentence: "A SYN is accepted by the bucket's owner.", packet: syn, owns: true, verdict: .accept(.bucket)
    ),
    Case(sentence: "A SYN is dropped by the others.", packet: syn, verdict: .drop(.notOwned)),
    Case(
      sentence: "A repeated SYN of a tracked half-open flow goes by bucket all the same.", packet: syn,
      tracks: true, verdict: .drop(.notOwned)),
    Case(
      sentence: "A SYN is never reset, even where unknown segments are.", packet: syn, resets: true,
      verdict: .drop(.notOwned)),
    Case(
      sentence: "A datagram is accepted by the bucket's owner.", packet: query, owns: true,
      verdict: .accept(.bucket)),
    Case(
      sentence: "A datagram is dropped by the others, tracked or not.", packet: query, tracks: true,
      verdict: .drop(.notOwned)),
  ]

  static let segments: [Case] = [
    Case(
      sentence: "A tracked segment is accepted.", packet: data, owns: true, tracks: true,
      verdict: .accept(.tracked)),
    Case(
      sentence: "A tracked segment is accepted after the bucket moved away.", packet: data, tracks: true,
      verdict: .accept(.tracked)),
    Case(
      sentence: "A tracked segment is accepted even where unknown ones are reset.", packet: data,
      resets: true,
      tracks: true, verdict: .accept(.tracked)),
    Case(
      sentence: "An unknown segment of an owned bucket is dropped: its flow may live elsewhere.",
      packet: data,
      owns: true, verdict: .drop(.unknownSegment)),
    Case(
      sentence: "An unknown segment is reset in a bucket of the reset set.", packet: data, owns: true,
      resets: true, verdict: .reset),
    Case(
      sentence: "An unknown reset is never answered with a reset.", packet: packet(.tcp([.reset, .ack])),
      owns: true, resets: true, verdict: .drop(.unknownSegment)),
    Case(
      sentence: "An unknown FIN is a segment like others.", packet: packet(.tcp([.fin, .ack])), resets: true,
      verdict: .reset),
    Case(
      sentence: "SYN with ACK does not open a flow.", packet: packet(.tcp([.syn, .ack])), owns: true,
      verdict: .drop(.unknownSegment)),
    Case(
      sentence: "SYN with FIN is invalid and does not open a flow.", packet: packet(.tcp([.syn, .fin])),
      owns: true, verdict: .drop(.unknownSegment)),
    Case(
      sentence: "A reset of a tracked flow is accepted.", packet: packet(.tcp(.reset)), tracks: true,
      verdict: .accept(.tracked)),
  ]

  static let unmatched: [Case] = [
    Case(sentence: "What no rule matches is dropped.", packet: ssh, owns: true, verdict: .drop(.unmatched)),
    Case(
      sentence: "Denied traffic is dropped even if a flow is tracked.", packet: sshData, tracks: true,
      verdict: .drop(.unmatched)),
    Case(
      sentence: "UDP to a port of a TCP rule does not match it.", packet: packet(.udp), owns: true,
      verdict: .drop(.unmatched)),
    Case(sentence: "Other protocols have no rule.", packet: gre, owns: true, verdict: .drop(.unmatched)),
    Case(
      sentence: "The default node takes what no rule matches.", packet: ssh, owns: true,
      unmatched: .defaultNode, verdict: .accept(.defaultNode)),
    Case(
      sentence: "Other nodes leave it to the default node.", packet: ssh, unmatched: .defaultNode,
      verdict: .drop(.notOwned)),
    Case(
      sentence: "A flow tracked by a former default node stays with it.", packet: sshData, tracks: true,
      unmatched: .defaultNode, verdict: .accept(.tracked)),
    Case(
      sentence: "The default node resets unknown segments by the same rules.", packet: sshData, owns: true,
      resets: true, unmatched: .defaultNode, verdict: .reset),
    Case(
      sentence: "The default node takes other protocols.", packet: gre, owns: true, unmatched: .defaultNode,
      verdict: .accept(.defaultNode)),
    Case(
      sentence: "A default node changes nothing for what rules match.", packet: syn, owns: true,
      unmatched: .defaultNode, verdict: .accept(.bucket)),
  ]

  static let icmp: [Case] = [
    Case(
      sentence: "Echo is answered by the owner of the address bucket.", packet: echo, owns: true,
      verdict: .accept(.echo)),
    Case(sentence: "Echo is left to the owner by the others.", packet: echo, verdict: .drop(.notOwned)),
    Case(
      sentence: "Echo does not go to the default node.", packet: echo, unmatched: .defaultNode,
      verdict: .drop(.notOwned)),
    Case(
      sentence: "An error about a tracked flow is accepted wherever its bucket is.",
      packet: packet(.icmpError(.tcp)), tracks: true, verdict: .accept(.flowError)),
    Case(
      sentence: "An error about a flow tracked elsewhere is dropped, by the bucket's owner too.",
      packet: packet(.icmpError(.tcp)), owns: true, verdict: .drop(.unknownSegment)),
    Case(
      sentence: "An error is never answered with a reset.", packet: packet(.icmpError(.tcp)), resets: true,
      verdict: .drop(.unknownSegment)),
    Case(
      sentence: "An error about a datagram goes by the client's bucket.",
      packet: packet(.icmpError(.udp), port: 53), owns: true, verdict: .accept(.flowError)),
    Case(
      sentence: "An error about a datagram of another node's bucket is dropped.",
      packet: packet(.icmpError(.udp), port: 53), tracks: true, verdict: .drop(.notOwned)),
    Case(
      sentence: "An error about unmatched traffic is unmatched.", packet: packet(.icmpError(.udp), port: 22),
      owns: true, verdict: .drop(.unmatched)),
    Case(
      sentence: "A lone fragment is dropped by every node.", packet: fragment, owns: true,
      verdict: .drop(.fragment)),
    Case(
      sentence: "The default node drops lone fragments too.", packet: fragment, owns: true,
      unmatched: .defaultNode, verdict: .drop(.fragment)),
  ]

  @Test(arguments: lease + opening + segments + unmatched + icmp)
  func eachPacketGetsTheVerdictOfItsSentence(example: Case) {
    let rules = [
      FilterRule(transport: .tcp, ports: [PortRange(80, 80)], group: GroupID(0), identity: .addressPort),
      FilterRule(transport: .udp, ports: [PortRange(53, 53)], group: GroupID(1), identity: .address),
    ]
    let settings = Settings(
      nodeCount: 2, groups: [GroupSettings(bucketCount: 256), GroupSettings(bucketCount: 60, hashSeed: 7)],
      rules: rules, unmatched: example.unmatched)
    let ruleSet = RuleSet(settings)
    // "Owns" and "resets" mean the packet's own bucket in its own group; all others say the opposite, so
    // that a look-up in a wrong group or bucket shows.
    var state = FilterState(hasLease: example.lease, owned: [], resets: [])
    let match = ruleSet.match(example.packet)
    for (g, count) in ruleSet.bucketCounts.enumerated() {
      let own = match.flatMap {
        $0.group.index == g
          ? $0.bucket(address: example.packet.source, port: example.packet.sourcePort) : nil
      }
      state.owned.append(set(count, own, example.owns))
      state.resets.append(set(count, own, example.resets))
    }
    let verdict = Filter.decide(example.packet, isTracked: example.tracks, rules: ruleSet, state: state)
    #expect(verdict == example.verdict)
  }

  private func set(_ count: Int, _ own: Bucket?, _ isIn: Bool) -> BucketSet {
    var set = isIn ? BucketSet(capacity: count) : .all(capacity: count)
    if let own { if isIn { set.insert(own) } else { set.remove(own) } }
    return set
  }
}

import Engine
import FarmFile
import LinuxBackend
import TestSupport
import Testing

/// The real kernel's verdicts against the engine's.
@Suite(.enabled(if: Sandbox.isPossible, "needs root, nftables and /dev/net/tun"), .inTime)
struct FilterVerdictTests {
  /// Describes a packet on which the two disagree.
  private static func describe(_ packet: Packet, _ verdict: Verdict, isSeen: Bool) -> String {
    "\(packet.kind) \(packet.source.text) \(packet.sourcePort) -> \(packet.destination.text) "
      + "\(packet.destinationPort): engine \(verdict), kernel \(isSeen ? "lets it through" : "drops it")"
  }

  @Test(arguments: [UnmatchedPolicy.deny, .defaultNode], [UInt64(1), 2])
  func thousandsOfRandomPacketsGetTheVerdictOfTheEngine(unmatched: UnmatchedPolicy, seed: UInt64) throws {
    let outcome = try Sandbox.run { sandbox in
      var random = SplitMix64(state: seed)
      let settings = FilterFarm.settings(unmatched)
      let filter = try NftablesFilter(settings: settings, virtualIPs: Sandbox.virtualIPs, table: "farm")
      try sandbox.installProbe()
      try filter.install()
      try filter.renewLease(for: .seconds(3600))
      let owned = FilterFarm.sets(settings, &random)
      let resets = FilterFarm.sets(settings, &random)
      try filter.commit(FilterCommit(number: CommitNumber(1), owned: owned, resets: resets))

      let packets = (0..<6000).map { _ in FilterFarm.packet(&random) }
      for (i, packet) in packets.enumerated() { sandbox.send(PacketBytes.of(packet, number: UInt16(i + 1))) }
      let seen = try sandbox.seen()
      let rules = RuleSet(settings)
      let state = FilterState(hasLease: true, owned: owned, resets: resets)
      var wrong: [String] = []
      var expected: [String: Int] = [:]
      var resetPorts: [[UInt8]] = []
      for (i, packet) in packets.enumerated() {
        let verdict = Filter.decide(packet, isTracked: false, rules: rules, state: state)
        expected["\(verdict)", default: 0] += 1
        if verdict == .reset {
          resetPorts.append(
            PacketBytes.word(packet.destinationPort) + PacketBytes.word(packet.sourcePort)
              + PacketBytes.address(packet.source))
        }
        let isSeen = seen.contains(UInt16(i + 1))
        if isSeen != verdict.isAccepted { wrong.append(Self.describe(packet, verdict, isSeen: isSeen)) }
      }
      let answers = sandbox.received().compactMap(Self.resetPorts)
      return (
        wrong: wrong, kinds: expected.keys.count, resets: Set(resetPorts), answered: Set(answers),
        accepted: try filter.counters().map { $0.accepted }.reduce(0, +), seen: seen.count
      )
    }
    #expect(outcome.wrong.isEmpty, "\(outcome.wrong.count) wrong: \(outcome.wrong.prefix(5))")
    #expect(outcome.kinds >= 7)
    #expect(outcome.resets == outcome.answered)
    #expect(outcome.resets.count > 20)
    #expect(outcome.accepted == UInt64(outcome.seen))
  }

  /// The ports and the client of a reset that the host sent; `nil` for other packets.
  private static func resetPorts(_ packet: [UInt8]) -> [UInt8]? {
    let isIPv4 = packet[0] >> 4 == 4
    let header = isIPv4 ? 20 : 40
    guard packet[isIPv4 ? 9 : 6] == 6, packet[header + 13] & 4 != 0 else { return nil }
    return Array(packet[header..<header + 4]) + Array(packet[(isIPv4 ? 16 : 24)..<(isIPv4 ? 20 : 40)])
  }
}

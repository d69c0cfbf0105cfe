import Engine
import FarmFile
import LinuxBackend
import TestSupport
import Testing

/// What others do to the table, and what a later process finds there.
@Suite(.enabled(if: Sandbox.isPossible, "needs root, nftables and /dev/net/tun"), .inTime)
struct FilterRepairTests {
  /// Edits by hand, and the report about each.
  static let edits: [(command: String, said: String?)] = [
    ("nft delete table inet farm", "table inet farm was deleted"),
    ("nft flush table inet farm", "the rules of table inet farm were edited"),
    ("nft flush chain inet farm arrival", "the rules of table inet farm were edited"),
    ("nft insert rule inet farm arrival accept", "the rules of table inet farm were edited"),
    ("nft add chain inet farm other", "the rules of table inet farm were edited"),
    ("nft add element inet farm owned_3 { 7 }", "set owned_3 of table inet farm was edited"),
    ("nft flush set inet farm owned_2", "set owned_2 of table inet farm was edited"),
    ("nft flush set inet farm resets_1", "set resets_1 of table inet farm was edited"),
    ("nft flush set inet farm layout", "set layout of table inet farm was edited"),
    ("nft flush set inet farm lease", "set lease of table inet farm was edited"),
    (
      "nft flush set inet farm lease; nft add element inet farm lease { 0 }",
      "set lease of table inet farm was edited"
    ),
    (
      "nft flush set inet farm lease; nft add element inet farm lease { 0 timeout 1h }",
      "set lease of table inet farm was edited"
    ),
    (
      "nft flush set inet farm lease; nft add element inet farm lease { 1 timeout 30s }",
      "set lease of table inet farm was edited"
    ),
    ("nft flush ruleset", "table inet farm was deleted"),
    ("nft add table inet mine", nil),
    (
      "sysctl -qw net.netfilter.nf_conntrack_tcp_loose=1",
      "nf_conntrack_tcp_loose set to 0, was 1 (for the whole host)"
    ),
  ]

  @Test(arguments: edits)
  func everyEditIsToldAndUndoneAtOnce(command: String, said: String?) throws {
    let outcome = try Sandbox.run { sandbox in
      let filter = try FilterLifeTests.filter()
      try filter.install()
      try filter.renewLease(for: .seconds(30))
      let commit = FilterLifeTests.commit(4)
      try filter.commit(commit)
      let quiet = try filter.repairIfEdited()
      let before = try sandbox.shell("nft -s -t list table inet farm")
      try sandbox.shell(command)
      let said = try filter.repairIfEdited()
      let after = try sandbox.shell("nft -s -t list table inet farm")
      let adopted = try FilterLifeTests.filter().adopt()
      return (
        quiet, said, before == after, try filter.repairIfEdited(), try FilterLifeTests.holds(commit, sandbox),
        adopted.map { $0.leaseLeft > .seconds(25) && $0.leaseLeft < .milliseconds(30_005) }
      )
    }
    #expect(outcome.0 == nil)
    #expect(outcome.1 == said)
    #expect(outcome.2)
    #expect(outcome.3 == nil)
    #expect(outcome.4)
    #expect(outcome.5 == true)
  }

  @Test func aLeaseThatRanOutIsNoEdit() throws {
    let said = try Sandbox.run { sandbox in
      let filter = try FilterLifeTests.filter()
      try filter.install()
      try filter.renewLease(for: .milliseconds(20))
      try sandbox.shell("sleep 0.05; nft add table inet mine")
      return try filter.repairIfEdited()
    }
    #expect(said == nil)
  }

  @Test func countersGoOnWhereARepairMadeTheTableAnew() throws {
    let counts = try Sandbox.run { sandbox in
      let filter = try FilterLifeTests.filter()
      try filter.install()
      try filter.renewLease(for: .seconds(30))
      let echo = Packet(
        source: IPAddress(v4: 0x0b01_0203), destination: Sandbox.virtualIPs[0], kind: .icmpEcho)
      for i in 0..<7 { sandbox.send(PacketBytes.of(echo, number: UInt16(i))) }
      try sandbox.shell("nft flush set inet farm lease")
      _ = try filter.repairIfEdited()
      for i in 0..<5 { sandbox.send(PacketBytes.of(echo, number: UInt16(i))) }
      guard try filter.counters()[0].rejected == 12 else { return try filter.counters() }
      // A deleted table takes along the counts that were not read before.
      sandbox.send(PacketBytes.of(echo, number: 1))
      try sandbox.shell("nft delete table inet farm")
      _ = try filter.repairIfEdited()
      sandbox.send(PacketBytes.of(echo, number: 1))
      return try filter.counters()
    }
    #expect(counts[0] == FilterCounters(accepted: 0, rejected: 13))
  }

  @Test func aLaterProcessTakesOverWhatItWouldHaveMadeItselfAndNothingElse() throws {
    let outcome = try Sandbox.run { sandbox in
      var results: [Bool] = [try FilterLifeTests.filter().adopt() == nil]
      let commit = FilterLifeTests.commit(5)
      do {
        let filter = try FilterLifeTests.filter()
        try filter.install()
        try filter.renewLease(for: .seconds(30))
        try filter.commit(commit)
      }
      let before = try sandbox.shell("nft -s -a list ruleset")
      let heir = try FilterLifeTests.filter()
      let adopted = try heir.adopt()
      results.append(adopted?.owned == commit.owned && adopted?.resets == commit.resets)
      results.append(adopted!.leaseLeft > .seconds(20) && adopted!.leaseLeft <= .milliseconds(30_010))
      results.append(try sandbox.shell("nft -s -a list ruleset") == before)
      results.append(try heir.repairIfEdited() == nil)
      try heir.commit(FilterLifeTests.commit(6))
      results.append(try FilterLifeTests.holds(FilterLifeTests.commit(6), sandbox))
      var other = FilterLifeTests.settings
      other.groups[0].hashSeed ^= 1
      results.append(try FilterLifeTests.filter(other).adopt() == nil)
      let fewer = try NftablesFilter(
        settings: FilterLifeTests.settings, virtualIPs: [Sandbox.virtualIPs[0]], table: "farm")
      results.append(try fewer.adopt() == nil)
      try sandbox.shell("nft add element inet farm owned_0 { 256 }")
      results.append(try FilterLifeTests.filter().adopt() == nil)
      try sandbox.shell("nft delete element inet farm owned_0 { 256 }")
      try heir.renewLease(for: .milliseconds(20))
      try sandbox.shell("sleep 0.1")
      results.append(try FilterLifeTests.filter().adopt()?.leaseLeft == .zero)
      try sandbox.shell("nft insert rule inet farm arrival accept")
      results.append(try FilterLifeTests.filter().adopt() == nil)
      return results
    }
    #expect(outcome == [Bool](repeating: true, count: 11))
  }
}

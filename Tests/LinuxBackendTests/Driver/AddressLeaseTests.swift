import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// What happens to the virtual IP when filters are flushed, with a daemon and without one.
@Suite(.serialized, .needsNamespaces)
struct AddressLeaseTests {
  /// With the address but without a filter, the node would answer every client with its own MAC for ever.
  @Test func theAddressOfADeadDaemonGoesWhateverBecomesOfItsTables() async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    let machine = farm.segment.nodes[0]
    farm.nodes[0].end(by: SIGKILL)
    try machine.shell("nft flush ruleset; echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind")
    let end = Date(timeIntervalSinceNow: Double(AddressLease.seconds) + 3)
    while try machine.shell("ip addr show to 10.77.0.100") != "", Date() < end {
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(try machine.shell("ip addr show to 10.77.0.100") == "")
    try farm.segment.client.shell("ip neigh flush all")
    let answers = try await farm.ask(200)
    #expect(answers.allSatisfy { $0 == [1] }, "\(answers)")
  }

  @Test func aDaemonThatLivesKeepsTheAddressForLongerThanItsLease() async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    try await Task.sleep(for: .seconds(Double(AddressLease.seconds) + 1.5))
    for (node, machine) in zip(farm.nodes, farm.segment.nodes) {
      #expect(try machine.shell("ip addr show to 10.77.0.100").contains("10.77.0.100/32"))
      #expect(!node.log.contains("somebody changed"), "\(node.log)")
    }
  }

  /// The daemon's tables are flushed while it stands still, and a client asks who has the address.
  @Test func aClientThatAskedBeforeARepairLearnsWhatIsRightAfterIt() async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    let shared = "\(MACAddress.automatic(for: Segment.v4, mode: .unicast))"
    let (machine, client) = (farm.segment.nodes[0], farm.segment.client)
    let own = try machine.shell(
      "ip -o link show eth0 | grep -o 'ether [0-9a-f:]*' | cut -c7-23 | tr -d '\\n'")
    farm.nodes[0].send(SIGSTOP)
    // The other node must not answer, so that the client learns this one's answer.
    farm.nodes[1].send(SIGSTOP)
    try farm.segment.nodes[1].shell("ip link set eth0 down")
    try machine.shell("nft flush ruleset")
    try client.shell("ip neigh flush all; ping -c 1 -W 1 10.77.0.100 >/dev/null || true")
    let learned = try client.shell("ip neigh show 10.77.0.100")
    try #require(learned.contains(own), "\(learned) instead of \(own)")
    farm.nodes[0].send(SIGCONT)
    farm.nodes[1].send(SIGCONT)
    let end = Date(timeIntervalSinceNow: 3)
    while try !client.shell("ip neigh show 10.77.0.100").contains(shared), Date() < end {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(try client.shell("ip neigh show 10.77.0.100").contains(shared))
  }

  /// The MAC filter and `arp_announce` are not tables: their former values are remembered elsewhere.
  @Test func afterACrashAFlushAndAnotherLifeALeaveTakesAllOfItAway() async throws {
    let farm = try DaemonFarm()
    let before = try farm.segment.state(of: 0)
    let first = try farm.start(0)
    _ = try await first.wait { $0.status == "up" }
    #expect(try farm.segment.state(of: 0) != before)
    first.end(by: SIGKILL)
    try farm.segment.nodes[0].shell("nft flush ruleset")
    let next = try farm.start(0)
    _ = try await next.wait { $0.status == "up" }
    #expect(next.end(by: SIGTERM) == 0)
    #expect(try farm.segment.state(of: 0) == before)
  }

  /// A farm file that keeps a daemon from starting is wrong for this command as well.
  /// What a dead daemon left is cleared whatever its farm file is, and not beside one that runs.
  @Test(arguments: ["true", "nft flush ruleset"], ["farm: [", "farm: {nodes: 1}", nil])
  func whatADeadDaemonLeftIsClearedAndNotBesideOneThatRuns(
    _ event: String, _ file: String?
  ) async throws {
    let farm = try DaemonFarm()
    let before = try farm.segment.state(of: 0)
    let node = try farm.start(0)
    _ = try await node.wait { $0.status == "up" }
    let clear = "clear --config \(farm.file) --state-directory \(farm.folder)/node1/state"
    let refused = try await farm.farmd(0, clear)
    #expect(
      refused.hasPrefix("Error: the tables 'farmd' are kept by farmd as node 'node1' (process \(node.pid));")
        && refused.hasSuffix("code 69\n"), "\(refused)")
    #expect(node.status?.status == "up")
    node.end(by: SIGKILL)
    try farm.segment.nodes[0].shell(event)
    if let file { try farm.write(file) } else { unlink(farm.file) }
    let said = try await farm.farmd(0, clear)
    #expect(
      said.hasPrefix("\(farm.file)") && said.contains("farmd clear goes on without the file"), "\(said)")
    #expect(said.hasSuffix("taken away: 10.77.0.100/32 on eth0, tables 'farmd'\n"), "\(said)")
    #expect(try farm.segment.state(of: 0) == before)
    #expect(try await farm.farmd(0, clear).hasSuffix("\nthere is nothing of farmd's to take away\n"))
  }

  @Test func aDaemonsTablesAndAddressStayWhereAnothersAreCleared() async throws {
    let farm = try DaemonFarm()
    let machine = farm.segment.nodes[0]
    let node = try farm.start(0)
    _ = try await node.wait { $0.status == "up" }
    // As another farm's daemon would have left them.
    let tables = try machine.shell("nft -s list table netdev farmd; nft -s list table inet farmd")
      .replacing(" farmd {", with: " farm2 {").replacing("10.77.0.100", with: "10.77.0.101")
      .replacing(#/MAC not accepted, arp_announce \d/#, with: "MAC accepted")
    try tables.write(toFile: farm.folder + "/tables", atomically: true, encoding: .utf8)
    try machine.shell("nft -f \(farm.folder)/tables; ip addr add 10.77.0.101/32 dev eth0")
    let said = try await farm.farmd(0, "clear --config \(farm.file) --table farm2")
    #expect(said == "taken away: 10.77.0.101/32 on eth0, tables 'farm2'\n", "\(said)")
    let left = try machine.shell("nft list tables; ip addr show to 10.77.0.101")
    #expect(left.contains("table inet farmd\n") && !left.contains("farm2") && !left.contains("10.77.0.101"))
    #expect(try machine.shell("ip addr show to 10.77.0.100").contains("10.77.0.100/32"))
    #expect(!node.log.contains("repaired"), "\(node.log)")
  }

  /// The next tick might be an interval later.
  @Test func whatOthersTakeAwayIsBackWithinMilliseconds() async throws {
    let text = DaemonFarm.usual.replacing(
      "  flap: off\n", with: "  flap: off\n  heartbeat: {interval: 1 s}\n")
    let farm = try DaemonFarm(text)
    try await farm.startAll()
    let machine = farm.segment.nodes[0]
    for _ in 0..<3 {
      try machine.shell("nft delete table arp farmd; ip addr del 10.77.0.100/32 dev eth0")
      try await Task.sleep(for: .milliseconds(150))
      #expect(try machine.shell("nft list tables").contains("table arp farmd"))
      #expect(try machine.shell("ip addr show to 10.77.0.100").contains("10.77.0.100/32"))
      try await Task.sleep(for: .milliseconds(70))
    }
  }
}

import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// What others do to a farm on its machines and its segment, as real daemons report it.
@Suite(.serialized, .needsNamespaces)
struct ForeignTests {
  /// Waits until a daemon's log contains a text.
  /// - Returns: the log.
  static func log(_ node: DaemonProcess, seconds: Double = 5, has text: String) async throws -> String {
    let end = Date(timeIntervalSinceNow: seconds)
    while !node.log.contains(text), Date() < end { try await Task.sleep(nanoseconds: 50_000_000) }
    return node.log
  }

  @Test func aVirtualIPThatIsOnAMachineAlreadyIsRefusedAndNoneStaysThereAfterALeave()
    async throws
  {
    let farm = try DaemonFarm()
    let machine = farm.segment.nodes[0]
    try machine.shell("ip addr add 10.77.0.100/32 dev lo")
    let before = try farm.segment.state(of: 0)
    let refused = try await farm.farmd(
      0,
      "run --config \(farm.file) --node node1 --set linux.run_directory=\(farm.folder)/r --set linux.state_directory=\(farm.folder)/s"
    )
    #expect(
      refused.contains("the virtual IP 10.77.0.100 is on this machine already")
        && refused.contains("ip addr del 10.77.0.100/32 dev lo") && refused.hasSuffix("code 69\n"),
      "\(refused)")
    #expect(try farm.segment.state(of: 0) == before)
    let preflight = try await farm.farmd(0, "preflight --config \(farm.file) --node node1 --wait 0s")
    #expect(
      preflight.contains(
        "fails        virtual IPs on this machine: the virtual IP 10.77.0.100 is on this machine")
        && preflight.hasSuffix("code 1\n"), "\(preflight)")

    try machine.shell("ip addr del 10.77.0.100/32 dev lo")
    try await farm.startAll()
    // A running daemon removes the addresses that others add, and says so.
    try machine.shell("ip addr add 10.77.0.100/32 dev lo; ip addr add 10.77.0.100/24 dev eth0")
    let log = try await Self.log(farm.nodes[0], has: "10.77.0.100/24 on eth0 was added and is taken away")
    #expect(log.contains("10.77.0.100/32 on lo was added and is taken away"), "\(log)")
    let answers = try await farm.ask(100)
    #expect(answers.allSatisfy { $0.count == 1 } && Set(answers.joined()) == [0, 1])
    let running = try await farm.farmd(0, "preflight --config \(farm.file) --node node1 --wait 0s")
    #expect(
      running.contains("ok           virtual IPs on this machine: none but those of farmd"), "\(running)")

    // Added at the very moment of the leave.
    try machine.shell(
      "ip addr add 10.77.0.100/32 dev lo; \(BuiltProgram.farmd.path) leave --socket \(farm.nodes[0].socket); echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind"
    )
    _ = try await farm.nodes[1].wait { $0.groups[0].claims == [0, 256] }
    #expect(farm.nodes[0].end(by: SIGCONT) == 0)
    #expect(try machine.shell("ip addr show to 10.77.0.100") == "")
    let left = try await farm.ask(200)
    #expect(left.allSatisfy { $0 == [1] }, "\(left)")
  }

  /// A crash leaves the address and a closed filter. The next daemon takes them over, or clears up, whatever has become
  /// of the tables.
  @Test(arguments: ["true", "nft flush ruleset"])
  func whatAKilledDaemonLeftIsTakenForItsOwn(_ event: String) async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    farm.nodes[0].end(by: SIGKILL)
    try farm.segment.nodes[0].shell("sleep 0.6; \(event)")
    let next = try farm.start(0)
    let report = try await next.wait { $0.groups[0].claims == [128, 128] }
    #expect(report.groups[0].claims == [128, 128], "\(next.log)")
    #expect(next.end(by: SIGTERM) == 0)
    #expect(try farm.segment.nodes[0].shell("ip addr show to 10.77.0.100; nft list tables") == "")
  }

  static let bothFamilies = DaemonFarm.usual.replacing(
    "virtual_ip: 10.77.0.100", with: "virtual_ip: [10.77.0.100, \"fd00:77::100\"]")

  /// The MAC of the client's interface.
  static func mac(of machine: TestNamespace) throws -> String {
    try machine.shell("ip link show eth0").firstMatch(
      of: /[0-9a-f]{2}(:[0-9a-f]{2}){5}/
    ).map { String($0.0) } ?? ""
  }

  @Test
  func
    `Another machine that claims a virtual IP is told, counted and shown, and the farm's own nodes never are`()
    async throws
  {
    let farm = try DaemonFarm(Self.bothFamilies)
    try await farm.startAll()
    // Longer than all nodes take to ask once more; one of them restarts meanwhile.
    #expect(farm.nodes[1].end(by: SIGTERM) == 0)
    let again = try farm.start(1)
    _ = try await again.wait { $0.groups[0].claims == [128, 128] }
    _ = try await farm.ask(50)
    try await Task.sleep(nanoseconds: 6_500_000_000)
    for node in [farm.nodes[0], again] {
      let machine = try #require(node.status?.machine)
      #expect(machine.claims == [] && machine.claimCounts.allSatisfy { $0.count == 0 }, "\(machine)")
      #expect(machine.claimCounts.map(\.name).first == "10.77.0.100")
    }
    let client = farm.segment.client
    let mac = try Self.mac(of: client)
    try client.shell("ip addr add 10.77.0.100/32 dev eth0; ip addr add fd00:77::100/128 dev eth0 nodad")
    let words = "\(mac) on eth0 claims the virtual IP"
    _ = try await Self.log(farm.nodes[0], seconds: 8, has: "\(words) 10.77.0.100")
    let log = try await Self.log(farm.nodes[0], seconds: 8, has: "\(words) fd00:77::100")
    #expect(
      log.contains("error    \(words) 10.77.0.100, and is none of this farm")
        && log.contains("\(words) fd00:77::100"), "\(log)")
    let machine = try #require(farm.nodes[0].status?.machine)
    #expect(Set(machine.claims.map(\.address)) == ["10.77.0.100", "fd00:77::100"])
    #expect(machine.claims.allSatisfy { $0.mac == mac && !$0.isOwnAddress && $0.interface == "eth0" })
    #expect(
      try await farm.order(0, "status").contains(
        #/virtual IP claimed  +\d+ +[0-9.]+ m?s ago +10.77.0.100 by /#))
    let node = farm.segment.nodes[0]
    let metrics = try await offPool { Result { try node.shell("curl -s http://127.0.0.1:9477/metrics") } }
      .get()
    #expect(metrics.contains(/farmd_foreign_claims_total{address="10.77.0.100"} [1-9]/), "\(metrics)")
    #expect(metrics.contains("farmd_foreign_claims_total{address=\"10.77.0.1\"} 0\n"))
    #expect(
      try await Self.log(again, seconds: 8, has: "\(words) 10.77.0.100").contains("\(words) 10.77.0.100"))
  }

  @Test func aStormOfClaimsIsCountedMakesFewLinesAndTheFarmGoesOn() async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    let before = try #require(farm.nodes[0].status)
    let lines = farm.nodes[0].log.split(separator: "\n").count
    let client = farm.segment.client
    let sent = 30_000
    try await offPool {
      Result {
        try client.run {
          let socket = try FrameSocket(interface: RouteSocket().link("eth0"), type: .arp)
          for i in 0..<sent {
            let mac = MACAddress(0x0200_0000_0000 | UInt64(i % 1000))
            socket.send(
              AddressAnnouncement.request(senderMAC: mac, sender: Segment.v4, target: Segment.v4),
              to: .broadcast)
            if i % 1000 == 999 { usleep(50_000) }
          }
        }
      }
    }.get()
    let after = try await farm.nodes[0].wait {
      $0.machine?.claimCounts.first.map { $0.count >= UInt64(sent) } == true
    }
    let machine = try #require(after.machine)
    #expect(machine.claimCounts.first?.count == UInt64(sent), "\(machine.claimCounts)")
    #expect(machine.claims.count <= 16)
    #expect(after.view == before.view || after.view.epoch == before.view.epoch)
    #expect(after.groups[0].claims == [128, 128] && after.groups[0].doublesSeen.count == 0)
    #expect(farm.nodes[0].log.split(separator: "\n").count - lines < 40)
  }

  @Test func aCopyOfThisMachineIsNamed() async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    let client = farm.segment.client
    let mac = try Self.mac(of: client)
    try client.shell("ip addr add 10.77.0.1/24 dev eth0")
    let words =
      "two machines use the address 10.77.0.1: this one, and one with MAC \(mac) on eth0; if that is a copy of this machine, two machines use the id of 'node1'"
    let log = try await Self.log(farm.nodes[0], seconds: 8, has: words)
    #expect(log.contains("error    \(words)"), "\(log)")
    #expect(try await farm.order(0, "status").contains("address used twice"))
    #expect(farm.nodes[1].status?.machine?.claims == [])
    let preflight = try await farm.farmd(0, "preflight --config \(farm.file) --node node1 --wait 0s")
    #expect(preflight.contains("fails        own addresses: \(words)"), "\(preflight)")
  }

  /// A rule that keeps connections from being tracked is told, counted and shown until it is gone.
  @Test func aRuleThatKeepsConnectionsFromBeingTrackedIsToldUntilItIsGone()
    async throws
  {
    let text = DaemonFarm.usual.replacing("rules: [", with: "rules: [{port: 80}, ")
    let farm = try DaemonFarm(text)
    let machine = farm.segment.nodes[0]
    try await farm.startAll()
    #expect(farm.nodes[0].status?.machine?.untracking == [])
    try machine.shell(
      "nft 'table ip raw { chain pre { type filter hook prerouting priority raw; udp dport 53 notrack; tcp dport 80 notrack; }; }'"
    )
    let words = "'tcp dport 80 notrack' in table ip raw, chain pre, handle 3"
    let log = try await Self.log(farm.nodes[0], has: words)
    #expect(
      log.contains(
        "error    connections to the virtual IP are not tracked, and end after their handshake, because of \(words); to fix: nft delete rule ip raw pre handle 3"
      ), "\(log)")
    let report = try #require(farm.nodes[0].status?.machine)
    #expect(report.untracking.map(\.words) == [words] && report.untrackingSeen == 1)
    #expect(try await farm.order(0, "status").contains("connections are not tracked  1      now   \(words)"))
    let metrics = try await farm.farmd(0, "preflight --config \(farm.file) --node node1 --wait 0s")
    #expect(
      metrics.contains(
        "fails        connections are tracked: not so, and they end after their handshake, because of \(words); to fix: nft delete rule ip raw pre handle 3"
      ), "\(metrics)")
    let curl = try await offPool { Result { try machine.shell("curl -s http://127.0.0.1:9477/metrics") } }
      .get()
    #expect(
      curl.contains("farmd_untracking_rules 1\n") && curl.contains("farmd_untracking_rules_seen_total 1\n"))
    try machine.shell("nft delete rule ip raw pre handle 3")
    _ = try await Self.log(farm.nodes[0], has: "gone, so connections are tracked again: \(words)")
    let after = try #require(farm.nodes[0].status?.machine)
    #expect(after.untracking == [] && after.untrackingSeen == 1)
    #expect(farm.nodes[1].status?.machine?.untrackingSeen == 0)
  }
}

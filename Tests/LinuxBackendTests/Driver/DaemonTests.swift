import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// What operators and others do to a running farm of real daemons.
@Suite(.serialized, .needsNamespaces)
struct DaemonTests {
  // MARK: Tables

  static let others = """
    table inet mine { chain c { type filter hook input priority 0; counter; }; }
    table ip farmd_other { set s { type ipv4_addr; elements = { 192.0.2.1 }; }; }
    """

  static func otherTables(_ node: TestNamespace) throws -> String {
    try node.shell("nft -s list table inet mine; nft -s list table ip farmd_other")
  }

  /// What others do to the tables is undone within a tick and told, and other tables stay as they are.
  @Test
  func whatOthersDoToTheTablesIsUndoneWithinATickAndTold()
    async throws
  {
    let farm = try DaemonFarm()
    let machine = farm.segment.nodes[0]
    try machine.shell("nft -f - <<'END'\n\(Self.others)\nEND")
    let before = try Self.otherTables(machine)
    try await farm.startAll()
    let whole = try Self.ownTables(machine)
    for (edit, told) in [
      ("delete table inet farmd", "inet farmd"), ("delete table netdev farmd", "tables 'farmd' were edited"),
      ("flush set inet farmd owned_0", "owned_0"), ("add element inet farmd owned_0 { 255 }", "owned_0"),
      ("delete table arp farmd", "tables 'farmd' were edited"),
    ] {
      let lines = farm.nodes[0].log.split(separator: "\n").count
      try machine.shell("nft \(edit) || true")
      // A tick is an interval of 100 ms; after it the log is written.
      try await Task.sleep(nanoseconds: 250_000_000)
      #expect(try Self.ownTables(machine) == whole, "\(edit)")
      let news = farm.nodes[0].log.split(separator: "\n").dropFirst(lines)
      #expect(
        news.contains { $0.contains("somebody changed what farmd keeps") && $0.contains(told) },
        "\(edit): \(news)")
      let answers = try await farm.ask(100)
      #expect(answers.allSatisfy { $0.count == 1 } && Set(answers.joined()) == [0, 1], "\(edit)")
    }
    #expect(try Self.otherTables(machine) == before)

    // A killed daemon leaves its tables to their lease. Another life with a clean end removes them, and no others.
    farm.nodes[0].end(by: SIGKILL)
    #expect(try machine.shell("nft list set inet farmd lease").contains("expires"))
    try await Task.sleep(nanoseconds: 500_000_000)
    #expect(try !machine.shell("nft list set inet farmd lease").contains("expires"))
    #expect(try machine.shell("nft list tables").contains("table netdev farmd"))
    let next = try farm.start(0)
    _ = try await next.wait { $0.status == "up" }
    #expect(next.end(by: SIGTERM) == 0)
    #expect(try machine.shell("nft list tables") == "table inet mine\ntable ip farmd_other\n")
    #expect(try Self.otherTables(machine) == before)
  }

  /// Tables, chains and the accepted buckets, without counters and time-outs.
  static func ownTables(_ node: TestNamespace) throws -> String {
    try node.shell(
      """
      (nft list tables; nft -s list table arp farmd; nft -s list table netdev farmd; nft -s list chains inet) | sort
      nft list set inet farmd owned_0 | tr -cs 0-9a-fx '\\n' | sort
      """)
  }

  // MARK: Keys

  /// The state that must not change while keys do.
  struct Effects: Hashable {
    var view: String
    var epoch: UInt64
    var claims: [Int]
    var seen: [UInt64]
    var badMAC: UInt64

    init(_ report: StatusReport) {
      view = report.view.digest
      epoch = report.view.epoch
      claims = report.groups[0].claims
      seen = [report.groups[0].holesSeen.count, report.groups[0].doublesSeen.count]
      badMAC = report.heartbeats.dropped.first { $0.name == "bad_mac" }!.count
    }
  }

  /// Keys are rotated under traffic without any effect, and then the old one is worth nothing.
  @Test func keysAreRotatedUnderTrafficAndThenTheOldOneIsWorthNothing()
    async throws
  {
    let farm = try DaemonFarm()
    try await farm.startAll()
    let new = farm.folder + "/key.new"
    #expect(try await farm.farmd(0, "key \(new)") == "")
    let before = try farm.nodes.map { Effects(try #require($0.status)) }
    let old = DaemonFarm.usual
    let steps = [
      old + "  previous_key_file: \(new)\n",
      old.replacing("key_file: KEY", with: "key_file: \(new)\n  previous_key_file: KEY"),
      old.replacing("key_file: KEY", with: "key_file: \(new)"),
    ]
    for (i, text) in steps.enumerated() {
      try farm.write(text)
      for node in 0..<2 {
        // One node has taken the next step and the other has not, for longer than it takes to remove a node.
        let said = try await farm.order(node, "reload")
        #expect(said == "keys read again; the settings are those in force\n", "step \(i)")
        let answers = try await farm.ask()
        #expect(answers.allSatisfy { $0.count == 1 } && Set(answers.joined()) == [0, 1], "step \(i)")
      }
      #expect(try farm.nodes.map { Effects(try #require($0.status)) } == before, "step \(i)")
    }
    let log = farm.nodes[0].log
    func fingerprint(_ path: String) throws -> String {
      Authenticator.text(Authenticator(key: try KeyFile.read(path)).fingerprint)
    }
    let (first, second) = (try fingerprint(farm.key), try fingerprint(new))
    for line in [
      "reload: linux.previous_key_file: none becomes \(new) (in force)",
      "reload: heartbeats are sent with key \(first) of \(farm.key); key \(second) of \(new) is accepted as well",
      "reload: heartbeats are sent with key \(second) of \(new); key \(first) of \(farm.key) is accepted as well",
      "heartbeats of node2 are made with key \(second) now",
      "reload: heartbeats are sent with key \(second) of \(new), and no other is accepted",
    ] { #expect(log.contains(line), "\(line) is not in \(log)") }
    // A node that still has only the old key is now a stranger.
    try farm.write(old)
    #expect(farm.nodes[1].end(by: SIGTERM) == 0)
    let stranger = try farm.start(1)
    try await Task.sleep(nanoseconds: 2_500_000_000)
    #expect(stranger.status?.status == "listening" && stranger.status?.groups[0].claims == [0, 0])
    #expect(stranger.status?.service.text == "its key does not explain the heartbeats from node1")
    #expect(stranger.status?.service.reason == "wrong_key")
    #expect(try #require(farm.nodes[0].status).groups[0].claims == [256, 0])
  }

  @Test func aKeyThatOthersCanReadIsRefusedAtTheStartAndWhileItRuns() async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    chmod(farm.key, 0o640)
    let said = try await farm.order(0, "reload")
    #expect(said.contains("mode is 0640") && said.hasSuffix("code 1\n"), "\(said)")
    #expect(farm.nodes[0].log.contains(/error +not reloaded: .*mode is 0640/))
    #expect(farm.nodes[0].status?.groups[0].claims == [128, 128])
    farm.nodes[1].end(by: SIGTERM)
    let refused = try await farm.farmd(
      1, "run --config \(farm.file) --node node2 --set linux.run_directory=\(farm.folder)/other")
    #expect(refused.contains("mode is 0640") && refused.hasSuffix("code 65\n"), "\(refused)")
    #expect(try farm.segment.nodes[1].shell("nft list tables") == "")
  }

  // MARK: Orders

  @Test func theControlSocketIsItsUsersAlone() async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    let machine = farm.segment.nodes[0]
    #expect(try machine.shell("stat -c %a \(farm.nodes[0].socket)") == "600\n")
    // Others may reach its folder, so that the socket's own mode decides.
    try machine.shell("chmod 755 \(farm.folder)")
    let refused = try machine.shell(
      "setpriv --reuid 65534 --regid 65534 --clear-groups \(BuiltProgram.farmd.path) leave --socket \(farm.nodes[0].socket) || echo code $?"
    )
    #expect(refused.contains("permission denied") && refused.hasSuffix("code 69\n"), "\(refused)")
    #expect(farm.nodes[0].status?.status == "up")
  }

  @Test func aFileThatIsChangedIsStagedAndSwitchedToByAllTogether() async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    let before = try #require(farm.nodes[0].status).configuration.digest
    try farm.write(DaemonFarm.usual.replacing("node2: 100}", with: "node2: 50}"))
    #expect(try await farm.order(0, "reload").hasPrefix("staged "))
    let waiting = try await farm.nodes[0].wait { $0.configuration.staged != nil }
    #expect(waiting.configuration.digest == before && waiting.groups[0].claims == [128, 128])
    #expect(waiting.configuration.waitsFor == ["node2"])
    #expect(farm.nodes[0].log.contains("farm.groups.default.weights.node2: 100 becomes 50 (staged)"))
    #expect(try await farm.order(0, "status").contains("waits for node2\n"))
    // A change that needs a restart is refused, with its key and value.
    try farm.write(DaemonFarm.usual + "  port: 7947\n")
    #expect(try await farm.order(1, "reload").contains("linux.port: 7946 becomes 7947"))
    #expect(farm.nodes[1].log.contains("not reloaded: linux.port cannot change while farmd runs"))
    try farm.write(DaemonFarm.usual.replacing("node2: 100}", with: "node2: 50}"))
    // By signal, as systemd does it.
    farm.nodes[1].send(SIGHUP)
    for node in farm.nodes {
      let report = try await node.wait { $0.configuration.digest == waiting.configuration.staged }
      #expect(report.configuration.digest == waiting.configuration.staged)
      let shared = try await node.wait { $0.groups[0].claims[1] < 90 && $0.groups[0].holes == 0 }
      #expect(shared.groups[0].claims.reduce(0, +) == 256 && (80...90).contains(shared.groups[0].claims[1]))
      #expect(shared.configuration.staged == nil && shared.groups[0].doubles == 0)
    }
  }

  @Test func drainResumeWeightAndOwnerDoWhatTheySay() async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    #expect(try await farm.order(1, "set-weight 0") != "")
    #expect(try await farm.nodes[0].wait { $0.groups[0].claims == [256, 0] }.groups[0].claims == [256, 0])
    #expect(try await farm.order(1, "set-weight 100") != "")
    #expect(
      try await farm.nodes[0].wait { $0.groups[0].claims == [128, 128] }.groups[0].claims == [128, 128])
    // The node that the command names is the one that answers.
    let said = try await farm.order(0, "owner 10.77.0.200:40112 --config \(farm.file)")
    let named = try #require(said.firstMatch(of: /now +node(\d), by the view of node1/), "\(said)")
    #expect(try Self.server(of: 40112, in: farm.segment) == Int(named.1)! - 1)
    #expect(try await farm.order(1, "drain --force") != "")
    #expect(try await farm.nodes[0].wait { $0.groups[0].claims == [256, 0] }.groups[0].claims == [256, 0])
  }

  /// The node that accepts a datagram from the client's port; `nil` if none or two do.
  static func server(of port: UInt16, in segment: Segment) throws -> Int? {
    let servers = try segment.nodes.map { node in try node.run { try Datagrams.server(Segment.v4) } }
    defer { for server in servers { close(server) } }
    try segment.client.run {
      let client = Datagrams.socket(Segment.v4)
      _ = IPAddress(parsing: "10.77.0.200")!.withSocketAddress(port: port) { bind(client, $0, $1) }
      _ = Segment.v4.withSocketAddress(port: Datagrams.port) { sendto(client, "?", 1, 0, $0, $1) }
      close(client)
    }
    usleep(300_000)
    var byte: UInt8 = 0
    let heard = servers.indices.filter { recv(servers[$0], &byte, 1, Int32(MSG_DONTWAIT)) == 1 }
    return heard.count == 1 ? heard[0] : nil
  }

  // MARK: The application

  /// A hung application leaves the farm within the configured time, and is back when it answers.
  @Test func aHungApplicationLeavesTheFarmInTimeAndIsBackWhenItAnswers()
    async throws
  {
    let text = DaemonFarm.usual.replacing(
      "  flap: off",
      with: """
          flap: off
          checkers: [{http: "http://127.0.0.1:8080/", interval: 100 ms, timeout: 300 ms, threshold: 2, recovery: 1}]
        """)
    let farm = try DaemonFarm(text)
    var servers: [TestServer] = []
    for machine in farm.segment.nodes { servers.append(try await TestServer(port: 8080, in: machine)) }
    try await farm.startAll()
    let promised = try DaemonFile.read(text: text.replacing("KEY", with: farm.key), file: "f").get().farm
      .checkers[0].settings.noticesWithin
    let hung = MonotonicClock.now
    servers[1].become(.silent)
    let report = try await farm.nodes[0].wait { $0.groups[0].claims == [256, 0] }
    // Allows for the time that busy cores and the asking add.
    let took = MonotonicClock.now - hung
    #expect(
      report.groups[0].claims == [256, 0] && took < promised + .milliseconds(700), "\(took.nanoseconds) ns")
    let answers = try await farm.ask()
    #expect(answers.allSatisfy { $0 == [0] })
    let out = try await farm.nodes[1].wait { $0.status == "standby" }
    #expect(out.status == "standby" && out.health?.checkers.first?.isWell == false)
    #expect(
      out.service.reason == "unhealthy" && out.service.text.contains("check fails: http 127.0.0.1:8080/"))
    servers[1].become(.good)
    for node in farm.nodes {
      #expect(try await node.wait { $0.groups[0].claims == [128, 128] }.groups[0].claims == [128, 128])
    }
    for server in servers { try await server.close() }
  }

  // MARK: The wire

  @Test func heartbeatsToEachNodeAloneMakeOneFarmAndOneNodeAnswersAPing() async throws {
    let farm = try DaemonFarm(DaemonFarm.usual + "  delivery: unicast\n")
    // A switch that drops all broadcasts of heartbeats.
    try farm.segment.bridge.shell(
      "nft 'table bridge t { chain c { type filter hook forward priority 0; ether daddr ff:ff:ff:ff:ff:ff udp dport 7946 counter drop; }; }'"
    )
    try await farm.startAll()
    let answers = try await farm.ask()
    #expect(answers.allSatisfy { $0.count == 1 } && Set(answers.joined()) == [0, 1])
    let machine = farm.segment.client
    let said = try await offPool { Result { try machine.shell("ping -c 10 -i 0.05 -W 1 10.77.0.100") } }.get()
    #expect(
      said.contains("10 packets transmitted, 10 received, 0% packet loss") && !said.contains("DUP"), "\(said)"
    )
    #expect(try farm.segment.bridge.shell("nft list table bridge t").contains("counter packets 0 "))
  }

  @Test func withoutTheRightToLockMemoryOrRaiseItsPriorityItServesAndSaysSo()
    async throws
  {
    let farm = try DaemonFarm()
    let poor = try farm.start(
      0,
      by: [
        "/usr/bin/prlimit", "--memlock=65536:65536", "--rtprio=0:0", "--nice=0:0", "/usr/bin/setpriv",
        "--bounding-set", "-sys_nice,-ipc_lock,-sys_resource",
      ])
    #expect(try await poor.wait { $0.groups[0].claims == [256, 0] }.status == "up")
    #expect(poor.log.contains("warning  memory is not locked: the limit is 64 KiB"), "\(poor.log)")
    #expect(poor.log.contains("warning  neither real-time priority ("), "\(poor.log)")
    // With all rights.
    let rich = try farm.start(1)
    #expect(try await rich.wait { $0.groups[0].claims == [128, 128] }.status == "up")
    #expect(
      rich.log.contains("memory is locked") && rich.log.contains("real-time priority 10"), "\(rich.log)")
    #expect(!rich.log.contains("warning"), "\(rich.log)")
  }

  // MARK: Those who watch it

  @Test func metricsAreReadOnTheMachineAndTheLogHasALineAnEventWithViewAndEpoch()
    async throws
  {
    let farm = try DaemonFarm()
    try await farm.startAll()
    let machine = farm.segment.nodes[0]
    let text = try await offPool { Result { try machine.shell("curl -s http://127.0.0.1:9477/metrics") } }
      .get()
    let metrics = Exposition(text)
    #expect(metrics.problems == [])
    #expect(metrics.samples[#"farmd_claimed_buckets{group="default",member="node1"}"#] == 128)
    #expect(metrics.samples[#"farmd_holes_seen_total{group="default"}"#] != nil)
    #expect(metrics.samples["farmd_lease_seconds"].map { $0 > 0 } == true)
    #expect(farm.nodes[0].log.contains(/the view is node1 and node2 \[epoch [1-9]\d*, view [0-9a-f]{16}\]\n/))
  }

  @Test
  func theServiceManagerHearsOfStartLifeAndEndAndOfNoLifeInAStall()
    async throws
  {
    let farm = try DaemonFarm()
    let manager = try ServiceManager()
    let node = try farm.start(
      0, by: ["/usr/bin/env", "NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=600000"])
    func hear(for milliseconds: Int) async -> [String] {
      let end = Date(timeIntervalSinceNow: Double(milliseconds) / 1000)
      return await offPool {
        var said: [String] = []
        while Date() < end { if let text = manager.next(patience: 50) { said.append(text) } }
        return said
      }
    }
    let started = await hear(for: 2500)
    #expect(
      started.contains("READY=1") && started.contains { $0.hasPrefix("STATUS=node1 is up") }, "\(started)")
    #expect(started.filter { $0 == "WATCHDOG=1" }.count > 3)
    node.send(SIGSTOP)
    _ = await hear(for: 100)
    #expect(await hear(for: 700) == [])
    node.send(SIGCONT)
    #expect(await hear(for: 700).contains("WATCHDOG=1"))
    #expect(node.end(by: SIGTERM) == 0)
    #expect(await hear(for: 200).contains { $0.hasPrefix("STOPPING=1") })
  }
}

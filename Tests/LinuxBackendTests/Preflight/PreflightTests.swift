import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// The checks on a machine and a segment that are good, then broken in one way after the other.
@Suite(.serialized, .needsNamespaces)
struct PreflightTests {
  /// A folder with a key, and the setup of a farm on a ``Segment``'s nodes.
  final class Files {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "preflight-\(UUID().uuidString)")
    var key: String { folder.appendingPathComponent("key").path }

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try KeyFile.create(key)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The farm's file.
    var text: String {
      """
      farm:
        nodes: [node1, node2, node3]
        virtual_ip: 10.77.0.100
      linux:
        interfaces: {lan: eth0}
        addresses:
          node1: {lan: 10.77.0.1}
          node2: {lan: 10.77.0.2}
          node3: {lan: 10.77.0.3}
        key_file: \(key)
      """
    }

    func setup(_ node: Int, _ overrides: [String] = []) throws -> DriverSetup {
      let changes = try overrides.map { try Override(parsing: $0) }
      return try DriverSetup(
        DaemonFile.read(text: text, file: "f", overrides: changes).get(), node: NodeID(node))
    }
  }

  static func failures(_ checks: [PreflightCheck]) -> [String] {
    checks.compactMap { check in
      guard case .fails(let detail, _) = check.finding else { return nil }
      return "\(check.name): \(detail)"
    }
  }

  @Test func aGoodMachinePassesAndIsNotChanged() throws {
    let segment = try Segment(nodes: 1)
    let files = try Files()
    let before = try segment.state(of: 0)
    let setup = try files.setup(0)
    let checks = try segment.nodes[0].run { HostPreflight(setup, connections: 1000).checks() }
    #expect(checks.count == 21)
    for check in checks {
      guard case .ok = check.finding else {
        Issue.record("\(check)")
        continue
      }
    }
    #expect(try segment.state(of: 0) == before)
    #expect(try segment.nodes[0].shell("cat /proc/sys/net/netfilter/nf_conntrack_tcp_loose") == "1\n")
  }

  @Test(
    arguments: [
      ("ip link set eth0 down", [], "interface eth0 (lan): it is down"),
      ("ip addr del 10.77.0.1/24 dev eth0", [], "interface eth0 (lan): 10.77.0.1 is not on it"),
      (
        "ip link set eth0 mtu 310", [],
        "interface eth0 (lan): its MTU is 310, and heartbeats of this farm take IP packets of 311 bytes"
      ),
      ("true", ["linux.interfaces.lan=eth7"], "interface eth7 (lan): No such device"),
      ("true", ["linux.interfaces.lan=eth7"], "extra MAC on eth7: No such device"),
      (
        "ip link set eth0 address 5a:fe:0a:4d:00:64", [],
        "extra MAC on eth0: 5a:fe:0a:4d:00:64 is the interface's own MAC"
      ),
      ("true", ["linux.key_file=/nonexistent"], "key file: /nonexistent: cannot be read: No such file"),
    ] as [(String, [String], String)])
  func oneFaultIsNamed(_ fault: String, _ overrides: [String], _ expected: String) throws {
    let segment = try Segment(nodes: 1)
    let files = try Files()
    try segment.nodes[0].shell(fault)
    let setup = try files.setup(0, overrides)
    let checks = try segment.nodes[0].run { HostPreflight(setup, connections: 1000).checks() }
    let failures = Self.failures(checks)
    #expect(failures.contains { $0.hasPrefix(expected) }, "\(failures)")
  }

  @Test func aCableThatIsOutIsNamed() throws {
    let segment = try Segment(nodes: 1)
    let files = try Files()
    try segment.bridge.shell("ip link set p1 down")
    let setup = try files.setup(0)
    let checks = try segment.nodes[0].run { HostPreflight(setup, connections: 1000).checks() }
    #expect(Self.failures(checks) == ["interface eth0 (lan): it has no carrier"])
  }

  @Test func roomAndClocksAreNamed() throws {
    let files = try Files()
    let preflight = HostPreflight(try files.setup(0), connections: 100_000_000)
    #expect(preflight.conntrackSize().hasFailed)
    #expect(preflight.clock(now: 86_400_000).hasFailed)
    #expect(preflight.lateness(.milliseconds(51)).hasFailed)
    #expect(!preflight.lateness(.milliseconds(50)).hasFailed)
  }

  /// Runs the segment checks of all nodes at the same time.
  static func segment(
    _ segment: Segment, _ setups: [DriverSetup], seconds: Int = 8
  ) throws -> [[PreflightCheck]] {
    let results = Results(setups.count)
    let threads = DispatchGroup()
    for (i, setup) in setups.enumerated() {
      // The sockets are made inside the namespace; they may be used from anywhere.
      nonisolated(unsafe) let preflight = try segment.nodes[setup.node.index].run {
        try SegmentPreflight(setup)
      }
      Thread.detachNewThread {
        results.set(i, preflight.run(for: .seconds(seconds)))
        threads.leave()
      }
      threads.enter()
    }
    threads.wait()
    return results.all
  }

  private final class Results: @unchecked Sendable {
    private let lock = NSLock()
    private var values: [[PreflightCheck]]
    init(_ count: Int) { values = Array(repeating: [], count: count) }
    func set(_ i: Int, _ value: [PreflightCheck]) { lock.withLock { values[i] = value } }
    var all: [[PreflightCheck]] { lock.withLock { values } }
  }

  @Test(arguments: [[], ["linux.delivery=unicast"], ["linux.shared_address=multicast"]])
  func aGoodSegmentPassesSoon(_ overrides: [String]) throws {
    let segment = try Segment()
    let files = try Files()
    let start = MonotonicClock.now
    let found = try Self.segment(segment, (0..<3).map { try files.setup($0, overrides) }, seconds: 30)
    #expect(MonotonicClock.now - start < .seconds(15))
    for (i, checks) in found.enumerated() {
      let others = (1...3).filter { $0 != i + 1 }.map { "node\($0)" }.joined(separator: ", ")
      #expect(checks.map(\.finding) == Array(repeating: .ok("with \(others)"), count: 7))
    }
    #expect(!(try segment.bridge.shell("bridge fdb show br br0").contains("5a:fe:")))
    #expect(!(try segment.nodes[0].shell("bridge fdb show dev eth0").contains("5a:fe:")))
  }

  /// What a switch may do, by means of the bridge itself, and what node 3 then does not get.
  @Test(
    arguments: [
      ("bridge link set dev p3 flood off", [], "frames to the shared MAC", "flood unknown unicast"),
      (
        "bridge link set dev p3 mcast_flood off", ["linux.shared_address=multicast"],
        "frames to the shared MAC",
        "shared_address: unicast"
      ),
      (
        "bridge link set dev p3 mcast_flood off", ["linux.delivery={multicast: 239.77.1.1}"],
        "heartbeats", "needs a querier"
      ),
      ("bridge link set dev p3 bcast_flood off", [], "heartbeats", "let UDP port 7946 through"),
    ] as [(String, [String], String, String)])
  func aSwitchThatHoldsSomethingBackIsNamed(
    _ fault: String, _ overrides: [String], _ what: String, _ fix: String
  ) throws {
    let segment = try Segment()
    let files = try Files()
    try segment.bridge.shell(fault)
    let found = try Self.segment(segment, (0..<3).map { try files.setup($0, overrides) }, seconds: 2)
    let isFrames = what.hasPrefix("frames")
    for sender in 0..<2 {
      let name = isFrames ? "\(what) reach the others" : "\(what) reach the others on lan"
      #expect(Self.failures(found[sender]) == ["\(name): not with node3"])
    }
    let name = isFrames ? "\(what) arrive" : "\(what) heard on lan"
    // Without any datagram it hears of no node directly; frames to the shared MAC tell it that the nodes are there.
    #expect(Self.failures(found[2]) == ["\(name): not with node1, node2"])
    for checks in found {
      for case .fails(_, let advice) in checks.map(\.finding) { #expect(advice.contains(fix), "\(advice)") }
    }
  }

  /// The switch knows who has joined which group, and that nobody has joined the virtual IP.
  @Test(arguments: [[], ["farm.virtual_ip=fd00:77::100"]])
  func aSwitchThatSnoopsHoldsBackTheSharedGroupMAC(_ overrides: [String]) throws {
    let segment = try Segment(nodes: 2)
    let files = try Files()
    try segment.snoop()
    let setups = try (0..<2).map { try files.setup($0, overrides + ["linux.shared_address=multicast"]) }
    let found = try Self.segment(segment, setups, seconds: 2)
    for (node, other) in [(0, "node2"), (1, "node1")] {
      let failures = Self.failures(found[node])
      let text = "not with \(other); not heard of: node3"
      #expect(
        failures == [
          "frames to the shared MAC arrive: \(text)", "frames to the shared MAC reach the others: \(text)",
        ])
    }
    // The MAC of a single machine is not affected.
    let unicast = try (0..<2).map { try files.setup($0, overrides) }
    for checks in try Self.segment(segment, unicast, seconds: 2) { #expect(Self.failures(checks) == []) }
  }

  @Test func aMachineThatClosesThePortIsNamed() throws {
    let segment = try Segment()
    let files = try Files()
    try segment.nodes[2].shell(
      "nft 'table inet f { chain c { type filter hook input priority 0; udp dport 7946 drop; }; }'")
    let found = try Self.segment(segment, (0..<3).map { try files.setup($0) }, seconds: 2)
    #expect(Self.failures(found[0]) == ["heartbeats reach the others on lan: not with node3"])
    let name = "heartbeats heard on lan"
    #expect(
      found[2].first { $0.name == name }?.finding
        == .fails(
          "blocked: what comes from node1, node2 reaches eth0, and a packet filter of this machine drops it",
          fix:
            "let UDP port 7946 through on this machine: 'udp dport 7946 drop' in table inet f, chain c, handle 2"
        ))
  }

  @Test func lossAndAnotherFileAreNamed() throws {
    let segment = try Segment()
    let files = try Files()
    try segment.bridge.shell(
      "nft 'table bridge t { chain c { type filter hook forward priority 0; oifname p3 udp dport 7946 numgen inc mod 3 0 drop; }; }'"
    )
    let setups = [try files.setup(0), try files.setup(1), try files.setup(2, ["farm.flap=off"])]
    let found = try Self.segment(segment, setups, seconds: 5)
    #expect(
      Self.failures(found[0]) == [
        "same configuration: not with node3: node3 has another configuration: farm.flap.penalty: 1000 here, 0 on node3"
      ])
    let failures = Self.failures(found[2])
    #expect(
      failures.count == 2
        && failures.last
          == "same configuration: not with node1, node2: node1 and node2 have another configuration: farm.flap.penalty: 0 here, 1000 on node1 and node2"
    )
    #expect(
      failures.first?.wholeMatch(
        of: /heartbeats heard on lan: node1 lost \d+ of \d+, node2 lost \d+ of \d+/) != nil, "\(failures)")
  }

  /// A daemon answers no preflight, but its heartbeats are heard.
  @Test func aNodeThatRunsAlreadyIsHeard() async throws {
    // The driver has a thread of its own there, and nothing else uses it at the same time.
    nonisolated(unsafe) let segment = try Segment(nodes: 2)
    let files = try Files()
    let running = try await DriverFarmTests.start(
      try files.setup(
        1,
        ["linux.run_directory=\(files.folder.path)/run", "linux.state_directory=\(files.folder.path)/state"]),
      in: segment)
    let setup = try files.setup(0)
    let found = try await offPool { Result { try Self.segment(segment, [setup], seconds: 2) } }.get()[0]
    func finding(_ name: String) -> PreflightCheck.Finding? { found.first { $0.name == name }?.finding }
    let rest = "needs 'farmd preflight' at the same time on node3"
    #expect(finding("heartbeats heard on lan") == .unanswered("good with node2; \(rest)"))
    #expect(finding("same key") == .unanswered("good with node2; \(rest)"))
    #expect(
      finding("frames to the shared MAC arrive")
        == .unanswered("needs 'farmd preflight' at the same time on node2, node3"))
    _ = try await running.follow(.stop)
    try await running.waitUntilEnded()
  }

  @Test func brokenWaysAreNamed() throws {
    let segment = try Segment()
    let files = try Files()
    // Node 3 hears no heartbeats of node 1, and no frames to the shared MAC.
    try segment.bridge.shell(
      """
      nft 'table bridge t { chain c { type filter hook forward priority 0; oifname p3 ether daddr 5a:fe:0a:4d:00:64 drop; oifname p3 ip saddr 10.77.0.1 udp dport 7946 drop; }; }'
      """)
    let found = try Self.segment(segment, (0..<3).map { try files.setup($0) }, seconds: 3)
    #expect(
      Self.failures(found[0]) == [
        "heartbeats reach the others on lan: not with node3",
        "frames to the shared MAC reach the others: not with node3",
      ])
    #expect(Self.failures(found[1]) == ["frames to the shared MAC reach the others: not with node3"])
    // It gets nothing of node 1 at all, but node 2 says that node 1 is there.
    #expect(
      Self.failures(found[2]) == [
        "heartbeats heard on lan: not with node1", "frames to the shared MAC arrive: not with node1, node2",
      ])
  }

  /// As over a tunnel: connections can be opened, but heartbeats are lost. The longest are IP packets of 311 bytes.
  @Test func aWayThatCarriesShortDatagramsAndNoHeartbeatsIsNamed() throws {
    let segment = try Segment()
    let files = try Files()
    try segment.bridge.shell(
      "nft 'table bridge t { chain c { type filter hook forward priority 0; oifname p3 ip saddr 10.77.0.1 udp dport 7946 ip length > 310 drop; }; }'"
    )
    let found = try Self.segment(segment, (0..<3).map { try files.setup($0) }, seconds: 6)
    #expect(Self.failures(found[0]) == ["heartbeats reach the others on lan: not with node3"])
    #expect(Self.failures(found[1]) == [])
    #expect(
      Self.failures(found[2]) == [
        "heartbeats heard on lan: short datagrams of node1 arrive, and those as long as its heartbeats (IP packets of 311 bytes) do not"
      ])
    try segment.bridge.shell("nft delete table bridge t")
    try segment.bridge.shell(
      "nft 'table bridge t { chain c { type filter hook forward priority 0; udp dport 7946 ip length > 311 drop; }; }'"
    )
    for checks in try Self.segment(segment, (0..<3).map({ try files.setup($0) }), seconds: 20) {
      #expect(Self.failures(checks) == [])
    }
  }

  @Test func aMachineWithTheVirtualIPIsNamed() throws {
    let segment = try Segment(nodes: 2)
    let files = try Files()
    let setup = try files.setup(0)
    // Another node of the farm answers with the shared MAC, as it must.
    let shared = try segment.sharedAddress(on: 1)
    try segment.nodes[1].run { try shared.install() }
    let look = { try segment.nodes[0].run { HostPreflight(setup, connections: 1).virtualIPs() } }
    #expect(try look().finding == .ok("10.77.0.100: nobody but the farm answers"))
    try segment.client.shell(
      "ip addr add 10.77.0.100/32 dev eth0; ip link set eth0 address 02:00:00:00:00:99")
    guard case .fails("10.77.0.100 is that of 02:00:00:00:00:99 too", _) = try look().finding else {
      Issue.record("\(try look())")
      return
    }
  }

  @Test func anotherKeyIsNamed() throws {
    let segment = try Segment()
    let (files, others) = (try Files(), try Files())
    let found = try Self.segment(segment, [files.setup(0), files.setup(1), others.setup(2)], seconds: 3)
    #expect(Self.failures(found[0]) == ["same key: not with node3"])
    #expect(Self.failures(found[2]) == ["same key: not with node1, node2"])
  }

  @Test func aNodeAloneSaysWhatItNeeds() throws {
    let segment = try Segment()
    let files = try Files()
    let found = try Self.segment(segment, [files.setup(0)], seconds: 1)
    let expected = PreflightCheck.Finding.unanswered(
      "needs 'farmd preflight' at the same time on node2, node3")
    #expect(found[0].map(\.finding) == Array(repeating: expected, count: 7))
    #expect(!PreflightReport(node: "node1", checks: found[0]).isReady)
  }
}

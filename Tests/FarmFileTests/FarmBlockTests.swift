import Engine
import Testing

@testable import FarmFile

struct FarmBlockTests {
  static func read(_ text: String) -> (block: FarmBlock?, lines: [String]) {
    let log = ProblemLog(file: "f")
    guard let document = YAMLDocument(text: text, log: log) else {
      return (nil, log.problems.map(\.description))
    }
    let block = FarmBlock(
      YAMLReader(document.root, name: "farm", log: log), networks: [(name: "lan", carriesService: true)])
    return (block, log.problems.map(\.description))
  }

  @Test func theSmallestUsefulBlockNeedsNodesAnAddressAndARule() {
    let (block, lines) = FarmBlockTests.read("nodes: 2\nvirtual_ip: 192.0.2.1\nrules: [{port: 80}]\n")
    #expect(lines.isEmpty)
    #expect(block?.farm.nodes == ["node1", "node2"])
    #expect(block?.farm.groups == ["default"])
    #expect(block?.farm.rules == ["tcp/80"])
    var expected = Settings(nodeCount: 2)
    expected.rules = [
      FilterRule(transport: .tcp, ports: [PortRange(80, 80)], group: GroupID(0), identity: .address)
    ]
    expected.surroundings = block?.farm.settings.surroundings ?? Digest(rawValue: 0)
    #expect(block?.farm.settings == expected && expected.surroundings != Digest(rawValue: 0))
  }

  @Test func everyKeyChangesItsSetting() {
    let (block, lines) = FarmBlockTests.read(FarmBlockTests.everyKey)
    #expect(lines.isEmpty)
    guard let farm = block?.farm else { return }
    #expect(farm.nodes == ["alpha", "beta", "gamma"])
    #expect(farm.virtualIPs == [IPAddress(v4: 0xc000_0264), IPAddress(v6: 0x2001_0db8_0000_0000, 0x64)])
    #expect(farm.groups == ["web", "dns"])
    #expect(farm.rules == ["site", "udp/53"])
    let settings = farm.settings
    #expect(settings.farmID == 77)
    #expect(
      settings.heartbeat
        == HeartbeatSettings(
          interval: .milliseconds(60), misses: 4, margin: .milliseconds(25), jitterPermille: 0,
          delayBound: .milliseconds(2), commitBound: .milliseconds(3), isRelaying: false, leasePolicy: .strict
        ))
    #expect(
      settings.groups == [
        GroupSettings(bucketCount: 1024, hashSeed: 0xfa12, policy: .rendezvous, weights: [0, 50, 7]),
        GroupSettings(bucketCount: 251, policy: .maglev, weights: [100, 50, 200]),
      ])
    #expect(
      settings.rules == [
        FilterRule(
          transport: .tcp, ports: [PortRange(80, 80), PortRange(8000, 8099)],
          virtualIPs: [IPAddress(v4: 0xc000_0264)], group: GroupID(0), identity: .addressPort),
        FilterRule(
          transport: .udp, ports: [PortRange(53, 53)], group: GroupID(1),
          identity: .network(v4: 24, v6: 56)),
      ])
    #expect(settings.unmatched == .defaultNode)
    #expect(
      settings.life
        == LifeSettings(
          failback: .delayed(.seconds(30)), alone: .quorum, flapPenalty: 10, flapSuppress: 40, flapReuse: 20,
          flapHalfLife: .seconds(90), drainDeadline: .seconds(120)))
    #expect(settings.flows == FlowSettings(grace: .seconds(600), resetsUnknownSegments: false))
  }

  static let everyKey = """
    id: 77
    nodes: {alpha: , beta: 50, gamma: {weight: 200}}
    virtual_ip: [192.0.2.100, "2001:db8::64"]
    profile: fast
    heartbeat:
      {interval: 60 ms, misses: 4, margin: 25 ms, jitter: 0, delay_bound: 2 ms, commit_bound: 3 ms,
       relay: no, lease: strict}
    groups:
      web: {buckets: 1024, hash_seed: 0xfa12, policy: rendezvous, weights: {alpha: 0, gamma: 7}}
      dns: {buckets: 251, policy: maglev}
    rules:
      - {name: site, protocol: tcp, port: [80, 8000-8099], virtual_ip: 192.0.2.100, group: web,
         identity: address_port}
      - {protocol: udp, port: 53, group: dns, identity: network/24/56}
    unmatched: default_node
    failback: {delayed: 30 s}
    alone: quorum
    flap: {penalty: 10, suppress: 40, reuse: 20, half_life: 90 s}
    drain_deadline: 2 min
    flow_grace: 10 min
    reset_unknown_segments: false
    checkers:
      - {tcp: 80, name: port, interval: 2 s, timeout: 300 ms, threshold: 4, recovery: 5, action: stop_start}
      - {http: "http://[::1]:8080/health?deep=1", expect: [200, 300-399], host: shop.example, action: restart}
      - {ping: 192.0.2.254}
      - {interface: eth0, action: stop}
      - {process: nginx}
      - {command: [/usr/local/bin/check, --fast], action: wait}
    application:
      {start: systemctl start nginx, stop: [/bin/systemctl, stop, nginx], restart: systemctl restart nginx,
       start_time: 4 s, timeout: 30 s, maxloop: 7, loop_interval: 1 h}
    notify: {command: [/usr/local/bin/farm-event, --json], events: [took_over, hole], hole: 3 s, timeout: 1 s}
    """

  @Test func theBlockOfEveryKeyHasEveryKey() throws {
    let log = ProblemLog(file: "f")
    let document = try #require(YAMLDocument(text: FarmBlockTests.everyKey, log: log))
    var used: Set<String> = []
    collectKeys(document.root, into: &used)
    for section in FarmSection.allCases {
      for key in section.keys { #expect(used.contains(key), "\(section.rawValue): \(key)") }
    }
  }

  private func collectKeys(_ node: YAMLNode, into used: inout Set<String>) {
    switch node.content {
    case .scalar: break
    case .list(let items): for item in items { collectKeys(item, into: &used) }
    case .mapping(let entries):
      for entry in entries {
        used.insert(entry.key)
        collectKeys(entry.value, into: &used)
      }
    }
  }

  @Test(arguments: HeartbeatProfile.allCases)
  func aProfilesNameStandsForItsTimes(profile: HeartbeatProfile) {
    let (block, lines) = FarmBlockTests.read("{nodes: 2, virtual_ip: 192.0.2.1, profile: \(profile.name)}")
    #expect(lines.isEmpty)
    #expect(block?.farm.settings.heartbeat == profile.heartbeat)
  }

  @Test func flapHoldDownCanBeOffFailbackManualAndDefaultWeightsAreNoWeights() {
    let (block, lines) = FarmBlockTests.read(
      "{nodes: {a: 100, b: }, virtual_ip: 192.0.2.1, flap: off, failback: manual}")
    #expect(lines.isEmpty)
    #expect(block?.farm.settings.life.flapPenalty == 0)
    #expect(block?.farm.settings.life.failback == .manual)
    #expect(block?.farm.settings.groups[0].weights == [])
  }
}

import Engine
import FarmFile
import Foundation
import Sim
import Testing

/// Every key that the reader accepts: used once, checked for what it does, and documented.
struct ScenarioKeysTests {
  static let everyKey = """
    # What does every key do?
    description: All of them at once.
    about: double
    yes_if: {double_owner_time.longest: "> 0 s"}
    farm:
      nodes: 4
      virtual_ip: [192.0.2.1, "2001:db8::1"]
      groups: {web: {buckets: 512}}
      rules: [{port: 80}, {port: [443, 8443], virtual_ip: "2001:db8::1"}, {protocol: udp, port: 53}]
    networks:
      lan:
        carries: [service, heartbeat]
        delay: {normal: [200 us, 50 us]}
        loss: {uplink: 0.1 %, downlink: {gilbert: {enter: 1 %, leave: 30 %, good: 0.5 %, bad: 90 %}}}
        duplication: 2 %
        reordering: {share: 3 %, delay: 4 ms}
        links:
          - {from: node1, to: [node2, node3], delay: {uniform: [1 ms, 2 ms]}, loss: 5 %}
          - {to: node4, delay: {lognormal: [300 us, 0.5]}}
      backup: {carries: heartbeat, delay: {constant: 1 ms}, reordering: 1 %, loss: {gilbert: {enter: 1 %, leave: 2 %}}}
      plain:
    kernel: {commit: 300 us, timer: {uniform: [10 us, 2 ms]}}
    traffic:
      - name: shop
        rule: 8443
        virtual_ip: "2001:db8::1"
        arrivals: {poisson: 2k/s}
        clients: {population: 20k, zipf: 1.1, nat: {share: 30 %, addresses: 5}, ipv6: true,
                  addresses: ["2001:db8:5::1": 20 %, "2001:db8:6::/56": 12.5 %]}
        flow: {duration: {exponential: 20 s}, segment_interval: 3 s, segment_bytes: 900,
               retries: [1 s, 2 s], resets: 4 %}
        session: {connections: 4.5, think_time: 7 s}
      - {rule: tcp/80, arrivals: {constant: 60/min}, flow: {duration: {lognormal: [5 s, 1.5]}, retries: old}}
      - {rule: "tcp/443,8443", port: 8443, arrivals: {on_off: {rate: 10/s, on: 2 s, off: 3 s}},
         flow: {duration: {pareto: [1 s, 1.5]}}}
      - {rule: 80, arrivals: 5/s, flow: {duration: {constant: 9 s}}}
      - rule: 80
        arrivals: 5/s
        flow: {duration: {table: [{share: 90 %, duration: 1 s}, {share: 10 %, duration: 60 s}]}}
      - {rule: 53, arrivals: 5/s, clients: 7, flow: {duration: 9 s, on_move: survives, patience: 4 s}}
    faults:
      - {at: 1 s, for: 2 s, loss: {network: lan, uplink: 1 %, downlink: 2 %}}
      - {at: 4 s, until: 5 s, loss: {downlink: 2 %, receivers: node1}}
      - {at: 5500 ms, loss: {uplink: 2 %, senders: node1}}
      - {at: 6 s, delay: {network: backup, constant: 1 ms}}
      - {at: 7 s, one_way_cut: {from: node1, to: node2, network: lan}}
      - {at: 8 s, pair_cut: {left: node1, right: node2, network: lan}}
      - {at: 9 s, partition: {sides: [[node1]], network: lan}}
      - {at: 10 s, bridge: {left: node1, right: node2, by: node3, network: lan}}
      - {at: 11 s, network_down: backup}
      - {at: 12 s, interface_down: {node: node1, network: lan}}
      - {at: 12500 ms, block_heartbeats: {node: node1, direction: both, network: lan}}
      - {at: 13 s, commit_failure: node1}
      - {at: 14 s, weight: {node: node1, group: web, weight: 5}}
      - {at: 14500 ms, reload: {nodes: [node1, node2], without: groups.web.buckets, farm: {drain_deadline: 1 min}}}
      - {at: 15 s, drain: {nodes: node1, deadline: 1 s, force: yes}}
      - {at: 16 s, resume: node1}
      - {at: 17 s, crash: node2}
      - {at: 18 s, restart: node2}
      - {at: 19 s, stop: node2}
      - {at: 20 s, leave: node3}
      - {at: 20500 ms, upgrade: node1}
      - {at: 21 s, pause: node4}
      - {at: 22 s, stall: node1}
      - {at: 23 s, kill: node1}
      - {at: 24 s, for: 1 s, application_crash: node1}
      - {at: 26 s, application_hang: node3}
      - {at: {uniform: [30 s, 40 s]}, every: 1 s, times: 4, in_turn: yes, for: {exponential: 100 ms}, application_hang: node4}
      - {at: {normal: [60 s, 1 s]}, every: {lognormal: [1 s, 0.5]}, for: {constant: 1 ms}, network_down: backup}
      - {at: 27 s, application_slow: {node: node3, delay: 2 s}}
    run: {duration: 100 s, seed: 0xffffffffffffffff, trials: 3, warm_up: 7 s}
    linux:
      interfaces: {lan: eth0, backup: eth1, plain: eth2}
      addresses:
        node1: {lan: 10.1.0.1, backup: 10.2.0.1, plain: 10.3.0.1}
        node2: {lan: 10.1.0.2, backup: 10.2.0.2, plain: 10.3.0.2}
        node3: {lan: 10.1.0.3, backup: 10.2.0.3, plain: 10.3.0.3}
        node4: {lan: 10.1.0.4, backup: 10.2.0.4, plain: 10.3.0.4}
      key_file: /etc/farmd/key
    expect:
      rebalance_time.max: [<= 560 ms, ">= 1 ms"]
      double_owner_time: {total: == 0 s, longest: "!= 1 s"}
      flows_broken: < 2k
      skew.packets.jain: "> 0.9"
      heartbeat_rate.max: <= 100/s
      skew.buckets.max_over_mean: <= 1.05
    """

  @Test func eachKeyOutsideTheFarmDoesWhatItSays() throws {
    let scenario = try Scenario.read(text: ScenarioKeysTests.everyKey, name: "a/b/every.yaml").get()
    #expect(scenario.name == "every")
    #expect(scenario.question == "What does every key do?")
    #expect(scenario.description == "All of them at once.")
    #expect(scenario.about == .double)
    let condition = try #require(scenario.yesCondition)
    #expect(condition.word == .yes && condition.bounds.map(\.text) == ["> 0 s"])
    #expect(condition.bounds.map(\.measure.name) == ["double_owner_time.longest"])
    #expect(scenario.farm.networks == ["lan", "backup", "plain"])
    #expect(scenario.farm.settings.networks.map(\.carriesService) == [true, false, true])
    let timer = DelayModel.uniform(.microseconds(10), .milliseconds(2))
    #expect(scenario.kernel == KernelModel(commit: .constant(.microseconds(300)), timer: timer))
    #expect(scenario.run == RunPlan(duration: .seconds(100), seed: .max, trials: 3, warmUp: .seconds(7)))
    #expect(scenario.faults.count == 27)
    #expect(
      scenario.expectations.map { "\($0.measure.name) \($0.text) \($0.comparison) \($0.bound)" } == [
        "rebalance_time.max <= 560 ms lessOrEqual 0.56", "rebalance_time.max >= 1 ms greaterOrEqual 0.001",
        "double_owner_time.total == 0 s equal 0.0", "double_owner_time.longest != 1 s notEqual 1.0",
        "flows_broken < 2k less 2000.0", "skew.packets.jain > 0.9 greater 0.9",
        "heartbeat_rate.max <= 100/s lessOrEqual 100.0",
        "skew.buckets.max_over_mean <= 1.05 lessOrEqual 1.05",
      ])
  }

  @Test func networksAreAsWritten() throws {
    let networks = try Scenario.read(text: ScenarioKeysTests.everyKey, name: "every.yaml").get().networks
    let (one, others) = (ScenarioFaultTests.nodes(0), ScenarioFaultTests.nodes(1, 2))
    let lan = NetworkModel(
      name: "lan", delay: .normal(mean: .microseconds(200), sd: .microseconds(50)),
      uplinkLoss: .independent(0.001),
      downlinkLoss: .gilbertElliott(enter: 0.01, leave: 0.3, lossGood: 0.005, lossBad: 0.9),
      duplication: 0.02, reordering: 0.03, reorderingDelay: .milliseconds(4),
      links: [
        LinkModel(
          from: one, to: others, delay: .uniform(.milliseconds(1), .milliseconds(2)), loss: .independent(0.05)
        ),
        LinkModel(
          from: NodeSet(first: 4), to: ScenarioFaultTests.nodes(3),
          delay: .lognormal(median: .microseconds(300), sigma: 0.5)),
      ])
    let backup = NetworkModel(
      name: "backup", carriesService: false, delay: .constant(.milliseconds(1)),
      downlinkLoss: .gilbertElliott(enter: 0.01, leave: 0.02, lossGood: 0, lossBad: 1), reordering: 0.01)
    #expect(networks == [lan, backup, NetworkModel(name: "plain")])
  }

  @Test func trafficIsAsWritten() throws {
    let traffic = try Scenario.read(text: ScenarioKeysTests.everyKey, name: "every.yaml").get().traffic
    let v4 = IPAddress(v4: 0xc000_0201)
    let v6 = IPAddress(v6: 0x2001_0db8_0000_0000, 1)
    let many = ClientModel(population: 10_000)
    let table: FlowDuration = .table([
      FlowDurationShare(share: 0.9, duration: .seconds(1)),
      FlowDurationShare(share: 0.1, duration: .seconds(60)),
    ])
    let expected = [
      TrafficModel(
        name: "shop", rule: 1, virtualIP: v6, port: 8443, arrivals: .poisson(rate: 2000),
        clients: ClientModel(
          population: 20_000, popularity: .zipf(1.1), natShare: 0.3, natAddresses: 5,
          addresses: [
            AddressShare(first: IPAddress(v6: 0x2001_0db8_0005_0000, 1), share: 0.2),
            AddressShare(first: IPAddress(v6: 0x2001_0db8_0006_0000, 0), hostBits: 72, share: 0.125),
          ], usesIPv6: true),
        flow: FlowModel(
          duration: .exponential(.seconds(20)), segmentInterval: .seconds(3), segmentBytes: 900,
          retries: [.seconds(1), .seconds(2)], resetShare: 0.04),
        session: SessionModel(connections: 4.5, thinkTime: .seconds(7))),
      TrafficModel(
        name: "tcp/80", rule: 0, virtualIP: v4, port: 80, arrivals: .constant(rate: 1), clients: many,
        flow: FlowModel(
          duration: .lognormal(median: .seconds(5), sigma: 1.5),
          retries: [3, 6, 12, 24, 48].map { .seconds($0) })),
      TrafficModel(
        name: "tcp/443,8443", rule: 1, virtualIP: v6, port: 8443,
        arrivals: .onOff(rate: 10, on: .seconds(2), off: .seconds(3)),
        clients: ClientModel(population: 10_000, usesIPv6: true),
        flow: FlowModel(duration: .pareto(minimum: .seconds(1), shape: 1.5))),
      TrafficModel(
        name: "tcp/80", rule: 0, virtualIP: v4, port: 80, arrivals: .poisson(rate: 5), clients: many,
        flow: FlowModel(duration: .constant(.seconds(9)))),
      TrafficModel(
        name: "tcp/80", rule: 0, virtualIP: v4, port: 80, arrivals: .poisson(rate: 5), clients: many,
        flow: FlowModel(duration: table)),
      TrafficModel(
        name: "udp/53", rule: 2, virtualIP: v4, port: 53, arrivals: .poisson(rate: 5),
        clients: ClientModel(population: 7), flow: FlowModel(duration: .constant(.seconds(9))),
        datagrams: DatagramModel(onMove: .survives, patience: .seconds(4))),
    ]
    #expect(traffic == expected)
  }

  @Test func theFileOfEveryKeyHasEveryKey() {
    var used: Set<String> = []
    let words = ScenarioKeysTests.everyKey.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != ":" }
    for word in words where word.hasSuffix(":") { used.insert(String(word.dropLast())) }
    // A question has one of the two.
    #expect(used.contains("yes_if") != used.contains("no_if"))
    used.insert("no_if")
    for section in ScenarioSection.allCases {
      for key in section.keys { #expect(used.contains(key), "\(section.rawValue): \(key)") }
    }
  }

  /// Each section of the reference has a heading with the section's name; each key stands in a row below.
  @Test func everyKeyIsInTheReference() throws {
    let path = ScenarioFilesTests.folder.appending(path: "../docs/scenario-file.md").standardizedFileURL
      .path()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var rows: [String: Set<String>] = [:]
    var section = ""
    for line in text.split(separator: "\n") {
      if line.hasPrefix("#"), let open = line.lastIndex(of: "("), line.hasSuffix(")") {
        section = String(line[line.index(after: open)...].dropLast())
      } else if line.hasPrefix("| `") {
        rows[section, default: []].insert(String(line.dropFirst(3).prefix { $0 != "`" }))
      }
    }
    for section in FarmSection.allCases {
      #expect(rows[section.rawValue] == Set(section.keys), "\(section.rawValue)")
    }
    for section in ScenarioSection.allCases {
      #expect(rows[section.rawValue] == Set(section.keys), "\(section.rawValue)")
    }
  }

  @Test func everyExampleOfTheReferenceReads() throws {
    let path = ScenarioFilesTests.folder.appending(path: "../docs/scenario-file.md").standardizedFileURL
      .path()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let blocks = text.components(separatedBy: "```yaml\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
    #expect(blocks.count == 12)
    for block in blocks {
      let file =
        block.contains("farm:") ? block : ScenarioMalformedTests.farm + "run: {duration: 100 s}\n" + block
      _ = try Scenario.read(text: file, name: "example.yaml").get()
    }
  }

  @Test func theDefaultsAreTheDocumentedOnes() throws {
    let scenario = try Scenario.read(text: ScenarioMalformedTests.farm, name: "a.yaml").get()
    #expect(scenario.networks == [NetworkModel(name: "lan")])
    #expect(scenario.traffic.isEmpty && scenario.faults.isEmpty && scenario.expectations.isEmpty)
    #expect(scenario.run == RunPlan(duration: .seconds(60)))
    let slow = ScenarioMalformedTests.farm.replacing("nodes: 4", with: "nodes: 4, profile: vm-safe")
    // tau + 10 T of the profile: 3.25 s + 5 s.
    let run = try Scenario.read(text: slow, name: "a.yaml").get().run
    #expect(run.warmUp == .milliseconds(8250))
  }
}

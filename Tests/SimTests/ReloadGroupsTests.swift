import Engine
import FarmFile
import TestSupport
import Testing

@testable import Sim

/// Reloads after which a bucket is not what it was: other groups, buckets, seeds and rules. Judged by the filters, and
/// by what clients meet while kernels of both configurations are there.
@Suite struct ReloadGroupsTests {
  static let traffic = """
    traffic:
      - {name: shop, rule: 80, arrivals: 500/s, clients: 2000, flow: {duration: 3 s}}
      - {name: dns, rule: 53, arrivals: 500/s, clients: 2000}
    """

  static func scenario(
    _ change: String, more: [String] = [], traffic: String = Self.traffic, farm: String = ""
  ) throws
    -> Scenario
  {
    let text = """
      farm:
        nodes: 4
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: 64}, dns: {buckets: 16}}
        rules: [{port: 80, group: web}, {port: 53, protocol: udp, group: dns}]
        \(farm)
      networks: {lan: {}, backup: {carries: heartbeat}}
      \(traffic)
      faults:
        - {at: 10 s, reload: {farm: \(change)}}
      \(more.map { "  - {\($0)}\n" }.joined())
      run: {duration: 30 s}
      """
    return try Scenario.read(text: text, name: "groups.yaml").get()
  }

  /// What changes which clients share a bucket, or who has them.
  static let changes = [
    "{groups: {web: {buckets: 128}}}",
    "{groups: {web: {buckets: 63}, dns: {buckets: 17}}}",
    "{groups: {web: {hash_seed: 7}}}",
    "{groups: {mail: {buckets: 32}}, rules: [{port: 80, group: web}, {port: 53, protocol: udp, group: mail}]}",
    "{groups: {mail: {buckets: 32}}, rules: [{port: 80, group: mail}, {port: 53, protocol: udp, group: dns}]}",
    "{rules: [{port: 80, group: dns}, {port: 53, protocol: udp, group: web}]}",
    "{rules: [{port: 80, group: web, identity: address_port}, "
      + "{port: 53, protocol: udp, group: dns, identity: network/24}]}",
    "{unmatched: default_node, rules: [{port: 53, protocol: udp, group: dns}]}",
    "{unmatched: default_node, groups: {web: {buckets: 65}}, rules: [{port: 80, group: web}]}",
  ]

  /// Nobody is answered twice, no connection of a live node is lost, and who is not answered is by the first or second
  /// retry, at `T` between the first switch and the last, as much for the news of it, and the kernels' time.
  @Test(arguments: changes) func aSwitchOfGroupsDoublesNothing(change: String) throws {
    for trial in 0..<3 {
      var world = World(try Self.scenario(change), seed: 1, trial: trial, keepsDetails: true)
      for tenth in 95...130 {
        world.run(until: .zero + .milliseconds(100 * tenth))
        try world.verify()
      }
      world.run(until: .zero + .seconds(30))
      #expect(world.meters.ownership.irregular == 0)
      for node in world.nodes { #expect(node.settings != world.scenario.farm.settings) }
      let result = world.finish(isPartial: false)
      for name in [
        Measure.doubleOwnerTimeTotal, .packetsTwice, .connectsReset, .flowsBroken, .connectsFailed,
        .requestsFailed, .falseRemovals, .heartbeatsRelayed, .flowsResetOutsideFailedNodes,
      ] {
        #expect(try OracleFarm.value(result, name) == 0, "\(name), trial \(trial)")
      }
      #expect(try OracleFarm.value(result, .holeTimeLongest) <= 0.26)
      #expect(try OracleFarm.value(result, .clientOutageMax) <= 1.001)
      #expect(result.rebalances.allSatisfy { $0.isOver })
    }
  }

  /// There and back again, and with a node that is away meanwhile.
  @Test(arguments: changes) func aNodeThatWasAwayHasTheNewGroups(change: String) throws {
    var world = World(
      try Self.scenario(change, more: ["at: 8 s, for: 10 s, crash: node2", "at: 22 s, reload: all"]), seed: 2,
      trial: 0, keepsDetails: false)
    for second in 7...29 {
      world.run(until: .zero + .seconds(second))
      try world.verify()
    }
    for node in world.nodes { #expect(node.settings == world.scenario.farm.settings && node.status == .up) }
    #expect(world.meters.ownership.irregular == 0 && world.meters.ownership.doubleTotal == 0)
  }

  /// The clients' own count: a stream of requests meets a hole as long as the buckets are said to have one.
  @Test func holesAreAsLongAsClientsAreNotAnswered() throws {
    let traffic =
      "traffic: {rule: 53, arrivals: {constant: 20k/s}, clients: 20k, flow: {retries: ["
      + Array(repeating: "20 ms", count: 12).joined(separator: ", ") + "]}}"
    let result = Simulation.run(
      try Self.scenario("{groups: {dns: {buckets: 32}}}", traffic: traffic), seed: 1, trial: 0,
      keepsDetails: true,
      control: RunControl())
    let hole = try OracleFarm.value(result, .holeTimeLongest)
    let outage = try OracleFarm.value(result, .clientOutageMax)
    #expect(hole > 0.001 && abs(outage - hole) <= 0.021, "\(hole) \(outage)")
  }

  /// A group that comes has no hole before the farm has it, and one that goes has none after.
  @Test func groupsComeAndGo() throws {
    let mail =
      "{groups: {mail: {buckets: 8}}, rules: [{port: 80, group: web}, "
      + "{port: 53, protocol: udp, group: dns}, {port: 25, group: mail}]}"
    let traffic =
      Self.traffic + "\n  - {name: mail, rule: 25, arrivals: {constant: 100/s}, flow: {retries: none}}"
    let result = Simulation.run(
      try Self.scenario(mail, more: ["at: 20 s, reload: all"], traffic: traffic), seed: 1, trial: 0,
      keepsDetails: true, control: RunControl())
    #expect(try OracleFarm.value(result, .holeTimeLongest) <= 0.26)
    #expect(try OracleFarm.value(result, .doubleOwnerTimeTotal) == 0)
    // 5 s before the group and 10 s after it are measured.
    #expect(try abs(OracleFarm.value(result, .connectsFailed) - 1500) <= 60)
    #expect(result.outcome.groups.map(\.bucketCount) == [64, 16, 8])
    #expect(result.ownership.count == 3)
    #expect(try FaultText(Self.scenario(mail)).group(GroupID(2)) == "mail")
  }

  /// A group that goes, with its rule and its clients.
  @Test func aGroupIsTakenAway() throws {
    let text = """
      farm:
        nodes: 3
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: 64}, dns: {buckets: 16}}
        rules: [{port: 80, group: web}, {port: 53, protocol: udp, group: dns}]
      traffic:
        - {rule: 80, arrivals: 300/s, clients: 2000, flow: {duration: 3 s}}
        - {rule: 53, arrivals: {constant: 100/s}, flow: {retries: none}}
      faults:
        - {at: 10 s, reload: {without: groups.dns, farm: {rules: [{port: 80, group: web}]}}}
      run: {duration: 30 s}
      """
    let scenario = try Scenario.read(text: text, name: "gone.yaml").get()
    let result = Simulation.run(
      scenario, seed: 1, trial: 0, keepsDetails: true, control: RunControl())
    // Until the last node has switched the group is the farm's.
    #expect(try OracleFarm.value(result, .holeTimeLongest) <= 0.26)
    #expect(try OracleFarm.value(result, .doubleOwnerTimeTotal) == 0)
    #expect(try OracleFarm.value(result, .connectsFailed) == 0)
    // Whom nobody serves any more is not answered.
    #expect(try abs(OracleFarm.value(result, .requestsFailed) - 2000) <= 10)
    #expect(result.outcome.groups.map { $0.buckets.reduce(0, +) } == [64, 0])
    #expect(result.timeline.contains { $0.text.hasSuffix("with other rules and without groups.dns") })
  }

  @Test func spacesAreNamed() throws {
    #expect(
      try Self.scenario("{groups: {web: {buckets: 128}}}").spaceNames == ["web", "dns", "web (128 buckets)"])
    #expect(
      try Self.scenario("{groups: {web: {hash_seed: 7}}, unmatched: default_node}").spaceNames
        == ["web", "dns", "web (64 buckets, seed 7)", "unmatched traffic"])
  }

  /// S2 and S13 over switches of any kind at any time, with nodes that are away.
  @Test func randomReloadsDoubleNothing() async throws {
    let outcomes = await OracleFarm.trials(200) { number in RandomReloads(number).outcome }
    for (number, outcome) in outcomes.enumerated() {
      #expect(outcome == "", "\(RandomReloads(number).text)")
    }
  }
}

/// A small farm whose file is changed again and again, in random parts, while nodes come and go.
struct RandomReloads {
  let text: String

  init(_ number: Int) {
    var dice = SplitMix64(state: UInt64(number) &* 0x9e37_79b9 &+ 5)
    let nodes = 2 + dice.next(below: 3)
    var faults: [String] = []
    var at = 6000
    for _ in 0..<(2 + dice.next(below: 4)) {
      at += dice.next(below: 3) == 0 ? dice.next(below: 300) : 2000 + dice.next(below: 4000)
      if dice.next(below: 4) == 0 {
        faults.append(
          "  - {at: \(at) ms, for: \(200 + dice.next(below: 3000)) ms, crash: node\(1 + dice.next(below: nodes))}"
        )
        at += 3500
      } else {
        let who = dice.next(below: 4) == 0 ? "nodes: node\(1 + dice.next(below: nodes)), " : ""
        faults.append("  - {at: \(at) ms, reload: {\(who)farm: \(RandomReloads.change(&dice))}}")
      }
    }
    at += 4000
    faults.append("  - {at: \(at) ms, reload: {farm: \(RandomReloads.change(&dice))}}")
    text = """
      farm:
        nodes: \(nodes)
        virtual_ip: 192.0.2.1
        groups: {web: {buckets: 8}, dns: {buckets: 4}}
        rules: [{port: 80, group: web}, {port: 53, protocol: udp, group: dns}]
        flap: off
      traffic:
        - {rule: 80, arrivals: 100/s, clients: 200, flow: {duration: 2 s, segment_interval: 300 ms}}
        - {rule: 53, arrivals: 200/s, clients: 200}
      faults:
      \(faults.joined(separator: "\n"))
      run: {duration: \(at + 8000) ms}
      """
  }

  private static func change(_ dice: inout SplitMix64) -> String {
    var parts: [String] = []
    if dice.next(below: 2) == 0 {
      let weight = dice.next(below: 2) == 0 ? ", weights: {node1: \(50 * dice.next(below: 3))}" : ""
      parts.append(
        "groups: {web: {buckets: \(8 + 4 * dice.next(below: 3)), hash_seed: \(dice.next(below: 2))\(weight)}, "
          + "dns: {buckets: \(4 + dice.next(below: 2))}}"
      )
    }
    switch dice.next(below: 6) {
    case 0: parts.append("rules: [{port: 80, group: dns}, {port: 53, protocol: udp, group: web}]")
    case 1:
      parts.append(
        "rules: [{port: 80, group: web, identity: address_port}, {port: 53, protocol: udp, group: web}]")
    case 2: parts.append("rules: [{port: 53, protocol: udp, group: dns}], unmatched: default_node")
    case 3: parts.append("unmatched: default_node")
    case 4: parts.append("drain_deadline: \(1 + dice.next(below: 9)) min")
    default: break
    }
    return "{\(parts.joined(separator: ", "))}"
  }

  /// What is wrong, or nothing.
  var outcome: String {
    guard case .success(let scenario) = Scenario.read(text: text, name: "random.yaml") else {
      return "not read"
    }
    var world = World(scenario, seed: 1, trial: 0, keepsDetails: false)
    while world.now < world.end {
      world.run(until: world.now + .milliseconds(97))
      do { try world.verify() } catch { return "\(error)" }
    }
    let irregular = world.meters.ownership.irregular
    let result = world.finish(isPartial: false)
    var wrong: [String] = irregular == 0 ? [] : ["\(irregular) irregular"]
    for name in [
      Measure.doubleOwnerTimeTotal, .packetsTwice, .connectsReset, .flowsResetOutsideFailedNodes,
      .flowsBrokenOutsideFailedNodes,
    ] {
      if let value = result[name]?.value, value != 0 {
        wrong.append("\(name) \(value)")
      }
    }
    return wrong.joined(separator: ", ")
  }
}

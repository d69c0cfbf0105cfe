import Engine
import FarmFile
import Testing

@testable import Sim

/// Farm files that change while the farm runs, judged by the filters and by what is on the wire.
@Suite struct ReloadFaultTests {
  static let groups = "    web: {buckets: 64}\n    dns: {buckets: 16}"

  static func read(_ faults: [String], traffic: String = "", seconds: Int = 30) -> Result<
    Scenario, FileProblems
  > {
    let text = """
      farm:
        nodes: 4
        virtual_ip: 192.0.2.100
        groups:
      \(groups)
        rules: [{port: 80, group: web}, {port: 53, protocol: udp, group: dns}]
      networks:
        lan: {}
        backup: {carries: heartbeat}
      \(traffic)
      faults:
      \(faults.map { "  - \($0)\n" }.joined())
      run: {duration: \(seconds) s}
      """
    return Scenario.read(text: text, name: "reload.yaml")
  }

  private func play(_ faults: [String], traffic: String = "", seconds: Int = 30, trial: Int = 0) throws
    -> TrialResult
  {
    Simulation.run(
      try Self.read(faults, traffic: traffic, seconds: seconds).get(), seed: 1, trial: trial,
      keepsDetails: true,
      control: RunControl())
  }

  private func value(_ result: TrialResult, _ measure: Measure) throws -> Double {
    try OracleFarm.value(result, measure)
  }

  // MARK: Reading

  @Test func onlyWhatIsWrittenDiffers() throws {
    let scenario = try Self.read([
      "{at: 10 s, reload: {farm: {heartbeat: {interval: 50 ms}, groups: {web: {weights: {node2: 50}}}}}}",
      "{at: 20 s, reload: [node1, node3]}",
    ]).get()
    guard case .reload(let all, let first) = scenario.faults[0].kind,
      case .reload(let some, let back) = scenario.faults[1].kind
    else { return #expect(Bool(false), "not read as reloads") }
    var expected = scenario.farm.settings
    expected.heartbeat.interval = .milliseconds(50)
    expected.groups[0].weights = [100, 50, 100, 100]
    // The digest of all that the engine does not know, the file's own values among it.
    expected.surroundings = first.settings.surroundings
    #expect(all == NodeSet(first: 4) && some == ScenarioFaultTests.nodes(0, 2))
    #expect(first.settings == expected)
    #expect(first.changes == ["heartbeat.interval 50 ms", "groups.web.weights.node2 50"])
    #expect(back.settings == scenario.farm.settings && back.words() == nil)
    #expect(scenario.configurations == [scenario.farm.settings, expected])
  }

  @Test(
    arguments: [
      ("{farm: {hearbeat: {interval: 50 ms}}}", "13:32: unknown key 'hearbeat'; did you mean 'heartbeat'?"),
      (
        "{farm: {heartbeat: {margin: 1 ms}}}",
        "13:52: 'margin' is 1 ms; expected at least the delay bound, 5 ms"
      ),
      (
        "{farm: {virtual_ip: 192.0.2.1}}",
        "13:44: farm.virtual_ip cannot change while the farm runs; expected 192.0.2.100, as at its start"
      ),
      ("{farm: {id: 7}}", "13:36: farm.id cannot change while the farm runs; expected 1, as at its start"),
      (
        "{farm: {nodes: [node2, node1]}}",
        "13:39: nodes of a farm that runs come and go at the end of the list alone; expected a list that begins with node1, node2, node3, node4, or is the beginning of that"
      ),
      ("{farm: 5}", "13:31: 'farm' is a single value"),
      (
        "{without: groups.mail}",
        "13:34: the farm has no 'groups.mail'; expected a key that it has, such as groups.web"
      ),
      ("{without: groups.wbe}", "13:34: the farm has no 'groups.wbe'; did you mean 'groups.web'?"),
      // What the farm itself says becomes wrong by it, and is right as it stands.
      ("{without: groups.dns}", "13:34: after this reload: unknown group 'dns'"),
      ("{without: nodes}", "13:34: after this reload: 'nodes' is missing"),
      (
        "{farm: {groups: {web: {buckets: null}}}}",
        "13:56: 'groups.web.buckets' without a value changes nothing; expected a value, or 'without: groups.web.buckets' for its default"
      ),
      ("{node: node1}", "13:25: unknown key 'node'; did you mean 'nodes'?"),
    ] as [(String, String)])
  func whatCannotBeReloadedIsRefused(reload: String, expected: String) {
    let traffic = "traffic: {name: shop, rule: 80, arrivals: 10/s}"
    guard case .failure(let problems) = Self.read(["{at: 10 s, reload: \(reload)}"], traffic: traffic) else {
      return #expect(Bool(false), "read without a problem")
    }
    let lines = problems.problems.map { "\($0)".replacing("reload.yaml:", with: "") }
    #expect(lines.count == 1 && lines[0].hasPrefix(expected), "\(lines)")
  }

  // MARK: Playing

  /// L8: at most `N / 0.9 T` heartbeats a network and second, `10 N / T` triggered ones, and nothing that is passed
  /// on while everyone hears everyone.
  @Test(arguments: 0..<3) func afterASwitchHeartbeatsAreAsManyAsBefore(trial: Int) throws {
    let scenario = try Self.read(["{at: 10 s, reload: {farm: {drain_deadline: 60 s}}}"]).get()
    var world = World(scenario, seed: 1, trial: trial, keepsDetails: true)
    func count(_ world: borrowing World) -> (own: Int, relayed: Int) {
      (
        world.heartbeats.messages.reduce(0) { $0 + $1.heartbeats },
        world.heartbeats.messages.reduce(0) { $0 + $1.relayed }
      )
    }
    world.run(until: .zero + .seconds(6))
    let start = count(world)
    world.run(until: .zero + .seconds(10))
    let before = count(world)
    world.run(until: .zero + .seconds(12))
    let digest = try #require(scenario.configurations.last).digest
    for node in world.nodes { #expect(node.settings.digest == digest) }
    let switched = count(world)
    world.run(until: .zero + .seconds(28))
    let after = count(world)
    // Four nodes, two networks, T = 100 ms.
    let perSecond = 4 * 2 / 0.09
    #expect(before.relayed == start.relayed)
    #expect(after.relayed == before.relayed, "\(after.relayed - before.relayed) relayed")
    #expect(Double(after.own - switched.own) <= 16 * perSecond)
    // What a switch triggers: in two seconds no more than the protocol allows for each of them.
    #expect(Double(switched.own - before.own) <= 2 * (perSecond + 10 * 4 * 2 / 0.1))
    #expect(world.meters.ownership.doubleTotal == 0)
  }

  @Test func changedWeightsMoveBucketsWithoutAHoleOrADouble() throws {
    let result = try play([
      "{at: 10 s, reload: {farm: {groups: {web: {weights: {node2: 0}}}}}}", "{at: 20 s, reload: all}",
    ])
    #expect(try value(result, .doubleOwnerTimeTotal) == 0)
    // A planned move: delta + 2 C.
    #expect(try value(result, .holeTimeLongest) <= 0.015)
    // Other weights make other lists of preference: more may move than have to.
    #expect(result.rebalances.allSatisfy { $0.bucketsMoved >= 16 && $0.bucketsMoved < 64 })
    #expect(result.rebalances.map(\.bucketsMovedMinimum) == [16, 16])
    #expect(try value(result, .heartbeatsRelayed) == 0)
    let story = result.timeline.map(\.text)
    #expect(
      story.contains(
        "node1, node2, node3 and node4 read the farm file again, with groups.web.weights.node2 0"))
    #expect(story.count { $0.contains("is the first to stage the new settings") } == 2)
    #expect(story.count { $0.contains("is the first to switch to the new settings") } == 2)
  }

  @Test func nothingIsSwitchedBeforeEveryMemberHasIt() throws {
    let change = "farm: {heartbeat: {interval: 200 ms}}"
    let scenario = try Self.read([
      "{at: 10 s, reload: {nodes: [node1, node2, node3], \(change)}}",
      "{at: 20 s, reload: {nodes: node4, \(change)}}",
    ]).get()
    var world = World(scenario, seed: 1, trial: 0, keepsDetails: false)
    world.run(until: .zero + .seconds(19))
    for node in world.nodes { #expect(node.settings == scenario.farm.settings) }
    world.run(until: .zero + .seconds(22))
    for node in world.nodes { #expect(node.settings.heartbeat.interval == .milliseconds(200)) }
    #expect(world.removals.falseRemovals == 0 && world.meters.ownership.doubleTotal == 0)
  }

  /// A node that is away reads the changed file when it starts; one that is replaced in place goes on with what was in
  /// force and stages the file.
  @Test func aDaemonThatStartsReadsItsFile() throws {
    let change = "farm: {drain_deadline: 60 s}"
    let scenario = try Self.read([
      "{at: 8 s, crash: node4}", "{at: 10 s, reload: {nodes: [node2, node4], \(change)}}",
      "{at: 12 s, upgrade: node2}", "{at: 14 s, reload: {nodes: [node1, node3], \(change)}}",
      "{at: 18 s, restart: node4}",
    ]).get()
    var world = World(scenario, seed: 1, trial: 0, keepsDetails: true)
    world.run(until: .zero + .seconds(13))
    #expect(world.nodes[1].settings == scenario.farm.settings)
    #expect(world.story.entries.contains { $0.text.contains("node2 goes on as the daemon before it") })
    world.run(until: .zero + .seconds(25))
    for node in world.nodes {
      #expect(node.settings.life.drainDeadline == .seconds(60))
      #expect(node.status == .up)
    }
    #expect(world.meters.ownership.irregular == 0 && world.meters.ownership.doubleTotal == 0)
  }

  /// Clients of a rule that a reload brings are served from the switch on, those of one that it takes away until then.
  @Test func rulesComeAndGo() throws {
    let traffic = """
      traffic:
        - {name: old, rule: 80, arrivals: {constant: 100/s}, flow: {retries: none}}
        - {name: new, rule: admin, arrivals: {constant: 100/s}, flow: {retries: none}}
        - {name: dns, rule: 53, arrivals: {constant: 100/s}, flow: {retries: none}}
      """
    let rules = "[{port: 8443, group: web, name: admin}, {port: 53, protocol: udp, group: dns}]"
    let result = try play(["{at: 20 s, reload: {farm: {rules: \(rules)}}}"], traffic: traffic, seconds: 35)
    // Measured from 5 s on: 15 s of the one and 15 s of the other fail.
    #expect(try abs(value(result, .connectsFailed) - 3000) <= 10)
    #expect(try value(result, .requestsFailed) == 0)
    #expect(try value(result, .packetsTwice) == 0)
    #expect(try value(result, .doubleOwnerTimeTotal) == 0)
  }

  @Test func anUnknownRuleIsStillUnknown() {
    guard case .failure(let problems) = Self.read([], traffic: "traffic: {rule: admin, arrivals: 1/s}") else {
      return #expect(Bool(false), "read without a problem")
    }
    #expect(problems.description.contains("unknown rule 'admin'"))
  }
}

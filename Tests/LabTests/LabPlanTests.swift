import Engine
import FarmFile
import Sim
import Testing

@testable import Lab

struct LabPlanTests {
  /// A plan of a farm of four nodes with some faults and one stream.
  func plan(
    _ faults: String, traffic: String = "[{arrivals: 100/s, flow: {duration: {exponential: 2 s}}}]",
    repeats: Int = 30, networks: String = "{lan: }"
  ) throws -> LabPlan {
    let text = """
      farm: {nodes: 4, virtual_ip: 192.0.2.100, groups: {web: {buckets: 64}}, rules: [{port: 80}]}
      networks: \(networks)
      traffic: \(traffic)
      faults: \(faults)
      run: {duration: 200 s}
      """
    return LabPlan(try Scenario.read(text: text, name: "test").get(), repeats: repeats)
  }

  func times(_ plan: LabPlan) -> [String] {
    FaultPlan(plan.scenario.faults).edges.map {
      "\(plan.scenario.faults[$0.fault].kind.key)\($0.isEnd ? " ends" : "") \(($0.at - .zero).words)"
    }
  }

  @Test func waitsAreCutDownToWhatItTakesToSettle() throws {
    let plan = try plan("[{at: 20 s, crash: node2}, {at: 60 s, restart: node2}]")
    // 3 x 550 ms + 10 x 100 ms.
    #expect(plan.settle == .milliseconds(2650))
    #expect(times(plan) == ["crash 6 s", "restart 8.65 s"])
    #expect(plan.cycle == .milliseconds(11_300))
    #expect(plan.scenario.run.warmUp == .seconds(5))
    #expect(plan.scenario.run.trials == 30)
  }

  @Test func howLongItTakesIsSaidBefore() throws {
    let plan = try plan("[{at: 20 s, crash: node2}, {at: 60 s, restart: node2}]")
    // 30 x (11.3 s + 0.1 s), after the 5 s in which the farm forms.
    #expect(plan.playTime == .seconds(347))
    #expect(
      plan.announcement
        == "30 repeats of 11.3 s on the real kernel take about 5 min 47 s; 200 trials are simulated afterwards"
    )
    #expect(
      Duration.milliseconds(59_400).longText == "59 s" && Duration.seconds(4320).longText == "1 h 12 min")
  }

  /// 64 nodes are more than two cores can carry, and 48 are too many for a good measurement.
  @Test func aMachineIsNotAskedForMoreThanItCarries() throws {
    func burden(_ nodes: Int, cores: Int, _ rest: String = "") throws -> LabBurden {
      let text = "farm: {nodes: \(nodes), virtual_ip: 192.0.2.100, rules: [{port: 80}]\(rest)}"
      return LabBurden(try Scenario.read(text: text, name: "test").get(), cores: cores)
    }
    let many = try burden(64, cores: 2)
    #expect(
      many.refusal
        == "the 64 nodes receive 40,320 heartbeats a second, and this machine has 2 cores and carries "
        + "30,000 at most; up to 55 nodes would do, or a longer heartbeat interval")
    #expect(many.warning == nil)
    #expect(try burden(64, cores: 2, ", heartbeat: {interval: 1 s}").refusal == nil)
    #expect(try burden(64, cores: 4).refusal == nil && burden(64, cores: 4).warning != nil)
    let some = try burden(48, cores: 2)
    #expect(some.refusal == nil && some.warning?.contains("10,000 easily") == true)
    #expect(some.warning?.hasSuffix("up to 32 nodes would do, or a longer heartbeat interval") == true)
    let few = try burden(4, cores: 2)
    #expect(few.refusal == nil && few.warning == nil && few.heartbeats == 120)
  }

  @Test func whatIsShorterStaysAndWhatHappensTogetherStaysTogether() throws {
    let plan = try plan("[{at: 20 s, for: 300 ms, stall: node2}, {at: 20 s, for: 40 s, kill: node3}]")
    #expect(times(plan) == ["stall 6 s", "kill 6 s", "stall ends 6.3 s", "kill ends 8.95 s"])
  }

  @Test func disturbancesThatAFarmStandsAreKeptUpForAMinute() throws {
    #expect(
      try times(plan("[{at: 20 s, for: 120 s, loss: 20 %}]")) == ["loss 6 s", "loss ends 66 s"])
    #expect(
      try times(plan("[{at: 20 s, for: 20 s, one_way_cut: {from: node1, to: node2}}]"))
        == ["one_way_cut 6 s", "one_way_cut ends 26 s"])
    #expect(
      try times(plan("[{at: 20 s, for: 20 s, partition: [[node1, node2], [node3, node4]]}]"))
        == ["partition 6 s", "partition ends 8.65 s"])
  }

  /// A plan can be kept as a scenario and played again. A drain's deadline counts from the drain, and endurance from
  /// its fault, wherever the plan has moved them.
  @Test(arguments: [
    "[]", "[{at: 20 s, crash: node2}, {at: 60 s, restart: node2}]", "[{at: 20 s, for: 120 s, loss: 20 %}]",
    """
    [{at: 20 s, drain: {nodes: node2, deadline: 15 s}}, {at: 22 s, for: 40 s, kill: node3},
     {at: 70 s, for: 90 s, bridge: {left: node1, right: node2, by: node4}}, {at: 99 s, restart: node2}]
    """,
    "[{at: 20 s, drain: {nodes: node2, deadline: 30 s}}, {at: 21 s, weight: {node: node1, weight: 50}}]",
  ])
  func whatIsCutDownTwiceIsAsCutDownOnce(_ faults: String) throws {
    let once = try plan(faults, repeats: 1)
    let twice = LabPlan(once.scenario, repeats: 1)
    #expect(twice.scenario.faults == once.scenario.faults)
    #expect(twice.scenario.run == once.scenario.run)
    #expect(!twice.notes.contains { $0.hasPrefix("A repeat takes") })
  }

  @Test func aDrainGetsItsDeadline() throws {
    let plan = try plan(
      "[{at: 20 s, drain: {nodes: node2, deadline: 15 s}}, {at: 100 s, restart: node2}]")
    #expect(times(plan) == ["drain 6 s", "restart 23.65 s"])
  }

  @Test func aCycleEndsWhereItBegan() throws {
    let crash = try plan("[{at: 20 s, crash: [node2, node3]}, {at: 30 s, restart: node3}]")
    #expect(times(crash) == ["crash 6 s", "restart 8.65 s", "restart 11.3 s"])
    #expect(crash.scenario.faults.last?.kind == .restart(NodeSet(NodeID(1))))
    #expect(crash.notes.contains { $0.hasPrefix("node2 is started again at the end") })
    let drain = try plan("[{at: 20 s, drain: {nodes: node2, deadline: 4 s}}]")
    #expect(times(drain) == ["drain 6 s", "restart 12.65 s"])
    #expect(try times(plan("[{at: 9 s, loss: 5 %}]")) == ["loss 6 s", "loss ends 8.65 s"])
    let weight = try plan("[{at: 9 s, weight: {node: node1, weight: 50}}]")
    #expect(weight.scenario.faults.map(\.kind).last == .weight(NodeSet(NodeID(0)), GroupID(0), 100))
    let whole = try plan("[{at: 20 s, for: 3 s, crash: node2}]")
    #expect(!whole.notes.contains { $0.contains("at the end") })
  }

  @Test func trafficIsScaledToWhatTwoCoresCarry() throws {
    let light = try plan("[]")
    #expect(light.scenario.traffic[0].arrivals == .poisson(rate: 100))
    #expect(!light.notes.contains { $0.contains("scaled") })
    // 2000/s x 20 s are 40,000 open flows, of which 1500 are 3.75 %, rounded down.
    let heavy = try plan(
      "[]", traffic: "[{arrivals: 2000/s, flow: {duration: {exponential: 20 s}, segment_interval: 60 s}}]")
    #expect(heavy.scenario.traffic[0].arrivals == .poisson(rate: 74))
    #expect(heavy.notes.contains { $0.contains("3.7 %") && $0.contains("40000 open flows") })
    // All streams are scaled by the same factor.
    let two = try plan(
      "[]",
      traffic:
        "[{arrivals: 900/s, flow: {duration: 1 ms}}, {arrivals: {constant: 300/s}, flow: {duration: 1 ms}}]")
    #expect(two.scenario.traffic.map(\.arrivals) == [.poisson(rate: 225), .constant(rate: 75)])
  }

  @Test func holdDownIsOffForRepeatsAlone() throws {
    #expect(try plan("[]").scenario.farm.settings.life.flapPenalty == 0)
    #expect(try plan("[]").overrides == [Override(path: "farm.flap", value: "off")])
    #expect(try plan("[]", repeats: 1).scenario.farm.settings.life.flapPenalty == 1000)
    #expect(try plan("[]", repeats: 1).overrides.isEmpty)
  }

  @Test(arguments: [
    ("[{at: 9 s, for: 1 s, pause: node1}]", "pause at 9 s cannot be played for real"),
    ("[{at: 9 s, for: 1 s, delay: 5 ms}]", "delay at 9 s cannot be played for real"),
    ("[{at: 9 s, for: 1 s, commit_failure: node1}]", "commit_failure at 9 s cannot"),
    ("[{at: 9 s, stop: node1}]", "stop at 9 s cannot be played for real"),
    (
      "[{at: 9 s, loss: {downlink: {gilbert: {enter: 1 %, leave: 10 %, good: 0 %, bad: 50 %}}}}]",
      "loss at 9 s cannot be played for real"
    ),
  ])
  func whatCannotBeDoneIsRefused(_ faults: String, _ reason: String) throws {
    let refusals = try plan(faults).refusals
    #expect(refusals.count == 1)
    #expect(refusals.first?.hasPrefix(reason) == true, "\(refusals)")
  }

  @Test func whatNetworksCannotDoIsSaid() throws {
    let plan = try plan("[]", networks: "{lan: {duplication: 1 %, delay: 1 ms}}")
    #expect(plan.refusals.isEmpty)
    #expect(plan.scenario.networks[0].duplication == 0)
    #expect(plan.notes.contains { $0.contains("neither doubled nor reordered") })
  }

  @Test func everyScenarioOfTheFolderIsPlannedOrRefused() throws {
    for (name, refused) in [("node-crash", false), ("vm-live-migration", true), ("rolling-restart", false)] {
      let scenario = try Scenario.read(path: "Scenarios/\(name).yaml").get()
      #expect(LabPlan(scenario, repeats: 2).refusals.isEmpty == !refused, "\(name)")
    }
  }
}

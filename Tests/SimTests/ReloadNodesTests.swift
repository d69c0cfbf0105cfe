import Engine
import FarmFile
import Testing

@testable import Sim

/// Nodes that come to a farm that runs, and leave it for good: at the end of the list.
@Suite struct ReloadNodesTests {
  private func world(_ nodes: String, _ faults: [String], rest: String = "") throws -> World {
    let text = """
      farm: {nodes: \(nodes), virtual_ip: 192.0.2.100, groups: {web: {buckets: 64}}, rules: [{port: 80}]}
      traffic: {arrivals: 500/s, clients: 2000, flow: {duration: 3 s}}
      faults:
      \(faults.map { "  - {\($0)}\n" }.joined())
      run: {duration: 40 s}
      \(rest)
      """
    let scenario = try Scenario.read(text: text, name: "nodes.yaml").get()
    var world = World(scenario, seed: 1, trial: 0, keepsDetails: true)
    for second in 1...40 {
      world.run(until: .zero + .seconds(second))
      try world.verify()
    }
    return world
  }

  /// Nothing is answered twice, and no connection is lost.
  private func check(_ result: TrialResult) throws {
    for name in [
      Measure.doubleOwnerTimeTotal, .packetsTwice, .flowsBroken, .flowsReset, .connectsFailed,
      .falseRemovals,
    ] {
      #expect(try OracleFarm.value(result, name) == 0, "\(name)")
    }
    // A planned move: delta + 2 C.
    #expect(try OracleFarm.value(result, .holeTimeLongest) <= 0.015)
    #expect(result.rebalances.allSatisfy { $0.isOver })
  }

  @Test func aNodeThatComesTakesItsShareAndNoMore() throws {
    let world = try world(
      "3", ["at: 10 s, reload: {farm: {nodes: 4}}", "at: 15 s, restart: node4"])
    #expect(world.nodes.count == 4)
    for node in world.nodes { #expect(node.status == .up && node.settings.nodeCount == 4) }
    #expect(world.meters.ownership.counts(of: GroupID(0)) == [16, 16, 16, 16])
    let result = world.finish(isPartial: false)
    try check(result)
    // The new list has the buckets of the node that is not there yet elsewhere than the old one had.
    #expect(result.rebalances.map(\.bucketsMoved) == [10, 16])
    #expect(result.rebalances.last?.bucketsMovedMinimum == 16)
    #expect(result.timeline.contains { $0.text.hasPrefix("node4") })
    #expect(
      result.outcome.streams[0].load.count == 4 && result.outcome.streams[0].load[3].packets > 0)
  }

  /// A machine that is started before the others know it waits until they do.
  @Test func aNodeThatIsStartedTooEarlyWaits() throws {
    let world = try world(
      "{a: 100, b: 50}", ["at: 10 s, restart: c", "at: 20 s, reload: {farm: {nodes: {c: 100}}}"])
    for node in world.nodes { #expect(node.status == .up && node.settings.nodeCount == 3) }
    #expect(world.meters.ownership.irregular == 0)
    let result = world.finish(isPartial: false)
    try check(result)
    #expect(result.timeline.contains { $0.node == NodeID(2) || $0.text.contains("c") })
  }

  @Test func aNodeThatHasLeftIsTakenOffTheList() throws {
    let world = try world(
      "4",
      [
        "at: 10 s, leave: node4",
        "at: 20 s, reload: {nodes: [node1, node2, node3], farm: {nodes: 3}}",
      ])
    for node in world.nodes.prefix(3) {
      #expect(node.status == .up && node.settings.nodeCount == 3)
    }
    #expect(world.meters.ownership.irregular == 0)
    let result = world.finish(isPartial: false)
    // Its connections go with it.
    for name in [
      Measure.doubleOwnerTimeTotal, .packetsTwice, .flowsResetOutsideFailedNodes, .connectsFailed,
    ] {
      #expect(try OracleFarm.value(result, name) == 0, "\(name)")
    }
  }

  /// A node that is still a member cannot follow a file that does not name it, so nobody does before it has gone.
  @Test func nobodySwitchesBeforeItHasGone() throws {
    let text = """
      farm: {nodes: 4, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
      faults: [{at: 10 s, reload: {farm: {nodes: 3}}}, {at: 20 s, leave: node4}]
      run: {duration: 40 s}
      """
    var world = World(
      try Scenario.read(text: text, name: "nodes.yaml").get(), seed: 1, trial: 0, keepsDetails: true
    )
    world.run(until: .zero + .seconds(19))
    for node in world.nodes { #expect(node.status == .up && node.settings.nodeCount == 4) }
    world.run(until: .zero + .seconds(40))
    for node in world.nodes.prefix(3) {
      #expect(node.status == .up && node.settings.nodeCount == 3)
    }
    #expect(world.meters.ownership.irregular == 0 && world.meters.ownership.doubleTotal == 0)
  }

  /// With the groups, and the checkers, of a file that none had at the start.
  @Test func itComesWithAllThatItsFileSays() throws {
    let change =
      "farm: {nodes: 5, groups: {web: {buckets: 100}, mail: }, rules: [{port: 80, group: web}], "
      + "application: {start_time: 1 s}, "
      + "checkers: [{tcp: \"127.0.0.1:80\", interval: 1 s, timeout: 500 ms}]}"
    let world = try world(
      "3", ["at: 10 s, reload: {\(change)}", "at: 15 s, restart: [node4, node5]"])
    for node in world.nodes { #expect(node.status == .up && node.settings.nodeCount == 5) }
    #expect(world.meters.ownership.counts(of: GroupID(1)) == [20, 20, 20, 20, 20])
    let result = world.finish(isPartial: false)
    #expect(try OracleFarm.value(result, .doubleOwnerTimeTotal) == 0)
    #expect(try OracleFarm.value(result, .packetsTwice) == 0)
  }

  @Test func allAreThoseThatRunFromTheStart() throws {
    let world = try world(
      "2", ["at: 10 s, for: 5 s, crash: all", "at: 20 s, reload: {farm: {nodes: 3}}"])
    #expect(world.nodes[2].status == .stopped)
    #expect(world.meters.ownership.irregular == 0)
  }

  @Test(
    arguments: [
      ("at: 9 s, crash: node4", "'crash' of node4 at 9 s: it has not been started yet"),
      (
        "{at: 9 s, every: 1 s, times: 2, reload: {farm: {nodes: 4}}}",
        "a reload that brings nodes comes once"
      ),
    ])
  func whatCannotBeIsRefused(fault: String, expected: String) {
    let fault = fault.hasPrefix("{") ? fault : "{\(fault)}"
    let text = """
      farm: {nodes: 3, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
      faults: [{at: 8 s, reload: {farm: {nodes: 4}}}, \(fault)]
      """
    guard case .failure(let problems) = Scenario.read(text: text, name: "nodes.yaml") else {
      return #expect(Bool(false), "read without a problem")
    }
    #expect(problems.description.contains(expected), "\(problems.description)")
  }
}

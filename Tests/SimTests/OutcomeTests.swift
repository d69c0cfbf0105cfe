import Engine
import Foundation
import Testing

@testable import Sim

/// What clients lost, told apart by stream, by node and by fault.
@Suite struct OutcomeTests {
  static func value(_ result: TrialResult, _ measure: Measure) throws -> Int {
    Int(try OracleFarm.value(result, measure))
  }

  /// Two services of different groups, one of UDP requests; node2 loses power, later node3's daemon hangs for good.
  static func scenario(_ faults: String) throws -> Scenario {
    let text = """
      farm:
        nodes: 4
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: 64}, dns: {buckets: 32}}
        rules:
          - {port: 80, group: web, identity: address_port}
          - {protocol: udp, port: 53, group: dns}
      traffic:
        - {name: shop, rule: 80, arrivals: 100/s, flow: {duration: {exponential: 4 s}, segment_interval: 500 ms}}
        - {name: names, rule: 53, arrivals: 200/s}
      faults: \(faults)
      run: {duration: 60 s}
      """
    return try Scenario.read(text: text, name: "outcome.yaml").get()
  }

  @Test func aCrashLosesTheConnectionsOfItsNodeAloneAndIsChargedWithThem() throws {
    let result = OracleFarm.result(
      try Self.scenario("[{at: 20 s, crash: node2}, {at: 35 s, restart: node2}, {at: 45 s, stall: node3}]"))
    let outcome = result.outcome
    // About a quarter of 400 open flows each, less those that ended within their patience.
    let lost = outcome.nodes.map(\.withNode)
    #expect(lost[0] == 0 && lost[3] == 0 && (60...140).contains(lost[1]) && (60...140).contains(lost[2]))
    #expect(outcome.nodes.allSatisfy { $0.elsewhere == 0 })
    #expect(outcome.faults.map(\.fault) == [0, 1, 2] && outcome.faults.allSatisfy { !$0.isEnd })
    #expect(outcome.faults.map(\.losses.withNode) == [lost[1], 0, lost[2]])
    // A quarter of 300/s for half a second had to come again, and of the hang what came after the lease.
    #expect((15...70).contains(outcome.faults[0].losses.repeated) && outcome.faults[1].losses.repeated == 0)
    #expect(outcome.beforeFaults == LossCounts())
    #expect(try Self.value(result, .flowsLostWithFailedNodes) == lost.reduce(0, +))
    #expect(try Self.value(result, .flowsLostElsewhere) == 0)
  }

  @Test func streamsHaveFiguresOfTheirOwnThatAddUp() throws {
    let result = OracleFarm.result(try Self.scenario("[{at: 20 s, crash: [node2, node3]}]"))
    let streams = result.outcome.streams
    try #require(streams.count == 2)
    let (shop, names) = (streams[0], streams[1])
    #expect(shop.isTCP && shop.hasFlows && shop.group == GroupID(0))
    #expect(!names.isTCP && !names.hasFlows && names.group == GroupID(1))
    let all = streams.reduce(TrafficCounts()) { $0 + $1.counts }
    for (name, count) in [
      (Measure.flowsOpened, all.opened), (.flowsKept, all.kept), (.flowsBroken, all.broken),
      (.flowsReset, all.reset), (.packetsSent, all.sent), (.packetsLost, all.lost),
      (.connectsBegun, shop.counts.begun), (.connectsRepeated, shop.counts.repeated),
      (.requestsSent, names.counts.begun), (.requestsRepeated, names.counts.repeated),
    ] {
      #expect(try Self.value(result, name) == count, "\(name)")
    }
    #expect(shop.counts.opened == shop.counts.kept + shop.counts.broken + shop.counts.reset)
    #expect(
      shop.counts.lostWithNode + shop.counts.lostElsewhere == shop.counts.broken + shop.counts.reset
        && shop.counts.lostWithNode > 60)
    #expect(names.counts.opened == 0 && names.counts.repeated > 20 && names.counts.unanswered == 0)
    #expect(abs(names.counts.begun - 200 * 55) < 500)
    let served = streams.map { $0.load.reduce(0) { $0 + $1.packets } }
    #expect(served.reduce(0, +) == all.sent - all.lost - all.resets + all.twice)
    #expect(all.resets > 0, "connections of the failed nodes are reset, and that is an answer")
  }

  @Test func whatIsCutByADrainIsTheDrainsAndNotAFailures() throws {
    let result = OracleFarm.result(
      try Self.scenario(
        "[{at: 20 s, drain: {nodes: node2, deadline: 1 s}}, {at: 20500 ms, weight: {node: node1, group: web, weight: 90}}]"
      ))
    let drained = result.outcome.nodes[1]
    #expect(drained.withNode == 0 && drained.elsewhere > 40)
    #expect(result.outcome.faults[0].losses.elsewhere == drained.elsewhere)
    #expect(result.outcome.faults[1].losses == LossCounts())
  }

  @Test func whoStillWaitsAtTheEndIsCounted() throws {
    let result = OracleFarm.result(try Self.scenario("[{at: 58 s, crash: all}]"))
    let waiting = (
      try Self.value(result, .connectsWaiting), try Self.value(result, .requestsWaiting)
    )
    // All that came within the last two seconds.
    #expect((150...250).contains(waiting.0) && (330...470).contains(waiting.1))
    #expect(try Self.value(result, .connectsRepeated) == waiting.0)
    #expect(try Self.value(result, .requestsRepeated) == waiting.1)
  }

  /// Counting by stream and node must not miss a packet, whatever happens.
  @Test func lossesByNodeAndByFaultAreTheSameLosses() throws {
    let faults = """
      [{at: 10 s, for: 5 s, pause: node1}, {at: 12 s, for: 2 s, crash: node2}, {at: 20 s, kill: node3}, {at: 30 s, restart: node3},
       {at: 35 s, for: 3 s, application_crash: node4}, {at: 40 s, for: 5 s, interface_down: {node: node1, network: lan}},
       {at: 50 s, for: 4 s, partition: [[node1, node2], [node3, node4]]}]
      """
    let result = OracleFarm.result(try Self.scenario(faults))
    func sum(_ part: (LossCounts) -> Int) -> Int {
      result.outcome.faults.reduce(part(result.outcome.beforeFaults)) { $0 + part($1.losses) }
    }
    let all = result.outcome.streams.reduce(TrafficCounts()) { $0 + $1.counts }
    #expect(sum(\.withNode) == all.lostWithNode && sum(\.elsewhere) == all.lostElsewhere)
    #expect(sum(\.repeated) == all.repeated && sum(\.unanswered) == all.unanswered)
    #expect(sum(\.refused) == all.connectsRefused && sum(\.answeredTwice) == all.connectsReset)
    #expect(sum(\.repeatedByLoss) == 0, "no packet is lost by chance")
    #expect(result.outcome.nodes.reduce(0) { $0 + $1.withNode } == all.lostWithNode)
    #expect(result.outcome.nodes.reduce(0) { $0 + $1.elsewhere } == all.lostElsewhere)
    #expect(all.lostWithNode > 100 && all.repeated > 100)
  }

  /// What the terminal shows of streams, nodes, groups and faults is what JSON and page have.
  @Test func theTablesAreOfTheSameFigures() throws {
    let scenario = try Self.scenario("[{at: 20 s, crash: node2}, {at: 40 s, restart: node2}]")
    let result = OracleFarm.result(scenario)
    let text = TextSummary.text(scenario: scenario, result: result, trials: [], usesColour: false)
    let titles = ["By stream", "By node", "By group", "By fault"]
    let places = titles.compactMap { text.range(of: "\n\n\($0)\n")?.lowerBound }
    #expect(places.count == 4 && places == places.sorted(), "\(text)")
    let lost = result.outcome.nodes[1].withNode
    let node = try #require(text.split(separator: "\n").first { $0.hasPrefix("  node2 ") })
    #expect(node.contains(" 25.0 % ") && node.split(separator: " ").contains("\(lost)"), "\(node)")
    let fault = try #require(text.split(separator: "\n").first { $0.hasPrefix("  node2 lost power ") })
    #expect(fault.split(separator: " ").contains("\(lost)"), "\(fault)")
    // A column in which nothing stands is not shown.
    #expect(!text.contains("lost otherwise") && text.contains("lost with their node"))

    let environment = ReportEnvironment(words: ["farmsim", "run"], version: "1", platform: "here")
    let page = Report.markdown(scenario: scenario, result: result, trials: [result], environment: environment)
    #expect(titles.allSatisfy { page.contains("\n### \($0)\n") })
    let json = JSONSummary.text(scenario: scenario, result: result, trials: [], environment: environment)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["about"] as? String == "connections")
    let outcome = try #require(object["outcome"] as? [String: Any])
    let nodes = try #require(outcome["nodes"] as? [String: [String: Any]])
    #expect(nodes["node2"]?["flows_lost_with_it"] as? Int == lost && nodes.count == 4)
    let streams = try #require(outcome["streams"] as? [[String: Any]])
    #expect(streams.map { $0["name"] as? String } == ["shop", "names"])
    #expect(streams.map { $0["group"] as? String } == ["web", "dns"])
    let faults = try #require(outcome["faults"] as? [[String: Any]])
    #expect(faults.map { $0["what"] as? String } == ["node2 lost power", "node2 came back"])
    let groups = try #require(outcome["groups"] as? [String: [String: Any]])
    let longest = try #require(groups["web"]?["hole_longest"] as? Double)
    #expect(longest > 0.4 && longest < 0.56)
  }

  /// Of many rows those that matter are shown, and it is said that some are not.
  @Test func aLongTableShowsWhatMatters() {
    let table = FigureTable(
      title: "By node", names: 1, head: ["node", "lost", "none"], alignment: "lrr",
      rows: (1...5).map { ["n\($0)", "\($0 == 4 ? 0 : $0)", "0"] }, weights: [1, 2, 3, 0, 5], atMost: 3,
      rest: "they lost less")
    #expect(
      table.lines == [
        "By node", "  node  lost", "  n2       2", "  n3       3", "  n5       5",
        "  2 more are left out: they lost less.",
      ])
  }
}

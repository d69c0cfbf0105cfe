import Engine
import FarmFile
import Testing

@testable import Sim

/// The sentence that people remember must be right for every kind of run.
@Suite struct ReportAnswerTests {
  func answer(
    _ faults: [FaultKind], totals: [Duration?] = [], _ figures: [String: Double] = [:]
  ) -> String {
    var scenario = ReportSample().scenario
    scenario.faults = faults.enumerated().map { Fault(at: .seconds(20 * ($0.offset + 1)), kind: $0.element) }
    var result = ReportSample().result
    result.values = Array(repeating: nil, count: Measures.all.count)
    for (name, value) in figures { result.values[Measures.index(of: name)!] = value }
    result.rebalances = totals.enumerated().map {
      Rebalance(fault: $0.offset, isEnd: false, at: .zero + scenario.faults[$0.offset].at, total: $0.element)
    }
    result.ownership = []
    return Report.answer(scenario: scenario, result: result, trials: [result])
  }

  let node2 = NodeSet(NodeID(1))

  @Test func aCrashIsAboutTheTimeUntilServedAgainAndNotAboutTheReturn() {
    #expect(
      answer(
        [.crash(node2), .restart(node2)], totals: [.milliseconds(517), .milliseconds(1430)],
        [
          "hole_time.longest": 0.517, "flows_opened": 44_817, "flows_broken": 11_204,
          "flows_broken.outside_failed_nodes": 0,
        ])
        == "Every bucket was served again 517 ms after node2 lost power; 11,204 of 44,817 flows broke, none of them "
        + "on a node that had not failed.")
  }

  @Test func aDrainIsAboutNobodyNoticing() {
    #expect(
      answer(
        [.drain(node2, deadline: nil, isForced: false)], totals: [.milliseconds(212)],
        ["hole_time.longest": 0.0008, "flows_opened": 1000, "flows_broken": 0, "flows_reset": 0])
        == "Every bucket had exactly one owner again 212 ms after node2 began to drain, and none was without one for "
        + "longer than 800 µs; none of 1,000 flows broke.")
    #expect(
      answer([.resume(node2)], totals: [.milliseconds(212)], ["packets_sent": 10, "packets_lost": 0])
        == "Every bucket had exactly one owner again 212 ms after node2 was resumed, and none was ever without one; "
        + "none of 10 packets was lost.")
  }

  @Test func aCutThatChangesNothingSaysSo() {
    #expect(
      answer([.oneWayCut(from: NodeSet(NodeID(0)), to: node2, NetworkSet(first: 1))], totals: [nil])
        == "Although node2 no longer heard node1 on lan, no bucket changed its owner or was without one.")
  }

  @Test func aDeafCardIsToldInTimeThatClientsWereOutOfReach() {
    let deaf = FaultKind.loss(NetworkSet(first: 1), uplink: nil, downlink: .independent(1), at: node2)
    let figures = ["hole_time.longest": 0.0008, "unreached_time.longest": 0.489]
    #expect(
      answer([deaf], totals: [.milliseconds(490)], figures)
        == "Every bucket was served again 490 ms after lan began to lose frames (100 % at node2).")
    #expect(
      answer([deaf], totals: [.milliseconds(2000)], figures)
        == "Every bucket had exactly one owner again 2 s after lan began to lose frames (100 % at node2), and none was "
        + "out of clients’ reach for longer than 489 ms.")
  }

  @Test func doublesAndStrangersAreNotPassedOver() {
    #expect(
      answer(
        [.stall(NodeSet(bits: 0b1011))], totals: [.milliseconds(900)],
        [
          "hole_time.longest": 0.9, "double_owner_time.longest": 0.095, "flows_opened": 50, "flows_broken": 3,
          "flows_broken.outside_failed_nodes": 2, "flows_reset": 1,
        ])
        == "Every bucket was served again 900 ms after the daemons of node1, node2 and node4 stalled; two nodes "
        + "answered for the same bucket for up to 95 ms; 3 of 50 flows broke, 2 of them on nodes that had not failed, "
        + "and 1 was reset.")
  }

  @Test func severalFailuresNameTheLongest() {
    #expect(
      answer(
        [.crash(node2), .kill(NodeSet(NodeID(2)))], totals: [.milliseconds(500), .milliseconds(540)],
        ["hole_time.longest": 0.54])
        == "Every bucket was served again 540 ms after node3’s daemon was killed, the longest of 2 disturbances."
    )
  }

  @Test func withoutFaults() {
    #expect(
      answer([], [:]) == "Without any fault, no bucket was ever without an owner.")
  }

  @Test func aFarmThatNeverRecoversSaysSo() {
    let sample = ReportSample()
    var result = sample.result
    result.rebalances[0].isOver = false
    result.rebalances[0].total = .seconds(80)
    result.unsettled = UnsettledBuckets(holes: 1, doubles: 12)
    #expect(
      Report.answer(scenario: sample.scenario, result: result, trials: [result]).hasPrefix(
        "80 s after node2 lost power, when the run ended, 1 bucket still had no owner and 12 buckets still had two "
          + "owners; "))
  }

  @Test func theWorstOfAllTrialsCounts() {
    let sample = ReportSample()
    var trials = sample.trials(60)
    trials[7].values[Measures.index(of: "flows_broken")!] = 20_001
    trials[9].values[Measures.index(of: "flows_broken")!] = 3
    let text = Report.answer(scenario: sample.scenario, result: sample.result, trials: trials)
    #expect(
      text
        == "In the worst of 60 trials, every bucket was served again 559 ms after node2 lost power; 20,001 of 180,123 "
        + "flows broke, none of them on a node that had not failed.")
  }

  /// Every kind of fault and its end reads as a sentence that names whom it hit.
  @Test func everyKindOfFaultHasWords() {
    var scenario = ReportSample().scenario
    let lan = NetworkSet(first: 1)
    let one = NodeSet(NodeID(0))
    let kinds: [(FaultKind, String, String)] = [
      (.crash(node2), "node2 lost power", "node2 came back"),
      (.restart(node2), "node2 came back", "node2 came back"),
      (.stop(node2), "node2’s daemon was stopped", "node2’s daemon was started again"),
      (.leave(node2), "node2 left", "node2 came back"),
      (.drain(node2, deadline: nil, isForced: true), "node2 began to drain", "node2 was resumed"),
      (.resume(NodeSet(first: 2)), "node1 and node2 were resumed", "node1 and node2 were resumed"),
      (
        .pause(NodeSet(first: 4)), "node1, node2, node3 and node4 stood still",
        "node1, node2, node3 and node4 ran on"
      ),
      (.stall(node2), "node2’s daemon stalled", "node2’s daemon ran on"),
      (
        .kill(NodeSet(first: 2)), "the daemons of node1 and node2 were killed",
        "the daemons of node1 and node2 were started again"
      ),
      (
        .upgrade(node2), "node2’s daemon was taken away for an upgrade", "node2’s daemon was replaced"
      ),
      (
        .loss(lan, uplink: nil, downlink: .independent(0.05), at: .empty),
        "lan began to lose frames (5 % at every receiver)", "the loss on lan ended"
      ),
      (.delay(lan, .constant(.zero)), "the delay of lan changed", "the delay of lan was normal again"),
      (
        .oneWayCut(from: one, to: node2, lan), "node2 no longer heard node1 on lan", "node2 heard node1 again"
      ),
      (
        .pairCut(one, node2, lan), "node1 and node2 no longer heard each other on lan",
        "node1 and node2 heard each other again"
      ),
      (
        .partition([one, node2], lan), "lan split into node1 | node2 | node3 and node4",
        "lan was whole again"
      ),
      (
        .bridge(one, node2, by: NodeSet(NodeID(2)), lan), "lan split into node1 | node2, both heard by node3",
        "lan was whole again"
      ),
      (.networkDown(lan), "lan went down", "lan was up again"),
      (
        .interfaceDown(node2, lan), "node2’s interface to lan went down",
        "node2’s interface to lan came up again"
      ),
      (
        .commitFailure(node2), "node2’s kernel began to refuse commits",
        "node2’s kernel accepted commits again"
      ),
      (.applicationCrash(node2), "node2’s application crashed", "node2’s application served again"),
      (
        .applicationHang(NodeSet(first: 2)), "the applications of node1 and node2 hung",
        "the applications of node1 and node2 served again"
      ),
      (
        .applicationSlow(node2, delay: .seconds(2)), "node2’s application became 2 s slower",
        "node2’s application served again"
      ),
      (
        .weight(node2, GroupID(0), 50), "node2’s weight in web became 50",
        "node2’s weight in web was restored"
      ),
      (
        .reload(
          NodeSet(first: 2),
          Reload(
            change: YAMLNode(place: .whole, content: .mapping([])), settings: scenario.farm.settings,
            ruleNames: [])), "node1 and node2 reloaded their farm file",
        "node1 and node2 reloaded their farm file"
      ),
    ]
    scenario.faults = kinds.map { Fault(at: .zero, kind: $0.0) }
    let words = FaultText(scenario)
    for (index, kind) in kinds.enumerated() {
      #expect(words.happened(index, isEnd: false) == kind.1)
      #expect(words.happened(index, isEnd: true) == kind.2)
    }
  }
}

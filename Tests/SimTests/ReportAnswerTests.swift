import Engine
import FarmFile
import Testing

@testable import Sim

/// The sentence that people remember must be right for every kind of run.
@Suite struct ReportAnswerTests {
  func answer(
    _ faults: [FaultKind], totals: [Duration?] = [], _ figures: [Measure: Double] = [:], lost: [Int] = [],
    elsewhere: [Int] = [], about: Subject? = nil
  ) -> String {
    var scenario = ReportSample().scenario
    scenario.faults = faults.enumerated().map { Fault(at: .seconds(20 * ($0.offset + 1)), kind: $0.element) }
    scenario.about = about
    if figures.keys.contains(where: { $0.name.hasPrefix("flows_") || $0.name.hasPrefix("requests_") }) {
      scenario.traffic = [TrafficFarm.stream(.constant(rate: 1))]
      scenario.laterRules = [
        FilterRule(transport: .tcp, ports: [PortRange(80, 80)], group: GroupID(0), identity: .address)
      ]
    }
    var result = ReportSample().result
    result.values = Array(repeating: nil, count: Measure.allCases.count)
    for (measure, value) in figures { result.values[measure.index] = value }
    result.rebalances = totals.enumerated().map {
      Rebalance(fault: $0.offset, isEnd: false, at: .zero + scenario.faults[$0.offset].at, total: $0.element)
    }
    result.ownership = []
    result.outcome.nodes = (0..<4).map { n in
      var counts = LossCounts()
      counts.withNode = lost.isEmpty ? 0 : lost[n]
      counts.elsewhere = elsewhere.isEmpty ? 0 : elsewhere[n]
      return counts
    }
    if !faults.isEmpty {
      var all = LossCounts()
      all.elsewhere = elsewhere.reduce(0, +)
      result.outcome.faults = [FaultOutcome(fault: 0, isEnd: false, at: .zero + .seconds(20), losses: all)]
    }
    return Report.answer(scenario: scenario, result: result, trials: [result])
  }

  let node2 = NodeSet(NodeID(1))

  @Test func aCrashIsAboutWhoLostItsConnectionsAndNotAboutTheReturn() {
    #expect(
      answer(
        [.crash(node2), .restart(node2)], totals: [.milliseconds(517), .milliseconds(1430)],
        [
          .holeTimeLongest: 0.517, .flowsOpened: 44_817, .flowsLostWithFailedNodes: 11_204,
          .flowsLostElsewhere: 0, .connectsBegun: 40_000, .connectsRepeated: 130,
          .clientOutageMax: 1.02,
        ], lost: [0, 11_204, 0, 0])
        == "11,204 of 44,817 connections were lost with node2, and none elsewhere; every bucket was served again 517 ms "
        + "after node2 lost power. Every one of 40,000 connects was answered, 130 of them not at once; the longest outage of a "
        + "client was 1.02 s.")
  }

  @Test func aDrainIsAboutNobodyNoticing() {
    #expect(
      answer(
        [.drain(node2, deadline: nil, isForced: false)], totals: [.milliseconds(212)],
        [.holeTimeLongest: 0.0008, .flowsOpened: 1000, .flowsLostElsewhere: 0, .connectsBegun: 900])
        == "None of 1,000 connections was lost; the last disturbed bucket had exactly one owner again 212 ms after the first had not, when "
        + "node2 began to drain, and none was without one for longer than 800 µs. Every one of 900 connects was answered at once."
    )
    #expect(
      answer([.resume(node2)], totals: [.milliseconds(212)], [.requestsSent: 10])
        == "None of 10 requests failed, and all were answered at once; the last disturbed bucket had exactly one owner again 212 ms after the first had "
        + "not, when node2 was resumed, and none was ever without one.")
  }

  @Test func aDrainThatCutsConnectionsIsNamedAsTheCause() {
    #expect(
      answer(
        [.drain(node2, deadline: .seconds(1), isForced: false)], totals: [.milliseconds(2)],
        [.holeTimeLongest: 0.0008, .flowsOpened: 100, .flowsLostElsewhere: 59],
        elsewhere: [0, 59, 0, 0]
      ).hasPrefix("59 of 100 connections were cut by the drain of node2; "))
    // What another fault took as well is not the drain's alone.
    #expect(
      answer(
        [.crash(node2)], totals: [.milliseconds(500)],
        [.holeTimeLongest: 0.5, .flowsOpened: 100, .flowsLostElsewhere: 59],
        elsewhere: [30, 0, 29, 0]
      ).hasPrefix("59 of 100 connections were lost on node1 and node3 after node2 lost power; "))
  }

  @Test func aCutThatChangesNothingSaysSo() {
    #expect(
      answer([.oneWayCut(from: NodeSet(NodeID(0)), to: node2, NetworkSet(first: 1))], totals: [nil])
        == "Although node2 no longer heard node1 on lan, no bucket changed its owner or was without one.")
  }

  @Test func aDeafCardIsToldInTimeThatClientsWereOutOfReach() {
    let deaf = FaultKind.loss(NetworkSet(first: 1), uplink: nil, downlink: .independent(1), at: node2)
    let figures: [Measure: Double] = [.holeTimeLongest: 0.0008, .unreachedTimeLongest: 0.489]
    #expect(
      answer([deaf], totals: [.milliseconds(490)], figures)
        == "Every bucket was served again 490 ms after lan began to lose frames (100 % of what node2 receives)."
    )
    #expect(
      answer([deaf], totals: [.milliseconds(2000)], figures)
        == "Every bucket had exactly one owner again 2 s after lan began to lose frames (100 % of what node2 receives), and none was "
        + "out of clients’ reach for longer than 489 ms.")
  }

  @Test func doublesAndStrangersAreNotPassedOver() {
    #expect(
      answer(
        [.stall(NodeSet(bits: 0b1011))], totals: [.milliseconds(900)],
        [
          .holeTimeLongest: 0.9, .doubleOwnerTimeLongest: 0.095, .flowsOpened: 50,
          .flowsLostWithFailedNodes: 1, .flowsLostElsewhere: 2, .packetsTwice: 7,
          .connectsBegun: 40, .connectsRepeated: 5, .connectsFailed: 1, .connectsWaiting: 2,
          .connectsReset: 3,
        ], lost: [1, 0, 0, 0], elsewhere: [0, 0, 2, 0])
        == "3 of 50 connections were lost, 1 with node1 and 2 on node3 after the daemons of node1, "
        + "node2 and node4 stalled; every bucket was served again 900 ms after that. Of 40 connects, 5 were not answered at "
        + "once, 3 got no answer (1 gave up and 2 still waited when the run ended) and 3 were ended by two answers. Two nodes "
        + "answered for the "
        + "same bucket for up to 95 ms, and 7 packets were accepted twice.")
  }

  @Test func severalFailuresNameTheLongest() {
    #expect(
      answer(
        [.crash(node2), .kill(NodeSet(NodeID(2)))], totals: [.milliseconds(500), .milliseconds(540)],
        [.holeTimeLongest: 0.54])
        == "Every bucket was served again 540 ms after node3’s daemon was killed, the longest of 2 failures."
    )
  }

  /// A hole that is longer than the time that is told is of something else: it must not go untold.
  @Test func aLongerHoleElsewhereIsTold() {
    #expect(
      answer(
        [.crash(node2), .restart(node2)], totals: [.milliseconds(500), .seconds(4)], [.holeTimeLongest: 4])
        == "Every bucket had exactly one owner again 500 ms after node2 lost power, and none was without one for longer than "
        + "4 s.")
  }

  @Test func withoutFaultsTheAnswerIsThatNothingHappened() {
    #expect(
      answer([], [:]) == "Without any fault, no bucket was ever without an owner.")
  }

  @Test func aFarmThatNeverRecoversSaysSo() {
    let sample = ReportSample()
    var result = sample.result
    result.rebalances[0].isOver = false
    result.rebalances[0].total = .seconds(80)
    result.unsettled = UnsettledBuckets(holes: 1, doubles: 12)
    func text() -> String { Report.answer(scenario: sample.scenario, result: result, trials: [result]) }
    let told =
      "80 s after node2 lost power, when the run ended, 1 bucket still had no owner and 12 buckets still had two owners"
    #expect(text().hasPrefix("Not within the run: \(told); 11,204 of "))
    result.isForsaken = true
    #expect(text().hasPrefix("Not within the run: \(told), and no node was left to take them; "))
    result.formedAt = nil
    #expect(
      text().hasPrefix(
        "The farm never formed: until the run ended, some bucket had no owner, or two; "))
    result.formedAt = .zero + .seconds(25)
    #expect(
      text().hasPrefix(
        "Node2 lost power 20 s after the start, before the farm had formed at 25 s; 80 s after node2 lost power"
      ))
  }

  // MARK: What it is about

  private func asked(_ about: Subject, _ faults: [FaultKind], _ figures: [Measure: Double]) -> String {
    answer(faults, totals: faults.map { _ in .milliseconds(517) }, figures, about: about)
  }

  @Test func theQuestionDecidesWhatIsSaidFirst() {
    let figures: [Measure: Double] = [
      .holeTimeLongest: 0.517, .flowsOpened: 100, .flowsLostWithFailedNodes: 7,
      .flowsLostElsewhere: 0,
      .packetsSent: 5,
    ]
    let (lost, served) = (
      "7 of 100 connections were lost", "very bucket was served again 517 ms after node2 lost power"
    )
    #expect(asked(.connections, [.crash(node2)], figures).hasPrefix(lost))
    #expect(asked(.outage, [.crash(node2)], figures).hasPrefix("E\(served); \(lost)"))
    #expect(
      asked(.double, [.crash(node2)], figures).hasPrefix("No bucket had two owners at any time; \(lost)"))
  }

  @Test func loadIsToldByNodeAndPhase() {
    var scenario = ReportSample().scenario
    scenario.about = .load
    var result = ReportSample().result
    result.outcome.phases = [
      PhaseLoad(phase: .before, load: [1, 2, 3, 4].map { NodeLoad(packets: $0 * 100) }),
      PhaseLoad(phase: .during, load: [1, 0, 3, 4].map { NodeLoad(packets: $0 * 100) }),
    ]
    let text = Report.answer(scenario: scenario, result: result, trials: [result])
    #expect(
      text.hasPrefix(
        "Before the first fault, of 1,000 packets node1 took 10 %, node2 20 %, node3 30 % and node4 40 %; from then until the "
          + "farm had settled after the last, of 800 packets node1 took 12.5 %, node2 none, node3 37.5 % and node4 50 %. "
      ))
  }

  @Test func aQuestionThatTheRunCannotAnswerIsToldSo() {
    #expect(
      asked(.connections, [.crash(node2)], [.requestsSent: 5, .holeTimeLongest: 0.517])
        == "Whether connections are lost is not known: clients send single requests in this run. None of 5 requests failed, and "
        + "all were answered at once; every bucket was served again 517 ms after node2 lost power.")
    #expect(
      asked(.load, [.crash(node2)], [:]).hasPrefix(
        "Which node carries how much is not known: no client comes in this run. "))
    #expect(
      asked(.outage, [], [:]).hasPrefix(
        "How long an outage lasts is not known: nothing fails in this run. Without "))
  }

  @Test func withoutAWordTheFileSuggestsWhatItIsAbout() throws {
    func subject(_ rest: String) throws -> Subject {
      try OracleFarm.scenario(nodes: 3, rest: rest).subject
    }
    #expect(try subject("faults: [{at: 20 s, crash: node2}]") == .outage)
    #expect(try subject("traffic: {arrivals: 5/s}") == .connections)
    #expect(try subject("traffic: {arrivals: 5/s}\nexpect: {skew.packets.jain: '> 0.9'}") == .load)
    #expect(try subject("expect: {double_owner_time.total: == 0 s, packets_twice: == 0}") == .double)
    #expect(try subject("about: load\nexpect: {double_owner_time.total: == 0 s}") == .load)
  }

  @Test func whatItIsAboutIsOneOfAFewWords() {
    let text = "about: outages\nfarm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{port: 80}]}\n"
    guard case .failure(let problems) = Scenario.read(text: text, name: "f.yaml") else {
      Issue.record("read")
      return
    }
    #expect(
      problems.problems.map(\.description) == ["f.yaml:1:8: unknown about 'outages'; did you mean 'outage'?"])
  }

  // MARK: Trials

  @Test func allFiguresAreOfOneTrialTheWorstInWhatIsAsked() {
    let sample = ReportSample()
    var trials = sample.trials(60)
    // Trial 7 loses most, trial 9 the least; trial 25 takes longest.
    for (trial, lost) in [(7, 20_001.0), (9, 3.0)] {
      trials[trial].values[Measure.flowsLostWithFailedNodes.index] = lost
    }
    func text(_ about: Subject?) -> String {
      var scenario = sample.scenario
      scenario.about = about
      return Report.answer(scenario: scenario, result: sample.result, trials: trials)
    }
    let time = { (trial: Int) in trials[trial].rebalances[0].total! }
    #expect(
      text(.connections).hasPrefix(
        "In the worst of 60 trials (most connections lost), trial 7, 20,001 of 180,123 connections were lost with node2, "
          + "and none elsewhere; every bucket was served again \(Readable.time(time(7))) after node2 lost power."
      ))
    #expect(text(.connections).hasSuffix(" All trials lost connections, 3 to 20,001 each."))
    let longest = trials.indices.max { time($0) < time($1) }!
    // What is told beside it need not be the worst of all, and it is said where that was.
    #expect(
      text(.connections).contains(
        " Worse in other trials: a rebalance of \(Readable.time(time(longest))) (trial \(longest)). All "))
    #expect(text(.outage).contains(" Worse in other trials: 20,001 connections lost (trial 7). Over "))
    #expect(
      text(.outage).hasPrefix(
        "In the worst of 60 trials (longest rebalance), trial \(longest), every bucket was served again 559 ms after node2 lost "
          + "power; 11,204 of"
      ))
    #expect(text(.outage).contains(" Over the trials the median of the longest rebalance is 53"))
  }

  @Test func trialsOfTwoKindsAreTold() {
    let sample = ReportSample()
    var trials = sample.trials(100)
    for trial in trials.indices {
      let lost = trial % 25 == 3 ? 2000.0 + Double(trial) : 0
      trials[trial].values[Measure.flowsLostWithFailedNodes.index] = lost
    }
    var scenario = sample.scenario
    scenario.about = .connections
    let text = Report.answer(scenario: scenario, result: sample.result, trials: trials)
    #expect(text.hasSuffix(" 4 of 100 trials lost connections, 2,003 to 2,078 each, the others none."))
    #expect(
      text.hasPrefix(
        "In the worst of 100 trials (most connections lost), trial 78, 2,078 of 180,123 connections were lost "
      ))
  }

  /// Of trials that are alike in the first thing the next one decides, and the answer says which it was.
  @Test func theWorstTrialIsTheWorstInSomething() {
    let sample = ReportSample()
    func text(_ about: Subject, _ change: (inout TrialResult, Int) -> Void) -> String {
      var scenario = sample.scenario
      scenario.about = about
      var trials = (0..<5).map { trial in
        var result = sample.result
        result.trial = trial
        return result
      }
      for trial in trials.indices { change(&trials[trial], trial) }
      return Report.answer(scenario: scenario, result: sample.result, trials: trials)
    }
    func set(_ result: inout TrialResult, _ measure: Measure, _ value: Int) {
      result.values[measure.index] = Double(value)
    }
    let retries = text(.retries) { set(&$0, .connectsRepeatedTimes, $1 == 3 ? 4 : 1) }
    #expect(
      retries.hasPrefix("In the worst of 5 trials (most retries of one client), trial 3, "), "\(retries)")
    let failed = text(.connections) { set(&$0, .connectsFailed, $1) }
    #expect(
      failed.hasPrefix(
        "In the worst of 5 trials (most connects and requests that came to nothing), trial 4, "),
      "\(failed)")
    let alike = text(.connections) { _, _ in }
    #expect(alike.hasPrefix("In trial 0 of 5, which are alike in what is asked, "), "\(alike)")
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
        .partition([one, node2], lan), "lan split into node1, node2 and {node3, node4}",
        "lan was whole again"
      ),
      (
        .bridge(one, node2, by: NodeSet(NodeID(2)), lan),
        "lan split into node1 and node2, both heard by node3",
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
      (.applicationCrash(node2), "node2’s application crashed", "node2’s application could start again"),
      (
        .applicationHang(NodeSet(first: 2)), "the applications of node1 and node2 hung",
        "the applications of node1 and node2 no longer hung"
      ),
      (
        .applicationSlow(node2, delay: .seconds(2)), "node2’s application became 2 s slower",
        "node2’s application was as fast as before"
      ),
      (
        .weight(node2, GroupID(0), 50), "node2’s weight in web became 50",
        "node2’s weight in web was restored"
      ),
      (
        .reload(
          NodeSet(first: 2),
          Reload(farm: scenario.farm)),
        "node1 and node2 reloaded their farm file as it was at the start",
        "node1 and node2 reloaded their farm file as it was at the start"
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

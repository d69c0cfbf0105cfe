import Engine
import Testing

@testable import Sim

/// What is asked is said first, and what is told beside it is told with its cause.
@Suite struct AskedFirstTests {
  private static func farm(
    _ faults: String, head: String = "", nodes: String = "4", networks: String = "{lan: }",
    rules: String = "{port: 80, group: web, identity: address_port}",
    traffic: String =
      "{arrivals: 100/s, clients: 2000, flow: {duration: {exponential: 3 s}, segment_interval: 500 ms}}",
    rest: String = "run: {duration: 40 s}"
  ) -> String {
    """
    \(head)
    farm:
      nodes: \(nodes)
      virtual_ip: 192.0.2.100
      groups: {web: {buckets: 64}}
      rules: [\(rules)]
    networks: \(networks)
    traffic: [\(traffic)]
    faults: [\(faults)]
    \(rest)
    """
  }

  private static let crash = "{at: 15 s, crash: node2}"
  private static let queries = "{protocol: udp, port: 53, group: web, identity: address_port}"

  // MARK: Orders

  /// Whether a node serves that is resumed after it was held down, and how soon.
  @Test func aResumedNodeIsToldByWhatItServes() throws {
    let faults = (0..<5).map { "{at: \(20 + 8 * $0) s, for: 3 s, crash: node2}" }.joined(separator: ", ")
    let run = try PlayedCase(
      Self.farm(faults + ", {at: 60 s, resume: node2}", rest: "run: {duration: 70 s}"))
    let owned = try #require(run.result.outcome.groups.first).buckets[1]
    let resumed = try #require(run.result.rebalances.last)
    #expect(run.scenario.faults[resumed.fault].kind == .resume(NodeSet(NodeID(1))))
    let time = Readable.time(try #require(resumed.lastMove))
    #expect(owned > 0)
    #expect(
      run.answer.hasPrefix("Node2 served its \(owned) buckets \(time) after it was resumed; "),
      "\(run.answer)")
    // What is taken from it later is no effect of the order.
    let lost = try PlayedCase(
      Self.farm(
        faults + ", {at: 60 s, resume: node2}, {at: 65 s, crash: node2}", rest: "run: {duration: 70 s}"))
    #expect(lost.answer.hasPrefix("When the run ended, of 64 buckets node2 owned none; "), "\(lost.answer)")
  }

  /// Orders that are alike are told as one, and so is a fault that comes again.
  @Test func whatIsAlikeIsToldAsOne() {
    var scenario = ReportSample().scenario
    let end = Instant.zero + .seconds(100)
    func alike(_ kinds: [FaultKind], every seconds: Int = 5, for length: Duration? = .seconds(1)) -> String? {
      scenario.faults = kinds.enumerated().map { i, kind in
        let at = Duration.seconds(20 + seconds * i)
        return Fault(at: at, until: length.map { at + $0 }, kind: kind)
      }
      return FaultText(scenario).alike(kinds.count, until: end)
    }
    let nodes = (0..<4).map { NodeSet(NodeID($0)) }
    #expect(
      alike(nodes.map { .upgrade($0) })
        == "the daemons of node1, node2, node3 and node4 were replaced one after the other")
    #expect(
      alike([.upgrade(nodes[0]), .upgrade(nodes[1])], every: 90)
        == "the daemons of node1 and node2 were taken away for an upgrade one after the other",
      "the second ends after the run")
    #expect(alike([.pause(nodes[1]), .pause(nodes[1])]) == "node2 stood still twice")
    #expect(alike([.pause(nodes[1]), .pause(nodes[1]), .pause(nodes[1])]) == "node2 stood still 3 times")
    #expect(alike([.pause(nodes[0]), .pause(nodes[1]), .pause(nodes[0])]) == nil, "node1 twice")
    #expect(alike([.pause(nodes[0]), .stall(nodes[1])]) == nil)
    #expect(alike([.pause(nodes[0]), .pause(nodes[1])], every: 0) == nil, "not one after the other")
    #expect(alike([.pause(nodes[0])]) == nil)
  }

  // MARK: How many

  /// Of single requests it is asked how many fail.
  @Test func howManyRequestsFailIsSaidFirst() throws {
    func run(_ faults: String, length: String = "40 s") throws -> PlayedCase {
      try PlayedCase(
        Self.farm(
          faults, rules: Self.queries, traffic: "{arrivals: 200/s, clients: 2000, flow: {retries: [1 s]}}",
          rest: "run: {duration: \(length)}"))
    }
    let quiet = try run("")
    let all = Readable.count(Int(try #require(quiet.result[.requestsSent]).value))
    #expect(
      quiet.answer.hasPrefix("None of \(all) requests failed, and all were answered at once; "),
      "\(quiet.answer)")
    let crash = try run(Self.crash)
    #expect(crash.result[.requestsFailed] == Measured(0))
    #expect(
      crash.answer.prefixMatch(of: /None of [\d,]+ requests failed, and \d+ were not answered at once/)
        != nil,
      "\(crash.answer)")
    let down = try run("{at: 15 s, network_down: lan}")
    let failed = Readable.count(Int(try #require(down.result[.requestsFailed]).value))
    #expect(down.answer.contains(" requests, ") && down.answer.contains("\(failed) "), "\(down.answer)")
    #expect(!down.answer.contains(" failed, and "), "\(down.answer)")
  }

  /// Two numbers that make a third are told with it.
  @Test func whoGaveUpAndWhoStillWaitedAreOneSum() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
      traffic: {arrivals: 100/s, clients: 1000}
      faults: [{at: 20 s, crash: all}]
      run: {duration: 60 s}
      expect: {hole_time.longest: <= 45 s}
      """)
    func count(_ measure: Measure) throws -> Int { Int(try #require(run.result[measure]).value) }
    let (gaveUp, waited) = (try count(.connectsFailed), try count(.connectsWaiting))
    #expect(try gaveUp > 0 && waited > 0 && gaveUp + waited == count(.connectsRepeated))
    let sum = Readable.count(gaveUp + waited)
    #expect(
      run.answer.contains(
        " connects, \(sum) got no answer: \(Readable.count(gaveUp)) gave up and \(Readable.count(waited)) still waited "
          + "when the run ended"), "\(run.answer)")
    #expect(
      run.answer.hasPrefix("Not within the run: 40 s after node1 and node2 lost power, "), "\(run.answer)")
    // A question of yes or no has its own word.
    let asked = try PlayedCase(
      """
      about: outage
      yes_if: {hole_time.longest: <= 10 s}
      farm: {nodes: 2, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
      faults: [{at: 20 s, crash: all}]
      run: {duration: 60 s}
      """)
    #expect(asked.answer.hasPrefix("No: 40 s after "), "\(asked.answer)")
  }

  // MARK: Who

  @Test func whoseClientsLostSomethingIsSaidFirst() throws {
    let run = try PlayedCase(Self.farm(Self.crash, head: "about: clients"))
    #expect(
      run.answer.prefixMatch(
        of: /Clients of node2: [\d,]+ of [\d,]+ connections were lost with node2, and none elsewhere[;:]/)
        != nil,
      "\(run.answer)")
    let nobody = try PlayedCase(
      Self.farm("{at: 15 s, one_way_cut: {from: node1, to: node2}}", head: "about: clients"))
    #expect(nobody.answer.hasPrefix("Nobody: none of "), "\(nobody.answer)")
    let nothing = try PlayedCase(Self.farm(Self.crash, head: "about: clients", traffic: ""))
    #expect(
      nothing.answer.hasPrefix("Whose clients notice something is not known: no client comes in this run. "),
      "\(nothing.answer)")
  }

  // MARK: After what

  /// Where several faults cost connections, or one of them none, each is told with its share.
  @Test func whichFaultCostWhatIsTold() throws {
    let run = try PlayedCase(
      Self.farm(
        "{at: 15 s, for: 5 s, pair_cut: {left: node1, right: node2, network: lan}}, "
          + "{at: 30 s, for: 5 s, interface_down: {node: node2, network: lan}}, {at: 45 s, crash: node1}",
        nodes: "2", networks: "{lan: , heartbeat: {carries: heartbeat}}", rest: "run: {duration: 60 s}"))
    let faults = run.result.outcome.faults
    func lost(_ fault: Int) -> Int {
      faults.filter { $0.fault == fault }.reduce(0) { $0 + $1.losses.withNode }
    }
    #expect(lost(0) == 0 && lost(1) > 0 && lost(2) > 0 && run.result[.flowsLostElsewhere] == Measured(0))
    #expect(
      run.answer.contains(
        ", and none elsewhere: \(lost(1)) after node2’s interface to lan went down and \(lost(2)) after node1 lost power, "
          + "none after node1 and node2 no longer heard each other on lan"), "\(run.answer)")
    let one = try PlayedCase(Self.farm("\(Self.crash), {at: 25 s, restart: node2}"))
    #expect(one.answer.contains(", and none elsewhere; "), "\(one.answer)")
  }

  private static func attempts(_ kinds: [FaultKind], _ losses: [(repeated: Int, byLoss: Int)], waiting: Int)
    -> String?
  {
    var scenario = ReportSample().scenario
    scenario.faults = kinds.enumerated().map { Fault(at: .seconds(20 + 5 * $0.offset), kind: $0.element) }
    var result = ReportSample().result
    func counts(_ of: (repeated: Int, byLoss: Int)) -> LossCounts {
      var counts = LossCounts()
      (counts.repeated, counts.repeatedByLoss) = (of.repeated, of.byLoss)
      return counts
    }
    result.outcome.beforeFaults = counts(losses[0])
    result.outcome.faults = losses.dropFirst().enumerated().map { i, own in
      FaultOutcome(
        fault: i, isEnd: false, at: .zero + scenario.faults[i].at, losses: counts(own))
    }
    let repeated = losses.reduce(0) { $0 + $1.repeated }
    result.values[Measure.connectsRepeated.index] = Double(repeated)
    result.values[Measure.connectsWaiting.index] = Double(waiting)
    return AttemptClause(told: ToldTrial(scenario, result)).text()
  }

  /// What was not answered at once is split by its causes, whatever is told beside it.
  @Test func everyCauseOfARetryIsTold() {
    let node2 = NodeSet(NodeID(1))
    let losses = [(36, 36), (339, 84), (73, 72)].map { (repeated: $0.0, byLoss: $0.1) }
    let split = "255 after node2 lost power, 1 after node2 came back and 192 that were lost on the way"
    #expect(
      Self.attempts([.crash(node2), .restart(node2)], losses, waiting: 2)
        == "of 170,000 connects, 448 were not answered at once (\(split)) and 2 were not answered yet when the run ended; "
        + "the longest outage of a client was 1.02 s")
    #expect(
      Self.attempts([.crash(node2), .restart(node2)], losses, waiting: 0)
        == "every one of 170,000 connects was answered, 448 of them not at once: \(split); the longest outage of a client "
        + "was 1.02 s")
    // One cause is no list; what is the same is told once; many are a table, and one beside chance.
    let once = [(0, 0), (50, 0), (0, 0)].map { (repeated: $0.0, byLoss: $0.1) }
    #expect(
      Self.attempts([.crash(node2), .restart(node2)], once, waiting: 0)?
        .contains("50 of them not at once; ") == true)
    let same = [(0, 0), (50, 0), (2, 0), (40, 0)].map { (repeated: $0.0, byLoss: $0.1) }
    #expect(
      Self.attempts([.crash(node2), .restart(node2), .crash(node2)], same, waiting: 0)?
        .contains("92 of them not at once: 90 after node2 lost power and 2 after node2 came back; ") == true)
    let many = [(0, 0), (50, 0), (2, 0), (40, 0), (3, 0)].map { (repeated: $0.0, byLoss: $0.1) }
    let kinds: [FaultKind] = [
      .crash(node2), .restart(node2), .crash(NodeSet(NodeID(2))), .restart(NodeSet(NodeID(2))),
    ]
    #expect(Self.attempts(kinds, many, waiting: 0)?.contains(" 95 of them not at once; ") == true)
    let lossy = [(repeated: 10, byLoss: 10)] + many.dropFirst()
    #expect(
      Self.attempts(kinds, lossy, waiting: 0)?
        .contains(
          "105 of them not at once: 95 after faults or their ends and 10 that were lost on the way; ") == true
    )
  }

  /// Who waits for what chance has lost, long after a fault, has nothing to do with it.
  @Test func whoWaitsByChanceIsToldApart() throws {
    func run(_ length: Int) throws -> PlayedCase {
      try PlayedCase(
        Self.farm(Self.crash, networks: "{lan: {loss: 2 %}}", rest: "run: {duration: \(length) s}"))
    }
    let late = try run(60)
    let waiting = Int(try #require(late.result[.flowsStalled]).value)
    #expect(waiting > 1)
    #expect(
      late.answer.contains(
        "When the run ended, \(waiting) connections that were kept waited for an answer: chance had lost a packet of each."
      ), "\(late.answer)")
    #expect(!late.answer.contains("but \(waiting) waited"), "\(late.answer)")
    // So soon after it they may wait because of it.
    let soon = try run(20)
    let left = Int(try #require(soon.result[.flowsStalled]).value)
    #expect(
      left > 0 && soon.answer.contains(", but \(left) waited for an answer when the run ended"),
      "\(soon.answer)")
  }

  /// What buckets were without an owner at a time is asked; that some were served in between is told.
  @Test func theLongestHoleComesBeforeTheTimeAroundIt() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 5, virtual_ip: 192.0.2.100, profile: one-second, rules: [{port: 80}]}
      traffic: {arrivals: 100/s, clients: 500}
      faults: [{at: 17.3 s, for: 600 ms, crash: node3}]
      run: {duration: 30 s}
      expect: {hole_time.longest: <= 650 ms}
      """)
    let total = try #require(run.result.rebalances.first?.total)
    let hole = try #require(run.result.outcome.groups.first).longestUnserved
    #expect(hole > 0.5 * total.seconds && hole < 0.9 * total.seconds)
    #expect(
      run.answer.hasPrefix(
        "Buckets were without an owner for up to \(Readable.time(hole)) at a time, and every bucket was served again "
          + "\(Readable.time(total)) after node3 lost power, with some service in between; "), "\(run.answer)"
    )
  }
}

import Engine
import Testing

@testable import Sim

/// What is said of a fault is what it did in this run, and not what it was to do.
@Suite struct ToldFaultTests {
  private static func play(
    _ faults: String, farm: String = "nodes: [n1, n2, n3, n4]", for length: String = "60 s"
  )
    throws -> PlayedCase
  {
    try PlayedCase(
      """
      farm:
        \(farm)
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: 64}}
        rules: [{port: 80}]
      traffic: {rule: 80, arrivals: 200/s, clients: 2000}
      faults: [\(faults)]
      run: {duration: \(length)}
      """)
  }

  private static func lines(_ run: PlayedCase, at second: Int) -> [String] {
    run.result.timeline.filter { $0.kind == .fault && $0.at == .zero + .seconds(second) }.map(\.text)
  }

  // MARK: Whom it is about

  /// One node or several, two sides of a cut, the two directions of a loss, and lengths of any size.
  @Test func aFaultNamesWhomItStrikes() throws {
    let run = try Self.play(
      """
      {at: 12 s, for: 1 s, stall: [n1, n2]}, {at: 16 s, for: 2 s, kill: n3}, {at: 22 s, for: 3 s, delay: 200 us},
      {at: 28 s, for: 1 s, pair_cut: {left: [n1, n2], right: [n3, n4]}}, {at: 32 s, for: 1 s, partition: [[n1, n2], [n3]]},
      {at: 36 s, for: 1 s, loss: {downlink: 100 %, receivers: n1}}, {at: 40 s, for: 1 s, loss: {uplink: 100 %, senders: n1}},
      {at: 44 s, for: 1 s, bridge: {left: [n1], right: [n3, n4], by: n2}}
      """)
    #expect(Self.lines(run, at: 12) == ["the daemons of n1 and n2 stand still, their kernel filters go on"])
    #expect(Self.lines(run, at: 13) == ["the daemons of n1 and n2 go on"])
    #expect(Self.lines(run, at: 16) == ["the daemon of n3 is killed, its kernel filter goes on"])
    #expect(Self.lines(run, at: 18) == ["the daemon of n3 is started again"])
    #expect(Self.lines(run, at: 22) == ["delay on lan is now 200 µs"])
    #expect(Self.lines(run, at: 28) == ["{n1, n2} and {n3, n4} do not hear each other on lan"])
    #expect(Self.lines(run, at: 32) == ["lan splits into {n1, n2}, n3 and n4"])
    #expect(Self.lines(run, at: 44) == ["lan splits into n1 and {n3, n4}, both heard by n2 alone"])
    let words = FaultText(run.scenario, run.result.outcome)
    #expect(words.happened(3, isEnd: false) == "{n1, n2} and {n3, n4} no longer heard each other on lan")
    #expect(words.happened(5, isEnd: false) == "lan began to lose frames (100 % of what n1 receives)")
    #expect(words.happened(6, isEnd: false) == "lan began to lose frames (100 % of what n1 sends)")
  }

  // MARK: Nodes that were to be started

  /// A node that still drains goes on draining, and what the drain cuts is the drain's.
  @Test func aRestartThatDoesNothingIsNoReturn() throws {
    let run = try Self.play(
      "{at: 20 s, drain: {nodes: n2, deadline: 30 s}}, {at: 25 s, restart: n2}")
    #expect(run.answer.contains(" were cut by the drain of n2"), "\(run.answer)")
    for text in [run.answer, run.summary, run.page, run.json] { #expect(!text.contains("n2 came back")) }
    #expect(try run.row("n2 was to be started, but still ran").first == "25.000 s")
    #expect(run.page.contains("n2 was to be started, but still ran"))
    #expect(Self.lines(run, at: 25) == ["n2 is told to start, but still runs"])
    let drain = try #require(run.result.outcome.faults.first)
    #expect(drain.losses.elsewhere > 5)
    #expect(run.result.outcome.faults[1].losses.elsewhere == 0)
  }

  /// A drain that outlasts the run: its deadline is told, and that a start did nothing.
  @Test func aRestartThatDoesNothingIsToldInTheAnswer() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.100, rules: [{port: 80, identity: address_port}]}
      traffic: {arrivals: 10/s, flow: {duration: 1 h, segment_interval: 5 s}}
      faults: [{at: 15 s, drain: {nodes: node2, deadline: 1 h}}, {at: 25 s, restart: node2}]
      run: {duration: 30 s}
      """)
    #expect(
      run.answer.hasSuffix(
        " to end (its deadline is at 1 h); node2 was to be started at 25 s, but still ran."), "\(run.answer)")
  }

  /// Of several nodes each is told by what it did.
  @Test func aRestartTellsWhichNodesItStarted() throws {
    let run = try Self.play(
      "{at: 20 s, crash: n1}, {at: 20 s, drain: {nodes: n2, deadline: 30 s}}, {at: 25 s, restart: [n1, n2]}")
    let words = "n1 came back and n2 was to be started, but still ran"
    #expect(try run.row(words).first == "25.000 s")
    #expect(
      Self.lines(run, at: 25) == ["n2 is told to start, but still runs", "n1 is started again"])
  }

  /// The end of a crash finds the node that a restart had started before.
  @Test func whatRunsAlreadyDoesNotComeBackOnceMore() throws {
    let run = try Self.play("{at: 20 s, for: 20 s, crash: n2}, {at: 30 s, restart: n2}")
    #expect(try run.row("n2 came back").first == "30.000 s")
    #expect(try run.row("n2 ran already").first == "40.000 s")
    #expect(Self.lines(run, at: 40) == ["n2 runs already"])
  }

  /// The end of a drain starts who has left, and resumes who has not.
  @Test func theEndOfADrainTellsWhoHadLeft() throws {
    let left = try Self.play("{at: 20 s, for: 20 s, drain: {nodes: n2, deadline: 2 s}}")
    #expect(try left.row("n2 was started again").first == "40.000 s")
    #expect(Self.lines(left, at: 40) == ["n2 is started again"])
    #expect(!left.page.contains("n2 was resumed"))
    let waits = try Self.play("{at: 20 s, for: 5 s, drain: {nodes: n2, deadline: 30 s}}")
    #expect(try waits.row("n2 was resumed").first == "25.000 s")
    #expect(Self.lines(waits, at: 25) == ["n2 is told to resume"])
  }

  /// A machine that a reload adds has never been there, and reads no file while it is off.
  @Test func aNodeThatWasNeverOnIsStarted() throws {
    let run = try Self.play(
      "{at: 20 s, reload: {farm: {nodes: [n1, n2, n3, n4, n5]}}}, {at: 30 s, restart: n5}")
    #expect(try run.row("n5 was started").first == "30.000 s")
    #expect(Self.lines(run, at: 30) == ["n5 is started"])
    #expect(run.summary.contains("  n1, n2, n3 and n4 reloaded their farm file"), "\(run.summary)")
    #expect(!run.page.contains("n5 came back") && !run.page.contains("n1 to n5 reloaded"))
  }

  // MARK: Applications

  /// What ends is the fault. That the node serves again is a matter of its checkers, and is told as that.
  @Test func theEndOfAnApplicationFaultIsNoReturn() throws {
    let checkers = "checkers: [{http: \"http://127.0.0.1:80/\", interval: 1 s, timeout: 500 ms}]"
    let run = try Self.play(
      "{at: 20 s, for: 10 s, application_crash: n2}", farm: "nodes: [n1, n2, n3, n4]\n  \(checkers)")
    #expect(try run.row("n2’s application could start again").first == "30.000 s")
    let back = try #require(run.result.rebalances.first { $0.healthy != nil })
    #expect(back.healthy == NodeID(1) && back.at > .zero + .seconds(30))
    #expect(try run.row("n2 was healthy again").first == Readable.clock(back.at))
    #expect(!run.summary.contains("’s application served again"))
    #expect(run.result.rebalances.count { $0.isEnd && $0.healthy == nil } == 1)
    let slow = try Self.play("{at: 20 s, for: 10 s, application_slow: {node: n2, delay: 100 ms}}")
    #expect(try slow.row("n2’s application was as fast as before").first == "30.000 s")
  }

  /// Checkers that a reload begins have seen nothing when they call an application healthy.
  @Test func theFirstWordOfNewCheckersIsNoReturn() throws {
    let checkers = "checkers: [{http: \"http://127.0.0.1:80/\", interval: 1 s, timeout: 500 ms}]"
    let run = try Self.play(
      "{at: 15 s, application_hang: n2}, {at: 20 s, reload: {farm: {\(checkers)}}}")
    #expect(run.result.rebalances.map(\.isEnd) == [false, false])
    #expect(!run.page.contains("healthy again"))
  }

  /// A return has no number of the plan: it stands without one where others have theirs.
  @Test func aReturnHasNoNumber() throws {
    let checkers = "checkers: [{tcp: 80, interval: 1 s, timeout: 500 ms, action: restart}]"
    let run = try Self.play(
      "{at: 20 s, application_crash: n2}",
      farm: "nodes: [n1, n2, n3, n4]\n  \(checkers)\n  application: {restart: restart it, start_time: 3 s}")
    let back = try #require(run.result.rebalances.first { $0.healthy != nil })
    let marks = ChartMarks(run.scenario, run.result.outcome, end: run.result.end)
    #expect(marks.number(of: back) == nil && marks.number(of: run.result.rebalances[0]) == 1)
    let first = try #require(run.result.rebalances.first)
    let chart = try #require(
      PhasesChart(rebalances: [(nil, "n2 was healthy again", first)]).chart(finding: ""))
    #expect(chart.script.contains("'n2 was healthy again'"))
  }

  // MARK: Figures

  /// Trials that all say the same say it once, lower bounds as well.
  @Test func equalBoundsAreOneFigure() throws {
    let scenario = try Scenario.read(
      text: """
        farm: {nodes: 4, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
        faults: [{at: 19900 ms, crash: node2}]
        run: {duration: 20 s}
        """, name: "case.yaml"
    ).get()
    let trials = (0..<20).map { trial in
      var world = World(scenario, seed: 1, trial: trial, keepsDetails: true)
      world.run(until: .zero + .seconds(20))
      return world.finish(isPartial: false)
    }
    let text = TextSummary.text(scenario: scenario, result: trials[0], trials: trials, usesColour: false)
    #expect(text.contains("  at least 100 ms in every trial\n"), "\(text)")
    #expect(!text.contains("at least 100 ms to at least 100 ms"))
  }
}

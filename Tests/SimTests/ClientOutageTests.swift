import Engine
import FarmFile
import Foundation
import Testing

@testable import Sim

/// From when on clients count, and until when they wait.
@Suite struct ClientOutageTests {
  @Test func whereNothingFailsThereIsNoOutage() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{protocol: udp, port: 5060}]}
      traffic: {arrivals: {constant: 1000/s}, clients: 5000, flow: {retries: [1 s]}}
      run: {duration: 30 s}
      """)
    #expect(run.result[.clientOutageMax] == nil && run.result[.clientOutageMean] == nil)
    #expect(run.result[.packetsLost] == Measured(0))
    #expect(
      run.answer.contains("o bucket was ever without an owner, and no client saw an outage"), "\(run.answer)")
    #expect(run.result.measuredFrom == .zero + .seconds(5))
    // What the picture counts in addition is said to be of the time before.
    let page = Report.markdown(
      scenario: run.scenario, result: run.result, trials: [run.result], environment: ReportSample.environment)
    #expect(page.contains("; 0 lost, 0 accepted twice; before the load was measured, up to "))
  }

  /// A client whose only request is lost comes again minutes later; a node would have served it after half a second.
  @Test func anOutageEndsWhenTheClientWouldHaveBeenServed() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{protocol: udp, port: 5060}]}
      traffic: {arrivals: 100/s, clients: 50000, flow: {retries: none}}
      faults: [{at: 10 s, crash: node2}]
      run: {duration: 20 s}
      """)
    let outage = try #require(run.result[.clientOutageMax])
    let hole = try #require(run.result[.holeTimeLongest])
    #expect(outage.value <= hole.value && outage.value > hole.value - 0.05 && !outage.isCensored)
    #expect(try #require(run.result[.requestsFailed]).value > 10)
  }

  /// Clients that wait for their next attempt when the run ends: served by then, or not.
  @Test func whoWaitsWhenTheRunEnds() throws {
    func outage(_ length: String, _ measure: Measure = .clientOutageMax) throws -> Measured? {
      try PlayedCase(
        """
        farm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{port: 80}]}
        traffic: {arrivals: 200/s}
        faults: [{at: 10 s, crash: node2}]
        run: {duration: \(length)}
        """
      ).result[measure]
    }
    let cut = try #require(try outage("10300 ms"))
    #expect(cut.isCensored && cut.value > 0.25 && cut.value <= 0.3)
    let waiting = try #require(try outage("10900 ms"))
    #expect(waiting.isCensored && waiting.value > 0.85 && waiting.value < 0.9, "the first retry is to come")
    #expect(try outage("11600 ms") == Measured(1), "their first retry is answered")
    // Of those that met the hole some wait, and are shorter than the longest: the mean is a lower bound all the same.
    let longest = try #require(try outage("11200 ms"))
    let mean = try #require(try outage("11200 ms", .clientOutageMean))
    #expect(longest == Measured(1) && mean.isCensored && mean.value < 1)
  }

  @Test func nothingCountsBeforeTheFarmHasFormed() throws {
    let run = try PlayedCase(PlayedCase.crashBeforeTheFarmHasFormed)
    let formed = try #require(run.result.formedAt)
    #expect(formed > .zero + .seconds(6) && formed < .zero + .seconds(8))
    #expect(run.result.measuredFrom == formed)
    #expect(run.result[.clientOutageMax] == nil)
    #expect(run.result[.connectsFailed] == Measured(0) && run.result[.packetsLost] == Measured(0))
    let answer = Report.answer(scenario: run.scenario, result: run.result, trials: [run.result])
    #expect(answer.contains("before the farm had formed"))
  }

  /// The nodes that are up first take everything for a moment, and long connections stay there: which nodes that are is
  /// an accident of the start, and must not decide how many connections a crash costs.
  @Test(arguments: ["fast", "default", "one-second"]) func longFlowsOfTheStartAreNotCounted(_ profile: String)
    throws
  {
    let run = try PlayedCase(
      """
      farm: {nodes: 4, virtual_ip: 192.0.2.1, rules: [{port: 80}], profile: \(profile)}
      traffic: {arrivals: 500/s, clients: 20000, flow: {duration: 1 h, segment_interval: 5 s}}
      faults: [{at: 20 s, crash: node2}]
      run: {duration: 40 s}
      """)
    let values = run.result
    let formed = try #require(values.formedAt?.seconds)
    // A quarter of the connections that were opened between the farm's forming and the crash.
    let lost = try #require(values[.flowsBroken]).value + #require(values[.flowsReset]).value
    let expected = 500 * (20 - formed) / 4
    #expect(abs(lost - expected) < 0.1 * expected, "\(lost) of \(expected)")
  }

  @Test func whatIsOpenedIsKeptBrokenOrReset() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 3, virtual_ip: 192.0.2.1, rules: [{port: 80}]}
      traffic: {arrivals: 200/s, clients: 500, flow: {duration: 3 s}, session: {connections: 4, think_time: 1 s}}
      faults: [{at: 10 s, for: 5 s, crash: node2}, {at: 12 s, stall: node3, for: 2 s}]
      run: {duration: 20 s, warm_up: 1 s}
      """)
    func count(_ measure: Measure) throws -> Double { try #require(run.result[measure]).value }
    #expect(try count(.flowsOpened) == count(.flowsKept) + count(.flowsBroken) + count(.flowsReset))
    #expect(try count(.flowsOpened) > 3000)
  }

  // MARK: Open connections

  /// A connection whose node is gone is without an answer until another node resets it: that is no outage of one who comes.
  @Test func openConnectionsHaveASilenceOfTheirOwn() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{port: 80}]}
      traffic: {arrivals: 100/s, clients: 5000, flow: {duration: 10 s, segment_interval: 200 ms, retries: [100 ms, 100 ms, 100 ms, 100 ms, 100 ms, 100 ms]}}
      faults: [{at: 15 s, crash: node2}]
      run: {duration: 40 s}
      """)
    let silence = try #require(run.result[.flowOutageMax])
    let outage = try #require(run.result[.clientOutageMax])
    let hole = try #require(run.result[.holeTimeLongest])
    // Segments come again after 0.2, 0.6 and 1.4 s.
    #expect(abs(silence.value - 0.6) < 0.001 || abs(silence.value - 1.4) < 0.001, "\(silence)")
    #expect(!silence.isCensored && silence.value > hole.value && silence.value > outage.value)
    #expect(
      run.answer.contains(
        "; the longest outage of a client that came anew was \(Readable.time(outage.value)), and open connections got no "
          + "answer for up to \(Readable.time(silence.value))"), "\(run.answer)")
    let (lost, open) = (
      try #require(run.result[.packetsLost]).value,
      try #require(run.result[.packetsLostOfOpenConnections]).value
    )
    #expect(open > 100 && open < lost)
    #expect(
      run.page.contains(
        "Of \(Readable.count(Int(lost))) lost packets \(Readable.count(Int(open))) were segments of open connections"
      ))
    #expect(run.page.contains("Still filling up: connections last 10 s on average"))
    #expect(
      run.page.contains("| \(MarkdownText.escaped("flow_outage.max")) |")
        || run.page.contains("`flow_outage.max`"))
  }

  /// What holds for connections holds for flows of datagrams: who had one open with the node that is gone waits for its patience.
  @Test func openFlowsOfDatagramsAreToldAsConnectionsAre() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 4, virtual_ip: 192.0.2.1, rules: [{protocol: udp, port: 443}]}
      traffic: {arrivals: 20/s, flow: {duration: {exponential: 20 s}, segment_interval: 300 ms, on_move: breaks, patience: 5 s}}
      faults: [{at: 20 s, crash: node2}]
      run: {duration: 40 s, warm_up: 10 s}
      """)
    #expect(run.result[.flowOutageMax] == Measured(5))
    #expect((run.result[.clientOutageMax]?.value ?? 0) <= 1)
    #expect(run.answer.contains("open flows got no answer for up to 5 s"), "\(run.answer)")
    let (lost, open, unserved) = (
      try #require(run.result[.packetsLost]).value,
      try #require(run.result[.packetsLostOfOpenConnections]).value,
      try #require(run.result[.packetsUnserved]).value
    )
    // About 60 flows lose some three a second for half a second, and are not known for four seconds and more.
    #expect(open > 20 && open <= lost && unserved > 200)
    let all = Readable.count(Int(unserved))
    #expect(
      run.page.contains(
        "Of \(Readable.count(Int(lost))) lost packets \(Readable.count(Int(open))) were datagrams of open flows, whose "
          + "clients sent on. No client of an open flow was without an answer for longer than 5 s. \(all) packets came to a "
          + "node whose application did not know their flow: accepted, and not answered. The client of a lost UDP flow sends "
          + "on until its patience is over, for up to 5 s, and then no more: only then does its part of the load "
          + "end, and new flows make up for it. "), "\(run.page)")
    // Once node2 is missed the load is as high as before, for as long as they send on.
    let load = (0..<run.result.load.lost.count).map { bin in
      run.result.load.accepted.reduce(0) { $0 + $1[bin] }
    }
    func mean(_ from: Int, _ to: Int) -> Double {
      Double(load[(from * 5)..<(to * 5)].reduce(0, +)) / Double(to - from)
    }
    #expect(mean(22, 25) > 0.95 * mean(17, 20))
    #expect(run.page.contains(", 0 accepted twice, \(all) accepted and not answered"))
    #expect(run.page.contains("Still filling up: flows last 20 s on average"))
    #expect(try run.row("packets_unserved") == [all])
    #expect(run.json.contains("\"flow_outage_longest\": 5"))
    // By time: from the tenth second on they are those of the measure.
    let bins = run.result.load
    #expect(bins.unserved.count == bins.lost.count && bins.binWidth == .milliseconds(200))
    #expect(bins.unserved.dropFirst(50).reduce(0, +) == Int(unserved))
    #expect(bins.unserved.dropFirst(50).prefix(50).allSatisfy { $0 == 0 }, "before the crash")
  }

  /// What is not answered yet when the run ends is a lower bound.
  @Test func aSilenceThatTheEndCutsShortIsALowerBound() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{port: 80}]}
      traffic: {arrivals: 100/s, clients: 5000, flow: {duration: 10 s, segment_interval: 200 ms}}
      faults: [{at: 15 s, crash: all}]
      run: {duration: 20 s}
      """)
    let silence = try #require(run.result[.flowOutageMax])
    #expect(silence.isCensored && silence.value > 4.5 && silence.value <= 5)
    #expect(run.result[.packetsLost].map { $0.value > 0 } == true)
  }

  /// What becomes of lost segments is told of those clients only that met it, and a load that breaks off does not climb.
  @Test func whereNobodyIsLeftNoSegmentIsAnswered() throws {
    func run(_ duration: String) throws -> PlayedCase {
      try PlayedCase(
        """
        farm: {nodes: 2, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
        traffic: {arrivals: 100/s, clients: 1000}
        faults: [{at: 20 s, crash: all}]
        run: {duration: \(duration)}
        """)
    }
    let whole = try run("60 s")
    let lost = whole.result.outcome.streams.reduce(0) { $0 + $1.counts.broken }
    #expect(
      whole.page.contains(
        "open connections, which their clients sent again until they gave up after 15 s (\(Readable.count(lost, "client")))."
      ), "\(whole.page)")
    #expect(
      whole.page.contains(
        "The load was still filling up when node1 and node2 lost power at 20 s: connections last 10 s on average and there "
          + "were none at the start."), "\(whole.page)")
    #expect(!whole.page.contains("the load climbs"))
    // Who has sent nothing since the crash does not wait for anything yet.
    let short = try run("20100 ms")
    let counts = short.result.outcome.streams.reduce(TrafficCounts()) { $0 + $1.counts }
    #expect(counts.silent > 0 && counts.silent < counts.unnoticed)
    #expect(
      short.page.contains(
        "open connections, which their clients sent again until the run ended (\(Readable.count(counts.silent, "client")))."
      ), "\(short.page)")
  }

  @Test func withoutATroubleNoConnectionIsSilent() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{port: 80}]}
      traffic: {arrivals: 100/s, flow: {duration: 10 s, segment_interval: 200 ms}}
      run: {duration: 20 s}
      """)
    #expect(run.result[.flowOutageMax] == nil)
    #expect(run.result[.packetsLostOfOpenConnections] == Measured(0))
  }
}

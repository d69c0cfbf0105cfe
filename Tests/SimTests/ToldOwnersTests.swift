import Engine
import Testing

@testable import Sim

/// What a question about owners, load, retries or drains is answered with, against what the run recorded.
@Suite struct ToldOwnersTests {
  private static func farm(
    _ faults: String, about: String = "owners", nodes: String = "4", rules: String = "",
    traffic: String =
      "{rule: web, arrivals: 100/s, clients: 2000, flow: {duration: {exponential: 3 s}, segment_interval: 500 ms}}",
    duration: Int = 40
  ) -> String {
    """
    about: \(about)
    farm:
      nodes: \(nodes)
      virtual_ip: 192.0.2.100
      groups: {web: {buckets: 64}, udp: {buckets: 16}}
      rules: [{port: 80, group: web, identity: address_port, name: web}, {port: 53, protocol: udp, group: udp, name: dns}]
    traffic: [\(traffic)]
    faults: [\(faults)]
    run: {duration: \(duration) s}
    """
  }

  /// By bucket of all groups, the only owner that it had last before an instant.
  private func owners(_ result: TrialResult, before limit: Instant) -> [NodeID?] {
    result.ownership.flatMap { timeline in
      var owners = [NodeID?](repeating: nil, count: timeline.bucketCount)
      for change in timeline.changes where change.at < limit && change.owners.count == 1 {
        owners[change.bucket.index] = change.owners.first
      }
      return owners
    }
  }

  // MARK: Owners

  @Test func aFaultThatMovesNothingIsToldBesideOneThatDoes() throws {
    let run = try PlayedCase(
      Self.farm(
        "{at: 15 s, for: 200 ms, pause: node2}, {at: 20 s, for: 250 ms, pause: node2}, {at: 25 s, for: 900 ms, pause: node2}"
      ))
    let first = owners(run.result, before: .zero + .seconds(25))
    let count = first.filter { $0 == NodeID(1) }.count
    #expect(
      run.answer.hasPrefix(
        "Up to 250 ms moved none, 900 ms moved \(count) of 80 buckets; \(count) moved to node1, node3 and node4 after node2 "
          + "stood still at 25 s for 900 ms and \(count) to node2 after node2 ran on at 25.9 s; when the run ended, every "
          + "bucket had the owner that it had before the first fault. "), "\(run.answer)"
    )
    let end = owners(run.result, before: .never)
    #expect(first == end)
  }

  /// Where a fault of another kind moves buckets too, no length of the one is to blame.
  @Test func aLengthIsToldOfOneFaultAlone() throws {
    let run = try PlayedCase(
      Self.farm(
        "{at: 15 s, for: 200 ms, pause: node2}, {at: 20 s, crash: node3}, {at: 30 s, for: 900 ms, pause: node2}"
      ))
    #expect(!run.answer.contains("moved none"), "\(run.answer)")
    #expect(run.answer.contains(", none after node2 stood still at 15 s for 200 ms"), "\(run.answer)")
  }

  /// A node that returns is asked about: whether it has what it had, and what that costs.
  @Test func aNodeThatHasItsBucketsBackIsToldFirst() throws {
    let run = try PlayedCase(Self.farm("{at: 15 s, crash: node2}, {at: 25 s, restart: node2}"))
    let (first, end) = (
      owners(run.result, before: .zero + .seconds(15)), owners(run.result, before: .never)
    )
    let count = first.filter { $0 == NodeID(1) }.count
    #expect(first == end && count > 0)
    let back = try #require(run.result.rebalances.last { $0.bucketsMoved > 0 })
    let time = Readable.time(try #require(back.lastMove))
    #expect(
      run.answer.hasPrefix("All \(count) buckets of node2 were back \(time) after node2 came back at 25 s"),
      "\(run.answer)")
    #expect(
      run.answer.contains(
        "; \(count) of 80 buckets had moved to node1, node3 and node4 after node2 lost power at 15 s."),
      "\(run.answer)")
    let losses = try #require(run.result.outcome.faults.last).losses
    #expect(
      run.answer.contains(" at 25 s, and by that no connection was lost and no connect had to be repeated; ")
        == (losses.withNode + losses.elsewhere + losses.repeated + losses.unanswered == 0), "\(run.answer)")
    // What stays elsewhere is not back.
    let stays = try PlayedCase(
      Self.farm("{at: 15 s, crash: node2}, {at: 25 s, restart: node2}, {at: 35 s, crash: node3}"))
    #expect(!stays.answer.contains(" were back "), "\(stays.answer)")
  }

  @Test func whoIsLeftWithEverythingIsTold() throws {
    let run = try PlayedCase(
      Self.farm("{at: 15 s, crash: node1}, {at: 20 s, crash: [node2, node4]}, {at: 30 s, restart: node1}"))
    #expect(
      run.answer.hasPrefix(
        "Node3 alone owned all 80 buckets after node2 and node4 lost power at 20 s; when the run ended, "),
      "\(run.answer)")
    #expect(owners(run.result, before: .zero + .seconds(30)).allSatisfy { $0 == NodeID(2) })
    let (first, end) = (
      owners(run.result, before: .zero + .seconds(15)), owners(run.result, before: .never)
    )
    let away = zip(first, end).filter { $0 != $1 }.count
    #expect(
      run.answer.contains(" \(away) buckets had another owner than before the first fault"), "\(run.answer)")
  }

  @Test func whatMovesNothingIsToldSo() throws {
    let tolerated = try PlayedCase(Self.farm("{at: 15 s, for: 250 ms, pause: node2}"))
    #expect(
      tolerated.answer.hasPrefix(
        "No bucket moved to another node after node2 stood still at 15 s for 250 ms; "),
      "\(tolerated.answer)")
    let unnoticed = try PlayedCase(Self.farm("{at: 15 s, one_way_cut: {from: node1, to: node2}}"))
    #expect(
      unnoticed.answer.hasPrefix(
        "Although node2 no longer heard node1 on lan, no bucket changed its owner or was without one; "),
      "\(unnoticed.answer)")
    let nothing = try PlayedCase(Self.farm(""))
    #expect(
      nothing.answer.hasPrefix("Whether buckets move is not known: nothing happens in this run. "),
      "\(nothing.answer)")
  }

  @Test func manyMovesAreCounted() throws {
    let faults = (0..<5).map { "{at: \(12 + 5 * $0) s, for: 2 s, crash: node\($0 % 4 + 1)}" }
    let run = try PlayedCase(Self.farm(faults.joined(separator: ", ")))
    let moving = run.result.rebalances.filter { $0.bucketsMoved > 0 }.count
    #expect(moving > 6)
    #expect(
      run.answer.hasPrefix(
        "Buckets moved to another node at \(moving) of the 10 times that a fault began or ended, "),
      "\(run.answer)")
  }

  // MARK: Load

  /// Shares are told from one fault to the next, and those of a node whose weight changes alone.
  @Test func loadIsToldFromFaultToFault() throws {
    let run = try PlayedCase(
      Self.farm(
        "{at: 15 s, weight: {node: node1, group: web, weight: 50}}, {at: 25 s, weight: {node: node1, group: web, weight: 0}}",
        about: "load"))
    let stretches = run.result.outcome.stretches
    #expect(stretches.map { $0.from.seconds } == [0, 15, 25])
    // What the stretches have together is what was measured.
    let all = run.result.outcome.phases.reduce(0) { $0 + $1.load.reduce(0) { $0 + $1.packets } }
    #expect(stretches.reduce(0) { $0 + $1.packets.joined().reduce(0, +) } == all)
    // What was begun goes where the weights say, at once.
    let begun = run.result.outcome.streams[0].counts.opened
    #expect(stretches.reduce(0) { $0 + $1.flows.joined().reduce(0, +) } <= begun)
    let shares = stretches.map { stretch in
      let all = stretch.flows.joined().reduce(0, +)
      return stretch.flows[0][0] == 0
        ? "none" : Readable.percent(Double(stretch.flows[0][0]) / Double(all))
    }
    #expect(shares[2] == "none", "\(shares)")
    #expect(
      run.answer.contains(
        "lost; node1 took \(shares[0]) of the new connections before the first change, \(shares[1]) after node1’s weight in "
          + "web became 50 at 15 s and none after node1’s weight in web became 0 at 25 s"
      ),
      "\(run.answer)")
    #expect(run.answer.hasPrefix("None of "), "\(run.answer)")
    #expect(stretches[2].owned[0][0] == 0 && stretches[0].owned[0].reduce(0, +) == 64)
  }

  @Test func eachGroupHasItsOwnShares() throws {
    let run = try PlayedCase(
      Self.farm(
        "{at: 20 s, crash: node2}", about: "load", nodes: "3",
        traffic: "{rule: web, arrivals: 100/s, clients: 2000}, {rule: dns, arrivals: 100/s, clients: 2000}"))
    let match = run.answer.prefixMatch(
      of:
        /Before the first fault, of the new connections for web node1 took \d+ %, node2 \d+ % and node3 \d+ %, of the requests for udp node1 \d+ %, node2 \d+ % and node3 \d+ %; after node2 lost power at 20 s, of the new connections for web node1 took \d+ % and node3 \d+ %, of the requests for udp node1 \d+ % and node3 \d+ %\./
    )
    #expect(match != nil, "\(run.answer)")
  }

  // MARK: Retries

  @Test func howOftenClientsHadToTryAgainIsTold() throws {
    let short = try PlayedCase(Self.farm("{at: 15 s, crash: node2}", about: "retries"))
    #expect(short.result[.connectsRepeatedTimes] == Measured(1))
    #expect(
      short.answer.prefixMatch(
        of: /Every one of [\d,]+ connects was answered, \d+ of them after one retry;/) != nil,
      "\(short.answer)")
    // A client tries again after 1 s each of the first times: who meets the first of 2.5 s without anybody needs three.
    let long = try PlayedCase(Self.farm("{at: 15 s, for: 2500 ms, network_down: lan}", about: "retries"))
    #expect(long.result[.connectsRepeatedTimes] == Measured(3))
    #expect(long.answer.contains(" of them after up to 3 retries"), "\(long.answer)")
    // Who is connected tries again in other steps, and is told beside it.
    for run in [short, long] {
      let silence = try #require(run.result[.flowOutageMax])
      #expect(silence.value > 0)
      #expect(
        run.answer.contains("open connections got no answer for \(Readable.longest(silence))"),
        "\(run.answer)")
    }
    let trials = (0..<2).map { trial in
      Simulation.run(short.scenario, seed: 1, trial: trial, keepsDetails: false, control: RunControl())
    }
    let silence = trials.compactMap { $0[.flowOutageMax]?.value }.max() ?? 0
    let all = Report.answer(scenario: short.scenario, result: trials[0], trials: trials)
    #expect(
      all.hasSuffix(
        " In no trial was a connect repeated more than once, and in none was an open connection without an answer for longer than "
          + "\(Readable.time(silence))."), "\(all)")
    let none = try PlayedCase(Self.farm("", about: "retries"))
    #expect(none.result[.connectsRepeatedTimes] == Measured(0))
    #expect(none.answer.hasPrefix("Every one of "), "\(none.answer)")
  }

  // MARK: Drains

  @Test func howLongADrainTookIsTold() throws {
    let run = try PlayedCase(
      Self.farm("{at: 15 s, drain: {nodes: node2, deadline: 60 s}}", about: "connections", duration: 80))
    let drain = try #require(run.result.outcome.drained.first)
    #expect(drain.node == NodeID(1) && drain.flowsCut == 0)
    let length = Readable.long(drain.at - (Instant.zero + .seconds(15)))
    #expect(
      run.answer.hasPrefix(
        "The drain of node2 took \(length), until the last connection had ended; none of "),
      "\(run.answer)")
    let told = try #require(run.result.timeline.first { $0.text.contains("is drained") })
    #expect(told.at == drain.at && told.node == NodeID(1))
  }

  @Test func aDeadlineThatCutsConnectionsIsTold() throws {
    let run = try PlayedCase(
      Self.farm("{at: 15 s, drain: {nodes: node2, deadline: 2 s}}", about: "connections"))
    let drain = try #require(run.result.outcome.drained.first)
    #expect(drain.flowsCut > 0)
    #expect(
      run.answer.contains(
        "the drain of node2 took \(Readable.long(drain.at - (Instant.zero + .seconds(15)))), until its deadline. "
      ),
      "\(run.answer)")
  }

  // MARK: Losses and outages

  @Test func lossesOfSeveralCausesAreToldApart() throws {
    let run = try PlayedCase(
      Self.farm(
        """
        {at: 15 s, drain: {nodes: node2, deadline: 1 s}, for: 5 s}, {at: 22 s, drain: {nodes: node4, deadline: 1 s}, for: 5 s}, \
        {at: 30 s, for: 3 s, commit_failure: node3}
        """, about: "connections"))
    let charged = run.result.outcome.faults.filter { $0.losses.elsewhere > 0 }
    #expect(charged.count == 2)
    for outcome in charged {
      let words = FaultText(run.scenario, run.result.outcome).happened(outcome.fault, isEnd: outcome.isEnd)
      #expect(run.answer.contains("\(outcome.losses.elsewhere) after \(words)"), "\(run.answer)")
    }
  }

  /// A farm that is down as a whole is more than nodes that are down one after the other.
  @Test func anOutageOfTheWholeFarmIsTold() throws {
    let all = try PlayedCase(Self.farm("{at: 15 s, for: 3 s, network_down: lan}", about: "outage"))
    #expect(all.result.outcome.longestBlackout >= 3)
    #expect(
      all.answer.contains(
        ", and for \(Readable.time(all.result.outcome.longestBlackout)) none was served at all"),
      "\(all.answer)")
    let one = try PlayedCase(Self.farm("{at: 15 s, for: 3 s, crash: node2}", about: "outage"))
    #expect(one.result.outcome.longestBlackout == 0 && !one.answer.contains("none was served"))
  }
}

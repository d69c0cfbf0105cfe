import Engine
import Testing

@testable import Sim

/// The first words of an answer are about the question, and say whom, when and how much.
@Suite struct FirstWordsTests {
  private static func farm(
    _ head: String, _ faults: String, nodes: String = "4",
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
    traffic: [\(traffic)]
    faults: [\(faults)]
    \(rest)
    """
  }

  // MARK: Yes or no

  private static let crash = "{at: 15 s, crash: node2}"

  @Test func aQuestionOfYesOrNoIsAnsweredWithThatWord() throws {
    func answer(_ condition: String, _ faults: String = Self.crash) throws -> String {
      try PlayedCase(Self.farm(condition, faults)).answer
    }
    let lost = "flows_lost: {with_failed_nodes: == 0, elsewhere: == 0}"
    #expect(
      try answer("yes_if: {\(lost)}").prefixMatch(of: /No: [\d,]+ of [\d,]+ connections were lost/) != nil)
    #expect(try answer("no_if: {\(lost)}").hasPrefix("Yes: "))
    #expect(try answer("no_if: {\(lost)}", "").hasPrefix("No: none of "))
    let json = try PlayedCase(Self.farm("yes_if: {\(lost)}", Self.crash)).json
    #expect(json.contains("\"word\": \"no\""))
    #expect(try PlayedCase(Self.farm("", Self.crash)).json.contains("\"word\": null"))
    // All of several must hold.
    #expect(
      try answer("yes_if: {connects_failed: == 0, flows_lost.with_failed_nodes: == 0}").hasPrefix("No: "))
    #expect(
      try answer("yes_if: {connects_failed: == 0, flows_lost.with_failed_nodes: '> 0'}").hasPrefix("Yes: "))
    #expect(try !answer("").contains(": no"))
  }

  /// What is asked for is told, also where nothing else speaks of it.
  @Test func whetherALiveNodeIsRemovedIsTold() throws {
    let run = try PlayedCase(
      Self.farm("yes_if: {false_removals: '> 0'}", "{at: 15 s, for: 10 s, loss: 5 %}", traffic: ""))
    #expect(
      run.answer.hasPrefix("No: no node was removed that was alive; although lan began to lose frames"),
      "\(run.answer)")
    let views = try PlayedCase(Self.farm("no_if: {view_changes: == 0}", Self.crash, traffic: ""))
    let count = Int(try #require(views.result[.viewChanges]).value)
    #expect(
      views.answer.hasPrefix("Yes: nodes changed their view of the farm \(count) times"), "\(views.answer)")
  }

  @Test func whatIsNotOverIsNotDecided() throws {
    let text = Self.farm(
      "yes_if: {hole_time.longest: <= 1 s}", "{at: 39900 ms, crash: node2}")
    #expect(try PlayedCase(text).answer.hasPrefix("Not decided when the run ended: "))
    let never = try PlayedCase(text, stoppedAt: .milliseconds(500))
    #expect(
      never.result.formedAt == nil
        && never.answer.hasPrefix("Not decided when the run ended: the farm had not"))
  }

  /// Of several trials it is said how many say what.
  @Test func trialsThatDifferAreCounted() throws {
    let sample = ReportSample()
    var scenario = sample.scenario
    scenario.yesCondition = YesCondition(
      .yes, if: [sample.expectation(.rebalanceTimeMax, .lessOrEqual, 0.53, "<= 530 ms")])
    let trials = sample.trials(60)
    let yes = trials.count { $0[.rebalanceTimeMax]?.value ?? 1 <= 0.53 }
    #expect(yes > 0 && yes < 60)
    let mixed = Report.answer(scenario: scenario, result: trials[0], trials: trials)
    #expect(
      mixed.hasPrefix("Of 60 trials, in \(yes) yes and in \(60 - yes) no: in the worst of 60 trials"),
      "\(mixed)")
    scenario.yesCondition?.bounds[0].bound = 1
    #expect(
      Report.answer(scenario: scenario, result: trials[0], trials: trials).hasPrefix(
        "Yes: in the worst of 60"))
  }

  @Test(arguments: [
    ("yes_if: {hole_time.longest: <= 1 s}\nno_if: {hole_time.longest: <= 1 s}", "f.yaml:2:"),
    ("yes_if: {hole_time.longst: <= 1 s}", "did you mean 'hole_time.longest'?"),
    ("no_if: {hole_time.longest: soon}", "compares nothing"), ("yes_if: {}", "no comparison"),
  ])
  func aConditionThatMeansNothingIsRefused(text: String, error: String) {
    guard case .failure(let problems) = Scenario.read(text: Self.farm(text, ""), name: "f.yaml") else {
      Issue.record("read")
      return
    }
    #expect(problems.problems.count == 1)
    #expect("\(problems.problems[0])".contains(error), "\(problems.problems)")
  }

  // MARK: Outages

  /// How long no bucket had an owner, and from when, by the owners over time.
  private func blackout(_ result: TrialResult) -> (from: Instant, length: Duration)? {
    var served = 0
    var longest: (from: Instant, length: Duration)?
    var since: Instant?
    let changes = result.ownership.flatMap(\.changes)
    var owners = [Int: Bool]()
    for change in changes {
      let isServed = !change.owners.isEmpty
      served += (isServed ? 1 : 0) - (owners[change.bucket.index] == true ? 1 : 0)
      owners[change.bucket.index] = isServed
      guard let formed = result.formedAt, change.at >= formed else { continue }
      if served == 0 {
        since = since ?? change.at
      } else if let from = since {
        if change.at - from > longest?.length ?? .zero { longest = (from, change.at - from) }
        since = nil
      }
    }
    return longest
  }

  @Test func aFarmThatIsDownAsAWholeIsToldFirst() throws {
    let run = try PlayedCase(Self.farm("about: connections", "{at: 15 s, for: 3 s, crash: all}"))
    let longest = try #require(blackout(run.result))
    #expect(
      run.answer.hasPrefix(
        "For \(Readable.time(longest.length)), from \(Readable.clock(longest.from)) on, no node served any client; "
      ),
      "\(run.answer)")
    #expect(!run.answer.contains("none was served at all"))
    let never = try PlayedCase(Self.farm("about: connections", "{at: 15 s, crash: all}"))
    #expect(
      never.answer.hasPrefix("For at least 25 s, from 15.000 s on, no node served any client; "),
      "\(never.answer)")
    let one = try PlayedCase(Self.farm("about: connections", Self.crash))
    #expect(!one.answer.contains("no node served"))
  }

  /// Applications that are slow are found out by checkers: until then nodes have their buckets, and the farm is not down.
  @Test func whatComesBeforeTheWholeFarmIsDownIsToldApart() throws {
    let run = try PlayedCase(
      """
      \(PlayedCase.checkedFarm)
      traffic: {arrivals: 50/s, clients: 500, flow: {duration: 2 s}}
      faults: [{at: 15 s, for: 10 s, application_slow: {node: all, delay: 2 s}}]
      run: {duration: 40 s}
      expect: {flows_broken: == 0}
      """)
    let from = try #require(run.result.outcome.blackoutFrom)
    #expect(from > .zero + .seconds(16))
    #expect(run.answer.hasPrefix("For "), "\(run.answer)")
    let before = Readable.time(from - (Instant.zero + .seconds(15)))
    #expect(
      run.answer.contains(
        " became 2 s slower, the first \(before) of it with nodes that still had their buckets"),
      "\(run.answer)")
  }

  // MARK: Owners

  @Test func whoTakesBucketsIsNamed() throws {
    let run = try PlayedCase(Self.farm("about: owners", "{at: 15 s, for: 10 s, kill: node3}"))
    let count = try #require(run.result.rebalances.first).bucketsMoved
    #expect(
      run.answer.contains(
        "; \(count) of 64 buckets moved to node1, node2 and node4 after node3’s daemon was killed at 15 s and "
          + "\(count) to node3 after node3’s daemon was started again at 25 s; "), "\(run.answer)")
  }

  /// The kernel serves on until the lease ends, then nobody does, then others do.
  @Test func whoServesAfterADaemonIsKilledComesFirst() throws {
    let run = try PlayedCase(Self.farm("about: owners", "{at: 15 s, for: 10 s, kill: node3}"))
    let changes = try #require(run.result.ownership.first).changes.filter { $0.at > .zero + .seconds(15) }
    let first = try #require(changes.first { $0.owners.isEmpty })
    let hole = try #require(run.result[.holeTimeLongest])
    #expect(run.result.outcome.holeFrom.map { $0 >= first.at } == true)
    let match = run.answer.prefixMatch(
      of:
        /Node3 itself served its clients for (\d+) ms more, until its lease ended at (15\.\d+) s, nobody did for up to/
    )
    let lease = try #require(match, "\(run.answer)").output
    #expect(abs(try #require(Double(lease.1)) / 1000 + 15 - first.at.seconds) < 0.002)
    #expect(
      run.answer.contains(" \(Readable.time(hole.value)), then node1, node2 and node4 did; "), "\(run.answer)"
    )
    #expect(!run.answer.contains(" for 10 s"), "a daemon is not killed for a time: \(run.answer)")
  }

  /// What moves after the next fault has struck is of the one that its owner was lost by.
  @Test func whatIsOvertakenHasMovedSomething() throws {
    let run = try PlayedCase(
      Self.farm("about: owners", "{at: 15 s, crash: node2}, {at: 15300 ms, crash: node3}"))
    #expect(run.result.rebalances.map { $0.bucketsMoved > 0 } == [true, true])
    #expect(!run.answer.contains("none after"), "\(run.answer)")
  }

  @Test func howOftenBucketsMoveAndWhoIsHeldDownIsTold() throws {
    let faults = (0..<5).map { "{at: \(20 + 8 * $0) s, for: 3 s, crash: node2}" }.joined(separator: ", ")
    let run = try PlayedCase(Self.farm("about: owners", faults, rest: "run: {duration: 70 s}"))
    let rebalances = run.result.rebalances
    let times = rebalances.count { $0.bucketsMoved > 0 }
    let round = rebalances.filter { $0.bucketsMoved == 0 && $0.bucketsThereAndBack > 0 }
    #expect(times > 3)
    // What goes there and back has not moved.
    let back =
      round.isEmpty
      ? "" : round.count == 1 ? ", and once there and back" : ", and \(round.count) times there and back"
    #expect(run.answer.hasPrefix("Buckets moved \(times) times\(back): "), "\(run.answer)")
    for rebalance in round {
      let (first, last) = (try #require(rebalance.firstMove), try #require(rebalance.lastMove))
      let count = rebalance.bucketsThereAndBack
      // From when to when, and not for how long: that would be read as the time since the return.
      #expect(first > .zero && first < last)
      let when = "from \(Readable.time(first)) to \(Readable.time(last))"
      #expect(
        run.answer.contains("\(count) there and back \(when) after node2 came back at "), "\(run.answer)")
    }
    #expect(run.answer.contains(" after node2 lost power at 20 s, 28 s"), "\(run.answer)")
    let line = try #require(run.result.timeline.first { $0.text.contains("is held down") })
    // While it has no power nobody keeps it out; when it is back it is held all the same.
    let held = run.result.outcome.heldDown
    let crashes = (0..<5).map { Instant.zero + .seconds(20 + 8 * $0) }
    let crash = try #require(crashes.first { $0 > line.at })
    #expect(held.first == HeldDown(node: NodeID(1), from: line.at, until: crash))
    let last = try #require(held.last)
    #expect(held.count > 1 && last.until == nil && last.from > .zero + .seconds(55))
    for time in held {
      let end = time.until ?? run.result.end
      #expect(crashes.allSatisfy { end <= $0 || $0 + .seconds(3) <= time.from })
    }
    let words = "ode2 was held down from \(Readable.clock(line.at)) to \(Readable.clock(crash))"
    #expect(run.answer.contains(words), "\(run.answer)")
    #expect(run.answer.contains(" from \(Readable.clock(last.from)) on, since "), "\(run.answer)")
    // The table has a row for each.
    #expect(run.summary.contains("  node2 was held down until \(Readable.clock(crash))"), "\(run.summary)")
    #expect(run.summary.contains("  node2 was held down until the run ended"), "\(run.summary)")
  }

  /// Once it is resumed it is held down no more.
  @Test func theEndOfBeingHeldDownIsTold() throws {
    let faults = (0..<5).map { "{at: \(20 + 8 * $0) s, for: 3 s, crash: node2}" }.joined(separator: ", ")
    let run = try PlayedCase(
      Self.farm("about: owners", faults + ", {at: 60 s, resume: node2}", rest: "run: {duration: 70 s}"))
    let held = try #require(run.result.outcome.heldDown.last)
    let until = try #require(held.until)
    #expect(until >= .zero + .seconds(60) && until < .zero + .seconds(61))
    #expect(
      run.answer.contains(" from \(Readable.clock(held.from)) to \(Readable.clock(until)), since "),
      "\(run.answer)")
  }

  @Test func whoPassesHeartbeatsOnIsTold() throws {
    let run = try PlayedCase(
      Self.farm(
        "about: owners", "{at: 15 s, for: 10 s, bridge: {left: [node1, node2], right: node4, by: node3}}"))
    let relayed = run.result.messages.map(\.relayed)
    #expect(relayed[2] > 0 && relayed.enumerated().allSatisfy { $0.offset == 2 || $0.element == 0 })
    #expect(
      run.answer.contains(
        "no bucket changed its owner or was without one; node3 passed on heartbeats of others in "
          + "\(Readable.count(relayed[2])) datagrams, and clients reached all 4 nodes meanwhile. "
      ),
      "\(run.answer)")
    // Each heartbeat of a node of one side goes to every node of the other in a datagram of its own.
    let sent = run.result.messages.map(\.heartbeats).reduce(0, +)
    #expect(Double(relayed[2]) > Double(sent) * 3 / 4 * 10 / 40, "\(relayed), \(sent)")
  }

  // MARK: Both halves of a split

  @Test func bothHalvesOfASplitAreTold() throws {
    let run = try PlayedCase(
      Self.farm("about: double", "{at: 15 s, for: 10 s, partition: [[node1, node2], [node3, node4]]}"))
    let until = Readable.time(try #require(run.result.rebalances.first?.total))
    #expect(
      run.answer.hasPrefix(
        "From \(until) after lan split into {node1, node2} and {node3, node4} at 15 s, node1 and node2 served all clients; node3 and node4 "
          + "had all 64 buckets too, but no client reached them. Two nodes "), "\(run.answer)")
    #expect(run.answer.contains(" after lan was whole again at 25 s, for "), "\(run.answer)")
    let hole = try #require(run.result[.holeTimeLongest]).value
    if hole > 0, let from = run.result.outcome.holeFrom, from >= .zero + .seconds(25) {
      #expect(
        run.answer.contains(
          "; as one of them gave way, buckets had no owner for up to \(Readable.time(hole))"),
        "\(run.answer)")
    }
    // The table has both, at the instant before the network is whole again.
    let timeline = try #require(run.result.ownership.first)
    let history = OwnershipHistory(timeline, end: run.result.end)
    for bucket in 0..<64 {
      let before = Instant.zero + .milliseconds(24_999)
      let beyond = try #require(timeline.unreached.last { $0.bucket.index == bucket && $0.at <= before })
        .nodes
      let owners = try #require(history.changes[bucket].last { $0.at <= before }).owners
      #expect(beyond.count == 1 && beyond.isSubset(of: NodeSet(bits: 0b1100)), "\(bucket): \(beyond)")
      #expect(owners.count == 1 && owners.isSubset(of: NodeSet(bits: 0b0011)), "\(bucket): \(owners)")
      let last = try #require(timeline.unreached.last { $0.bucket.index == bucket })
      #expect(last.nodes.isEmpty && last.at >= .zero + .seconds(25))
    }
    let table = try #require(
      ReportTables(
        scenario: run.scenario, result: run.result, histories: [(GroupID(0), history)],
        marks: ChartMarks(run.scenario, end: run.result.end)
      ).files.last
    ).text
    let lines = table.split(whereSeparator: \.isNewline)
    #expect(lines[0] == "time_s,group,bucket,owners,state,unreached")
    #expect(
      lines.contains { $0.hasSuffix(",owned,node3") } && lines.contains { $0.hasSuffix(",owned,node4") })
    #expect(
      lines.dropFirst().allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 6 })
  }

  /// Two would have answered: nobody was answered twice where no packet met it.
  @Test func aDoubleThatNoPacketMetIsNoAnswer() throws {
    let run = try PlayedCase(
      Self.farm(
        "about: double", "{at: 15 s, for: 900 ms, pause: node2}",
        traffic: "{arrivals: 1/s, clients: 10, flow: {duration: 100 ms}}"))
    #expect(try #require(run.result[.doubleOwnerTimeLongest]).value > 0)
    #expect(run.result[.packetsTwice] == Measured(0))
    #expect(
      run.answer.hasPrefix("Two nodes would have answered for the same bucket for up to "), "\(run.answer)")
    #expect(run.answer.contains(" after node2 ran on at 15.9 s, for "), "\(run.answer)")
    #expect(run.answer.contains(", but no packet was accepted twice; "), "\(run.answer)")
  }

  // MARK: Load

  /// A node that comes back takes its share of what is begun at once, and of the packets as older connections end.
  @Test func loadIsToldByWhatIsBegun() throws {
    let run = try PlayedCase(
      Self.farm(
        "about: load", "{at: 15 s, crash: node2}, {at: 25 s, restart: node2}",
        traffic: "{arrivals: 200/s, clients: 4000, flow: {duration: 1 min, segment_interval: 1 s}}"))
    let last = try #require(run.result.outcome.stretches.last)
    let (flows, packets) = (last.flows[0], last.packets[0])
    #expect(Double(flows[1]) / Double(flows.reduce(0, +)) > 0.2)
    #expect(Double(packets[1]) / Double(packets.reduce(0, +)) < 0.15)
    #expect(
      run.answer.contains(
        "after node2 came back at 25 s, of \(Readable.count(flows.reduce(0, +))) new connections node1 took "),
      "\(run.answer)")
    #expect(run.answer.contains("; older connections stay where they are, so that node"), "\(run.answer)")
  }

  /// Clients of different kinds are streams of their own, and have their own shares.
  @Test func eachStreamOfAGroupHasItsOwnShares() throws {
    let run = try PlayedCase(
      Self.farm(
        "about: load", "", nodes: "3",
        traffic:
          "{name: mobile, arrivals: 50/s, clients: {population: 500, nat: {share: 100 %, addresses: 1}}}, "
          + "{name: rest, arrivals: 50/s, clients: 500}"))
    let match = run.answer.prefixMatch(
      of:
        /Of the new connections of the stream mobile node1 took (\d+) %, node2 (\d+) % and node3 (\d+) %, of those of the stream rest node1 \d+ %/
    )
    let shares = try #require(match, "\(run.answer)").output
    let mobile = try #require(run.result.outcome.stretches.first).flows[0]
    #expect(Int(shares.1) == Int((Double(mobile[0]) / Double(mobile.reduce(0, +)) * 100).rounded()))
  }

  // MARK: Clients

  @Test func whatChanceLosesIsToldApart() throws {
    let run = try PlayedCase(
      Self.farm("about: connections", "{at: 12 s, crash: node2}, {at: 20 s, for: 15 s, loss: 5 %}"))
    let outcome = run.result.outcome
    let chance = outcome.faults.reduce(outcome.beforeFaults.repeatedByLoss) { $0 + $1.losses.repeatedByLoss }
    let crash = outcome.faults[0].losses
    #expect(chance > 20 && crash.repeated > crash.repeatedByLoss)
    let all = try #require(run.result[.connectsRepeated]).value
    #expect(
      run.answer.contains(
        "\(Int(all)) of them not at once: \(crash.repeated - crash.repeatedByLoss) after node2 lost power"),
      "\(run.answer)")
    #expect(run.answer.contains(" and \(chance) that were lost on the way"), "\(run.answer)")
    #expect(run.answer.contains(" after lan began to lose frames (5 % at every receiver)"), "\(run.answer)")
  }

  /// What a client of QUIC waits for is an answer to its first datagram, and no kernel tracks what follows.
  @Test func datagramsThatBelongTogetherAreNoRequests() throws {
    let run = try PlayedCase(
      Self.farm(
        "about: connections", "{at: 15 s, drain: node2}", rules: "{port: 443, protocol: udp, group: web}",
        traffic:
          "{arrivals: 20/s, flow: {duration: {exponential: 10 s}, segment_interval: 300 ms, on_move: breaks}}"
      ))
    let count = Int(try #require(run.result[.requestsSent]).value)
    #expect(
      run.answer.contains("very one of \(count) first datagrams of flows was answered"), "\(run.answer)")
    #expect(!run.answer.contains(" requests"))
    #expect(try #require(run.result[.flowsLostElsewhere]).value > 0)
    let told = try #require(run.result.timeline.first { $0.text.contains("is drained") })
    #expect(
      told.text
        == "node2 is drained, and cuts no flow that its kernel tracks; UDP flows, which no kernel tracks, go to other "
        + "nodes at once")
  }

  @Test func howLongDrainsTakeIsToldOverTheTrials() throws {
    let text = Self.farm(
      "", "{at: 15 s, drain: {nodes: node2, deadline: 60 s}}", rest: "run: {duration: 80 s}")
    let scenario = try Scenario.read(text: text, name: "case.yaml").get()
    let trials = (0..<4).map { trial in
      Simulation.run(scenario, seed: 1, trial: trial, keepsDetails: false, control: RunControl())
    }
    let lengths = trials.compactMap { $0.outcome.drained.first.map { $0.at - (Instant.zero + .seconds(15)) } }
    let (least, most) = (try #require(lengths.min()), try #require(lengths.max()))
    #expect(lengths.count == 4 && least < most)
    let answer = Report.answer(scenario: scenario, result: trials[0], trials: trials)
    #expect(
      answer.hasSuffix(
        " No trial lost a connection, and the longest drain took \(Readable.long(least)) to \(Readable.long(most))."
      ),
      "\(answer)")
    // The trial that is told is the one that took longest.
    #expect(answer.contains("the drain of node2 took \(Readable.long(most)), "), "\(answer)")
  }

  /// How long a drain must wait is answered with that, not with what it did not cost.
  @Test func howLongADrainTakesComesFirst() throws {
    let text = Self.farm(
      "", "{at: 15 s, drain: {nodes: node2, deadline: 60 s}}", rest: "run: {duration: 80 s}")
    let one = try PlayedCase(text)
    let length = try #require(one.result.outcome.drained.first).at - (Instant.zero + .seconds(15))
    #expect(
      one.answer.hasPrefix(
        "The drain of node2 took \(Readable.long(length)), until the last connection had ended; none of "),
      "\(one.answer)")
    let trials = (0..<4).map { trial in
      Simulation.run(one.scenario, seed: 1, trial: trial, keepsDetails: false, control: RunControl())
    }
    let lengths = trials.compactMap { $0.outcome.drained.first.map { $0.at - (Instant.zero + .seconds(15)) } }
    let (least, most) = (try #require(lengths.min()), try #require(lengths.max()))
    let all = Report.answer(scenario: one.scenario, result: trials[0], trials: trials)
    #expect(
      all.hasPrefix(
        "4 drains took \(Readable.long(least)) to \(Readable.long(most)), none was cut at its deadline of 60 s, and the next "
          + "would be the longest in one of 5 cases. In the worst of 4 "
      ),
      "\(all)")
    // The tables and the picture are about what is asked.
    let page = Report.markdown(
      scenario: one.scenario, result: trials[0], trials: trials, environment: ReportSample.environment)
    #expect(page.contains("| `drain_time.max` | 4 |"))
    #expect(page.contains("![Drain time over 4 trials: between "))
    for (trial, length) in zip(trials, lengths) {
      #expect(trial[.drainTimeMax] == Measured(Double(length.nanoseconds) / 1e9))
    }
    // Where a node is lost as well, its clients come first.
    let crash = try PlayedCase(Self.farm("", "{at: 15 s, drain: node2}, {at: 30 s, crash: node3}"))
    #expect(crash.answer.prefixMatch(of: /[\d,]+ of [\d,]+ connections/) != nil, "\(crash.answer)")
  }

  /// Many shares are a table, and the sentence says how far the farthest is from what buckets give.
  @Test func manySharesAreATable() throws {
    let run = try PlayedCase(
      Self.farm(
        "about: load", "{at: 15 s, crash: node2}, {at: 25 s, restart: node2}", nodes: "3",
        traffic:
          "{name: one, arrivals: 50/s, clients: 5000, flow: {duration: 1 s}}, "
          + "{name: two, arrivals: 50/s, clients: 5000, flow: {duration: 1 s}}"))
    #expect(
      run.answer.prefixMatch(
        of:
          /The new connections went to nodes as the buckets of each service lay, no node more than \d+ points? off: node/
      ) != nil, "\(run.answer)")
    #expect(run.answer.count { $0 == "%" } <= 4, "\(run.answer)")
    #expect(run.page.contains("What clients began, by part of the run"))
    #expect(run.page.contains("| new connections of the stream two |"))
    let last = try #require(run.result.outcome.stretches.last)
    let shares = Double(last.flows[1][1]) / Double(last.flows[1].reduce(0, +))
    #expect(run.page.contains(" \(Readable.share(shares)) |"))
  }

  // MARK: What an operator does is no fault

  @Test func whatIsOrderedIsAChange() throws {
    let upgrades = try PlayedCase(
      Self.farm("about: outage", "{at: 15 s, upgrade: node1}, {at: 20 s, upgrade: node2}"))
    #expect(
      upgrades.answer.hasPrefix(
        "Although the daemons of node1 and node2 were replaced one after the other, no "),
      "\(upgrades.answer)")
    #expect(upgrades.summary.contains("\nBy change\n") && !upgrades.summary.contains("fault"))
    let load = try PlayedCase(
      Self.farm("about: load", "{at: 15 s, drain: node2}, {at: 30 s, restart: node2}"))
    #expect(load.answer.hasPrefix("Before the first change, of "), "\(load.answer)")
    let both = try PlayedCase(
      Self.farm("about: outage", "{at: 15 s, drain: node2}, {at: 30 s, crash: node3}"))
    #expect(both.summary.contains("\nBy event\n"))
    let crash = try PlayedCase(
      Self.farm("about: outage", "{at: 15 s, crash: node2}, {at: 30 s, restart: node2}"))
    #expect(crash.summary.contains("\nBy fault\n"))
  }
}

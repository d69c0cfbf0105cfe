import Engine
import Foundation
import Testing

@testable import Sim

/// Words and columns mean the same whatever the fault is.
@Suite struct TrueWordsTests {
  private static func farm(_ faults: String, nodes: String = "4", rest: String = "run: {duration: 40 s}")
    -> String
  {
    """
    farm: {nodes: \(nodes), virtual_ip: 192.0.2.100, rules: [{port: 80, identity: address_port}]}
    traffic: {arrivals: 100/s, clients: 2000, flow: {duration: {exponential: 5 s}, segment_interval: 500 ms}}
    faults: [\(faults)]
    \(rest)
    """
  }

  private static let drain = "{at: 15 s, drain: {nodes: node2, deadline: 2 s}}"

  // MARK: With its node, or otherwise

  /// Networks hide nodes from their clients as a pulled cable does.
  @Test(arguments: [
    "{at: 15 s, for: 10 s, network_down: lan}",
    "{at: 15 s, for: 10 s, partition: [[node1, node2], [node3, node4]]}",
    "{at: 15 s, for: 10 s, interface_down: {node: node3, network: lan}}",
    "{at: 15 s, for: 10 s, loss: {downlink: 100 %, receivers: node3}}",
  ])
  func whatClientsDoNotReachIsLostWithItsNode(fault: String) throws {
    let run = try PlayedCase(Self.farm(fault))
    let lost = try #require(run.result[.flowsLostWithFailedNodes]).value
    #expect(lost > 20 && run.result[.flowsBrokenOutsideFailedNodes] == Measured(0), "\(run.answer)")
    let hidden = try #require(run.result.outcome.faults.first)
    #expect(Double(hidden.losses.withNode) > 0.9 * lost, "it is the fault that hid them")
  }

  /// A network that is down hides nobody whose clients have another way.
  @Test func anotherNetworkOfTheServiceHidesNobody() throws {
    let down = "{at: 15 s, for: 10 s, network_down: lan}"
    let one = try PlayedCase(Self.farm(down))
    #expect(one.scenario.hidden(by: one.scenario.faults[0].kind) == NodeSet(first: 4))
    let two = try PlayedCase(
      Self.farm(down, rest: "networks: {lan: , wan: }\nrun: {duration: 40 s}"))
    #expect(two.scenario.hidden(by: two.scenario.faults[0].kind).isEmpty)
    #expect(two.result[.flowsLostWithFailedNodes] == Measured(0))
    let split = FaultKind.partition([NodeSet(first: 1)], NetworkSet(first: 1))
    #expect(one.scenario.hidden(by: split) == NodeSet(bits: 0b1110))
  }

  /// A node without a lease has no flow any more, whatever its kernel still tracks: it forgets them before it serves again.
  @Test(arguments: [
    "{at: 15 s, for: 10 s, commit_failure: node2}", "{at: 15 s, for: 2 s, upgrade: node2}",
    "{at: 15 s, for: 2 s, stall: node2}",
  ])
  func whatANodeWithoutALeaseHadIsNoLiveNodes(fault: String) throws {
    let run = try PlayedCase(Self.farm(fault))
    #expect(try #require(run.result[.flowsReset]).value > 20)
    #expect(run.result[.flowsResetOutsideFailedNodes] == Measured(0), "\(run.summary)")
    #expect(!run.summary.contains("violated"), "\(run.summary)")
  }

  /// It is one rule for whatever keeps a node from serving, however it is done.
  @Test(arguments: [
    "{at: 15 s, for: 10 s, block_heartbeats: {node: node2, direction: out}}",
    "{at: 15 s, for: 10 s, one_way_cut: {from: node2, to: [node1, node3, node4]}}",
    "{at: 15 s, for: 2 s, upgrade: node2}", "{at: 15 s, for: 10 s, commit_failure: node2}",
    "{at: 15 s, for: 10 s, stall: node2}",
  ])
  func whateverKeepsANodeFromServingIsOneRule(fault: String) throws {
    let run = try PlayedCase(Self.farm(fault))
    #expect(try #require(run.result[.flowsLostWithFailedNodes]).value > 20, "\(run.summary)")
    #expect(run.result[.flowsBrokenOutsideFailedNodes] == Measured(0), "\(run.summary)")
    #expect(run.result[.flowsLostElsewhere] == Measured(0), "\(run.summary)")
    let losses = try #require(run.result.outcome.faults.first).losses
    #expect(Double(losses.withNode) == run.result[.flowsLostWithFailedNodes]?.value)
  }

  /// Nodes that go on serving on either side of a cut lose nothing with them: the others reset what they took over.
  @Test(arguments: [
    "{at: 15 s, for: 10 s, block_heartbeats: node2}",
    "{at: 15 s, for: 10 s, pair_cut: [node2, [node1, node3, node4]]}",
  ])
  func whatEitherSideTakesFromTheOtherIsLostOtherwise(fault: String) throws {
    let run = try PlayedCase(Self.farm(fault))
    let otherwise = try #require(run.result[.flowsLostElsewhere]).value
    #expect(otherwise > 100, "\(run.summary)")
    #expect(
      try #require(run.result[.flowsLostWithFailedNodes]).value < 0.1 * otherwise, "\(run.summary)")
  }

  /// What was lost where nothing had failed is told with its cause, and nothing is said that is not so.
  @Test func whatIsLostOtherwiseIsToldWithItsCause() throws {
    let fenced = try PlayedCase(Self.farm("{at: 15 s, for: 10 s, block_heartbeats: node2}"))
    #expect(fenced.answer.contains(" after node2’s firewall began to drop heartbeats"), "\(fenced.answer)")
    let both = try PlayedCase(
      Self.farm("\(Self.drain), {at: 25 s, restart: node2}, {at: 35 s, crash: node2}"))
    #expect(both.answer.contains(" with node2 and "), "\(both.answer)")
    for run in [fenced, both] {
      for text in [run.answer, run.summary, run.page] {
        #expect(!text.contains("nothing was wrong") && !text.contains("while it served"))
        #expect(!text.contains("which had not failed"))
      }
      #expect(run.summary.contains("lost otherwise"))
    }
  }

  // MARK: By weight

  @Test func loadIsMeasuredAgainstTheWeightsInForce() throws {
    let run = try PlayedCase(
      Self.farm(
        "{at: 20 s, weight: {node: small, group: web, weight: 25}}", nodes: "{big: 100, small: 100}",
        rest: "run: {duration: 60 s}"
      ).replacing("rules:", with: "groups: {web: {buckets: 1000}}, rules:"))
    func row(_ load: SkewRow.Load, _ phase: SkewRow.Phase) throws -> SkewRow {
      try #require(run.result.skew.first { $0.load == load && $0.phase == phase })
    }
    // A quarter of small's own 500 buckets stays with it, of 200 that are due to 25 beside 100; 1.75 beside 100 and 100.
    #expect(try abs(row(.buckets, .after).maxOverMean - 1.273) < 0.01)
    #expect(try row(.flows, .before).maxOverMean < 1.1 && row(.flows, .after).maxOverMean < 1.35)
    #expect(abs(try #require(run.result[.skewBucketsMaxOverMean]).value - 1.273) < 0.01)
    // Half before and a fifth after: each phase stands beside its own.
    #expect(run.summary.contains("by weight before") && run.summary.contains("by weight after"))
    let small = try run.row("small")
    #expect(small[0] == "50.0 %" && small.contains("20.0 %"), "\(small)")
    #expect(run.page.contains("Where a weight changes, each counts for as long as it was in force"))
  }

  @Test func aReloadThatChangesWeightsIsMeasuredLikewise() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.100, groups: {web: {buckets: 1000}}, rules: [{port: 80}]}
      faults: [{at: 20 s, reload: {farm: {groups: {web: {weights: {node2: 25}}}}}}]
      run: {duration: 40 s}
      """)
    #expect(try #require(run.result[.skewBucketsMaxOverMean]).value < 1.01)
    #expect(try run.row("node2").contains("20.0 %"))
    // What was reloaded stands in the title.
    let title = "node1 and node2 reloaded their farm file with groups.web.weights.node2 25"
    #expect(run.answer.contains(title), "\(run.answer)")
    #expect(try run.row(title).first == "20.000 s")
  }

  /// What is written as it was is not told, and what comes is named.
  @Test(
    arguments: [
      ("farm: {groups: {mail: , web: {buckets: 64}}}", "with groups.mail"),
      ("farm: {rules: [{port: 81}]}", "with other rules"),
      ("farm: {nodes: 5}", "with nodes node1 to node5"),
      ("farm: {nodes: 3}", "with nodes node1, node2 and node3"),
      ("without: groups.web.buckets", "without groups.web.buckets"),
      (
        "farm: {flap: off, rules: [{port: 81}]}, without: groups.web.buckets",
        "with flap off and other rules and without groups.web.buckets"
      ),
      ("farm: {groups: {web: {buckets: 64}}}", "as it was at the start"),
      ("farm: {groups: {web: }}", "as it was at the start"),
    ])
  func aReloadSaysWhatIsOtherwise(reload: String, expected: String) throws {
    let text = """
      farm:
        nodes: [node1, node2, node3, node4]
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: 64}}
        rules: [{port: 80, group: web}]
      faults: [{at: 20 s, reload: {\(reload)}}]
      run: {duration: 40 s}
      """
    let words = FaultText(try Scenario.read(text: text, name: "words.yaml").get())
      .happened(0, isEnd: false)
    #expect(words.contains("farm file \(expected)"), "\(words)")
  }

  /// Settings that some node never takes are not in force, and nobody is told to contradict himself.
  @Test(
    arguments: [
      ("farm: {nodes: [n1, n2, n3]}", "n1, n2 and n3 waited for n4"),
      ("nodes: n1, farm: {groups: {web: {buckets: 128}}}", "n1 waited for n2, n3 and n4"),
    ])
  func aReloadThatIsNeverInForceIsToldSo(reload: String, expected: String) throws {
    let run = try PlayedCase(
      """
      farm: {nodes: [n1, n2, n3, n4], virtual_ip: 192.0.2.100, groups: {web: {buckets: 64}}, rules: [{port: 80}]}
      faults: [{at: 20 s, reload: {\(reload)}}]
      run: {duration: 40 s}
      """)
    #expect(
      run.answer.hasPrefix("When the run ended, the reloaded settings were not in force: \(expected)"),
      "\(run.answer)")
    #expect(run.json.contains("\"staged_waits_for\": ["))
    #expect(!run.result.timeline.contains { $0.text.contains("contradict") })
    #expect(
      run.result.timeline.contains { $0.text.contains("n4 goes on as before") }
        == reload.contains("nodes: [n1"))
  }

  /// The cause of what was lost is named once.
  @Test func aReloadThatCutsEverybodyIsNamedOnce() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: [n1, n2], virtual_ip: 192.0.2.100, rules: [{port: 80}]}
      traffic: {rule: 80, arrivals: 50/s, clients: 200}
      faults: [{at: 20 s, reload: {farm: {rules: [{port: 81}]}}}]
      run: {duration: 60 s}
      """)
    #expect(run.answer.components(separatedBy: "reloaded their farm file").count == 2, "\(run.answer)")
    #expect(run.answer.contains("o bucket changed its owner or was without one"), "\(run.answer)")
    let from = try #require(run.result.outcome.streams[0].unmatchedFrom)
    #expect(from > .zero + .seconds(20) && from < .zero + .seconds(21))
    #expect(
      run.answer.hasPrefix(
        "From \(Readable.clock(from)) on no rule of the farm matched any client any more; "),
      "\(run.answer)")
    #expect(run.json.contains("\"unmatched_until\": null"))
    // What fails then is the reload's, whatever comes later.
    #expect(run.result.outcome.faults[0].losses.unanswered > 100)
  }

  /// Of a group that has other buckets later the clients stand in one row, and the other one says so.
  @Test func aGroupWithOtherBucketsHasItsClientsOnce() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.100, groups: {web: {buckets: 64}}, rules: [{port: 80}]}
      traffic: {rule: 80, arrivals: 50/s, clients: 200}
      faults: [{at: 20 s, reload: {farm: {groups: {web: {buckets: 128}}}}}]
      run: {duration: 40 s}
      """)
    #expect(try run.row("web (128 buckets)").last == "with web")
    // Those that were open when measuring began are not among them.
    #expect(run.summary.contains("  new connections"))
  }

  /// Of groups with other weights each node is due what the clients of each sent.
  @Test func groupsCountByWhatTheirClientsSent() throws {
    let run = try PlayedCase(
      """
      farm:
        nodes: {a: 100, b: 100}
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: 256}, mail: {buckets: 256, weights: {b: 0}}}
        rules: [{port: 80, group: web, identity: address_port}, {port: 25, group: mail, identity: address_port}]
      traffic:
        - {rule: 80, arrivals: 20/s, clients: 1000, flow: {duration: 100 ms}}
        - {rule: 25, arrivals: 180/s, clients: 1000, flow: {duration: 100 ms}}
      run: {duration: 60 s}
      """)
    // Mail is a's alone: 180 + 10 of 200 flows are due to it, not three quarters.
    let row = try #require(run.result.skew.first { $0.load == .flows })
    #expect(row.maxOverMean < 1.1, "\(row)")
    let share = try run.row("a")[0].replacing(" %", with: "")
    #expect(abs(try #require(Double(share)) - 95) < 1, "\(share)")
  }

  // MARK: By fault

  /// Packets that chance loses come again, whatever fault stood before them.
  @Test func whatChanceLosesIsToldApart() throws {
    let lossy = "networks: {lan: {loss: 2 %}}\nrun: {duration: 60 s}"
    let run = try PlayedCase(Self.farm("{at: 15 s, crash: node2}, {at: 30 s, restart: node2}", rest: lossy))
    let faults = run.result.outcome.faults.map(\.losses)
    let crash = faults[0].repeated - faults[0].repeatedByLoss
    // A quarter of 100/s for half a second; of 1,500 and 3,000 connects 2 % and, with the answer, 2 % more.
    #expect((5...30).contains(crash), "\(faults)")
    #expect(faults[1].repeated - faults[1].repeatedByLoss <= 2 && faults[1].repeatedByLoss > 30)
    #expect(run.summary.contains("not served at once  lost on the way"))
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(run.json.utf8)) as? [String: Any])
    let told = try #require((json["outcome"] as? [String: Any])?["faults"] as? [[String: Any]])
    #expect(told[0]["repeated_by_loss"] as? Int == faults[0].repeatedByLoss)
    #expect(told[0]["refused"] as? Int == 0 && told[0]["answered_twice"] as? Int == 0)
  }

  @Test func theTableByFaultNeedsNoClients() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 3, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
      faults: [{at: 15 s, crash: node2}, {at: 25 s, restart: node2}]
      run: {duration: 40 s}
      """)
    #expect(try run.row("node2 lost power").count == 2 && run.row("node2 came back").count == 2)
    #expect(run.summary.contains("the end of a fault: from the first bucket that was not whole"))
  }

  // MARK: What was not over

  @Test func aDrainThatWaitsIsToldSo() throws {
    let text = """
      farm: {nodes: 2, virtual_ip: 192.0.2.100, rules: [{port: 80, identity: address_port}]}
      traffic: {arrivals: 10/s, flow: {duration: 1 h, segment_interval: 5 s}}
      faults: [{at: 15 s, drain: {nodes: node2, deadline: 1 h}}]
      run: {duration: 30 s}
      """
    let run = try PlayedCase(text)
    let count = try #require(run.result.draining[NodeID(1)])
    #expect((50...100).contains(count))
    #expect(
      run.answer.hasSuffix(
        "When the run ended, node2 still waited for \(count) connections to end (its deadline is at 1 h)."),
      "\(run.answer)")
    #expect(run.json.contains("\"draining\": \(count)"))
    let over = try PlayedCase(text.replacing("deadline: 1 h", with: "deadline: 1 s"))
    #expect(over.result.draining.isEmpty && !over.answer.contains("still"))
  }

  @Test func aFirstPacketThatNeverCameIsALowerBound() throws {
    func first(_ traffic: String) throws -> Measured? {
      try PlayedCase(
        """
        farm: {nodes: 3, virtual_ip: 192.0.2.100, rules: [{port: 80}, {port: 25}]}
        \(traffic)
        faults: [{at: 15 s, crash: node2}]
        run: {duration: 40 s}
        """
      ).result[.rebalanceTimeFirstPacketMax]
    }
    let none = try #require(try first("traffic: {rule: 80, arrivals: 0.001/s, clients: 1}"))
    #expect(none.isCensored && none.value > 24 && none.value < 25)
    let some = try #require(try first("traffic: {rule: 80, arrivals: 1000/s, clients: 10000}"))
    #expect(!some.isCensored && some.value < 1)
    #expect(try first("") == nil, "no client is waited for")
  }

  /// Until the farm has formed nothing is measured, also where the run is stopped before.
  @Test(arguments: [300, 1500, 4000])
  func aRunThatIsStoppedBeforeMeasuringHasMeasuredNothing(milliseconds: Int) throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.100, rules: [{protocol: udp, port: 53}, {port: 80}]}
      traffic: [{rule: 53, arrivals: 500/s}, {rule: 80, arrivals: 100/s}]
      run: {duration: 30 s}
      """, stoppedAt: .milliseconds(milliseconds))
    for name in [Measure.packetsSent, .packetsLost, .requestsSent, .requestsFailed] {
      #expect(run.result[name] == Measured(0), "\(name)")
    }
    #expect(run.result[.clientOutageMax] == nil)
  }

  // MARK: What is said first

  @Test func aResumeIsAboutWhetherTheNodeServes() throws {
    let run = try PlayedCase(
      Self.farm("{at: 15 s, drain: node2}, {at: 16 s, resume: node2}", nodes: "2"))
    let soon = /Node2 served its 128 buckets [\d.]+ (?:s|ms|µs) after it was resumed;/
    #expect(run.answer.prefixMatch(of: soon) != nil, "\(run.answer)")
    let late = try PlayedCase(Self.farm("\(Self.drain), {at: 25 s, resume: node2}", nodes: "2"))
    #expect(late.answer.hasPrefix("When the run ended, of 256 buckets node2 owned none; "), "\(late.answer)")
  }

  @Test func anApplicationThatHangsComesBeforeItsKernelsBuckets() throws {
    let run = try PlayedCase(
      """
      about: outage
      farm:
        nodes: 3
        virtual_ip: 192.0.2.100
        rules: [{port: 80}]
        checkers: [{http: "http://127.0.0.1:80/", interval: 1 s, timeout: 500 ms}]
      traffic: {arrivals: 200/s}
      faults: [{at: 15 s, application_hang: node2}]
      run: {duration: 30 s}
      """)
    #expect(run.answer.hasPrefix("Node2 accepted clients whom its application did not serve for up to "))
    #expect(run.answer.contains(" was accepted at once") && !run.answer.contains("answered at once"))
    // A third of what came for the time that the application was silent, and was in service.
    let alone = run.result.outcome.streams[0].counts.connectsLeftAlone
    let silent = try #require(run.result[.applicationOutageMax]).value
    #expect(abs(Double(alone) - 200.0 / 3 * silent) < 50, "\(alone)")
    #expect(
      run.answer.contains(
        " was accepted at once, \(alone) of them by a node whose application did not serve them"),
      "\(run.answer)")
  }

  @Test func expectationsOfOutagesMakeItAQuestionOfOutage() throws {
    let run = try PlayedCase(
      Self.farm(
        "{at: 15 s, crash: node2}", rest: "run: {duration: 30 s}\nexpect: {hole_time.longest: <= 3 s}"))
    #expect(run.scenario.subject == .outage && run.answer.hasPrefix("Every bucket was served again "))
  }

  @Test func movesAreToldWhereTheyAreExpected() throws {
    let faults = "{at: 15 s, crash: node2}, {at: 25 s, restart: node2}"
    let run = try PlayedCase(
      Self.farm(faults, rest: "run: {duration: 40 s}\nexpect: {buckets_moved: <= 200, flows_broken: '>= 0'}"))
    let moved = try #require(run.result[.bucketsMoved]).value
    #expect(run.answer.contains("\(Int(moved)) buckets moved to another node, summed over all faults, "))
    #expect(try !PlayedCase(Self.farm(faults)).answer.contains("moved to another node"))
  }

  /// A third of three packets is a packet.
  @Test func aHandfulOfPacketsIsCounted() throws {
    let run = try PlayedCase(
      """
      about: load
      farm: {nodes: 2, virtual_ip: 192.0.2.100, rules: [{protocol: udp, port: 53, identity: address_port}]}
      traffic: {arrivals: {constant: 1/s}}
      run: {duration: 20 s}
      """)
    #expect(
      run.answer.wholeMatch(of: /Of 15 requests node1 took \d+ and node2 \d+; .*/) != nil, "\(run.answer)")
  }

  // MARK: By stream

  @Test func eachStreamHasItsLongestOutage() throws {
    let run = try PlayedCase(
      """
      farm:
        nodes: 2
        virtual_ip: 192.0.2.100
        groups: {web: {}, mail: {weights: {node2: 0}}}
        rules: [{port: 80, group: web}, {port: 25, group: mail}]
      traffic:
        - {name: shop, rule: 80, arrivals: 200/s}
        - {name: post, rule: 25, arrivals: 200/s}
      faults: [{at: 15 s, crash: node2}]
      run: {duration: 30 s}
      """)
    let longest = try #require(run.result[.clientOutageMax])
    #expect(run.result.outcome.streams.map(\.longestOutage) == [longest, nil])
    #expect(try run.row("shop").contains(Readable.measured(longest, .seconds)))
    #expect(run.json.contains("\"client_outage_longest\": "))
  }
}

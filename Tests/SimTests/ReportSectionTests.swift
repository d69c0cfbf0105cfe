import Engine
import Testing

@testable import Sim

/// What tables, captions and the words below them say, and what they leave out.
@Suite struct ReportSectionTests {
  private static let head = """
    farm:
      nodes: 4
      virtual_ip: 192.0.2.100
      groups: {web: {buckets: 64}}
      rules: [{port: 80, identity: address_port}]
    traffic: {arrivals: 100/s, flow: {duration: {exponential: 3 s}, segment_interval: 500 ms}}

    """

  private static func play(_ faults: String) throws -> PlayedCase {
    try PlayedCase("\(head)faults: [\(faults)]\nrun: {duration: 30 s}")
  }

  /// The caption tells what took longest, by the measure of the table.
  @Test func theCaptionOfThePhasesSaysWhichWasTheLongest() throws {
    let sample = ReportSample()
    let page = Report.markdown(
      scenario: sample.scenario, result: sample.result, trials: [], environment: ReportSample.environment)
    #expect(
      page.contains("Where the time of each rebalance went; the longest took 1.43 s after node2 came back."))
    let moved = try Self.play("{at: 15 s, drain: node2}")
    let rebalance = try #require(moved.result.rebalances.first)
    let (total, since) = (try #require(rebalance.total), rebalance.since)
    #expect(since > .zero)
    #expect(
      moved.page.contains(
        "; it took \(Readable.time(total)), counted from the first bucket that was not whole, "
          + "\(Readable.time(since)) after node2 began to drain"), "\(moved.page)")
  }

  /// Where nothing happens nothing is said of what happened.
  @Test func withoutAFaultNothingIsSaidOfFaults() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.100, rules: [{protocol: udp, port: 53}]}
      traffic: {arrivals: 100/s}
      run: {duration: 20 s}
      """)
    for words in [
      "## Who had to move", "before the first", "A loss is charged", "*Not served at once*",
      "lost *with* its node",
      "Where a weight changes", "group with a priority",
    ] {
      #expect(!run.page.contains(words), "\(words)")
    }
    #expect(run.page.contains("\nPackets are shares of what the nodes accepted; *by weight* is "))
  }

  /// A node that runs on before it is missed has neither a detection nor a commit, and the words for that are explained.
  @Test func aPauseThatNobodyMissesHasNoPhases() throws {
    let run = try Self.play("{at: 15 s, for: 200 ms, pause: node2}")
    let row = "node2 stood still | 15.000 s | none | none | none | none | 200 ms |"
    #expect(run.page.contains(row), "\(run.page)")
    #expect(run.page.contains("*none* that no view changed, or no commit was issued, because of it"))
    #expect(!run.page.contains("not told apart") && !run.page.contains("*not over*"))
  }

  /// A node reboots within 600 ms; some of its buckets are elsewhere for 151 ms after that, which 250 ms a pixel hide.
  @Test func aBriefStayIsToldFromItsBeginning() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 5, virtual_ip: 192.0.2.100, profile: one-second, rules: [{port: 80}]}
      traffic: {arrivals: 100/s, clients: 500}
      faults: [{at: 17.3 s, for: 600 ms, crash: node3}]
      run: {duration: 60 s}
      """)
    #expect(
      run.page.contains("here is that buckets went there and back, from 18.005 s to 18.157 s"), "\(run.page)")
  }

  /// What nobody is left to end is *not over* in the picture and in the table.
  @Test func whatIsNotOverHasOneWord() throws {
    let run = try Self.play("{at: 15 s, crash: all}")
    #expect(run.page.contains("| not over | not over | not over | not over | at least 15 s |"))
    let charts = ReportCharts(run.scenario, run.result, [run.result], summaries: [])
    let phases = try #require(charts.phases)
    #expect(phases.script.contains("'not over'") && !phases.script.contains("not told apart"))
    #expect(phases.finding.contains("; it took at least 15 s after "), "\(phases.finding)")
  }

  /// Two crashes of which the second strikes before the first is missed.
  @Test func whatAnotherPictureShowsHasNoneOfItsOwn() throws {
    let run = try Self.play("{at: 15 s, crash: node2}, {at: 15300 ms, crash: node3}")
    let charts = ReportCharts(run.scenario, run.result, [run.result], summaries: [])
    let close = try #require(charts.ownership.first?.close)
    #expect(close.count == 1)
    #expect(
      close[0].finding.contains(
        "around 15.000 s, when node2 lost power, and 15.300 s, when node3 lost power: "),
      "\(close[0].finding)")
    #expect(close[0].script.contains("'node2'") && close[0].script.contains("'node3'"))
    // Each has its own buckets, and what is node3's detection is no decision about node2.
    let found = run.result.rebalances
    #expect(found.map(\.bucketsMoved) == [16, 16] && found.map(\.bucketsMovedMinimum) == [16, 16])
    #expect(found[0].decision == nil && found[1].decision != nil)
  }

  /// A close look at what began before shows who had the buckets then.
  @Test func aCloseLookBeginsBeforeWhatIsNotWholeYet() throws {
    let (one, two) = (NodeSet(NodeID(0)), NodeSet(NodeID(1)))
    let changes = [
      OwnershipChange(at: .zero + .seconds(1), bucket: Bucket(0), owners: one),
      OwnershipChange(at: .zero + .milliseconds(20_000), bucket: Bucket(0), owners: .empty),
      OwnershipChange(at: .zero + .milliseconds(20_800), bucket: Bucket(0), owners: two),
    ]
    let history = OwnershipHistory(
      OwnershipTimeline(group: GroupID(0), bucketCount: 1, changes: changes), end: .zero + .seconds(100))
    func start(_ event: Int) throws -> Instant {
      let at = Instant.zero + .milliseconds(event)
      return try #require(
        OwnershipDrawing.closeUp(
          history, [0], from: at, lasting: Instant.zero + .milliseconds(20_800) - at, end: history.end)
      ).start
    }
    #expect(try start(20_300) == .zero + .milliseconds(19_875))
    // It was long ago, beside what is looked at.
    #expect(try start(20_720) == .zero + .milliseconds(20_700))
  }

  /// A share of a handful of packets says nothing.
  @Test func aFewPacketsHaveNoShares() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.100, groups: {web: {buckets: 64}}, rules: [{protocol: udp, port: 53}]}
      traffic: {arrivals: 5/s}
      faults: [{at: 60 s, weight: {node: node1, group: web, weight: 50}}]
      run: {duration: 120 s}
      """)
    let during = try #require(run.result.outcome.phases.first { $0.phase == .during })
    let count = during.load.reduce(0) { $0 + $1.packets }
    #expect(count < OutcomeTables.fewest)
    let head = try #require(run.summary.split(separator: "\n").first { $0.hasPrefix("  node ") })
    #expect(head.contains("packets before") && head.contains("packets after") && !head.contains("during"))
    if count > 0 {
      #expect(
        run.summary.contains("  During: \(Readable.count(count, "packet")) in all, too few for shares."))
    }
  }

  /// A port that a reload brings, and that no client goes to, is measured by nobody.
  @Test func aRuleWithoutClientsIsTold() throws {
    let run = try Self.play(
      "{at: 15 s, reload: {farm: {rules: [{port: 80, identity: address_port}, {port: 8443, identity: address_port}]}}}"
    )
    let words = "No client of the scenario goes to TCP port 8443: nothing is measured there."
    #expect(IdleRules(run.scenario).words == words && run.page.contains(words))
    let all = try Self.play("{at: 15 s, crash: node2}")
    #expect(IdleRules(all.scenario).words == nil)
  }

  /// Moves that need not have been are summed below their table.
  @Test func unneededMovesAreSummed() throws {
    let sample = ReportSample()
    var result = sample.result
    func page() -> String {
      Report.markdown(
        scenario: sample.scenario, result: result, trials: [], environment: ReportSample.environment)
    }
    #expect(!page().contains("were not**"))
    result.rebalances[0].bucketsMovedMinimum = 200
    #expect(page().contains("Of 512 moves in all 456 were needed and **56 were not**."))
  }

  /// A reload has room for its name in a picture, and not for what it changes.
  @Test func aReloadIsBriefInAPicture() throws {
    let run = try Self.play("{at: 15 s, reload: {farm: {groups: {web: {weights: {node1: 50}}}}}}")
    let rebalance = try #require(run.result.rebalances.first)
    let words = FaultText(run.scenario, run.result.outcome)
    #expect(words.brief(rebalance) == "node1, node2, node3 and node4 reloaded their farm file")
    #expect(words.happened(rebalance).hasPrefix(words.brief(rebalance) + " with "))
  }
}

import Engine
import Testing

@testable import Sim

/// The lines of a story name what happened, when it happened, and whom it happened to.
@Suite struct StoryWordsTests {
  private static func play(
    _ faults: String, nodes: String = "3", farm: String = "", rest: String = "run: {duration: 40 s}"
  ) throws -> PlayedCase {
    try PlayedCase(
      """
      farm: {nodes: \(nodes), virtual_ip: 192.0.2.100, rules: [{port: 80}]\(farm)}
      traffic: {arrivals: 100/s, clients: 1000, flow: {duration: 1 s}}
      faults: [\(faults)]
      \(rest)
      """)
  }

  private func lines(_ run: PlayedCase, _ text: String) -> [TimelineEntry] {
    run.result.timeline.filter { $0.text.contains(text) }
  }

  // MARK: Nodes that leave and join

  /// A node that is out of service is there: only one that leaves has left.
  @Test func whoIsOutOfServiceHasNotLeft() throws {
    let checkers = ", checkers: [{tcp: 80, interval: 500 ms, timeout: 200 ms, threshold: 2}]"
    let standby = try Self.play("{at: 15 s, application_crash: node2}", farm: checkers)
    #expect(lines(standby, "is the first to hear that node2 is standby").count == 1)
    #expect(lines(standby, "has left").isEmpty)
    let deaf = try Self.play("{at: 15 s, for: 10 s, loss: {downlink: 100 %, receivers: node2}}")
    #expect(
      lines(deaf, "is the first to hear that node2 is deaf").count == 1 && lines(deaf, "has left").isEmpty)
    // What it hears no more itself is no news of the others, and neither is what it hears again.
    #expect(lines(deaf, "node2 is the first to miss").isEmpty && lines(deaf, "heard again").isEmpty)
    #expect(lines(deaf, "node2 hears node1 no more").count == 1)
    // Out of service it notices that it is deaf only after it has ceased to hear the others.
    let both = try Self.play(
      "{at: 12 s, application_crash: node2}, {at: 20 s, loss: {downlink: 100 %, receivers: node2}}",
      farm: checkers)
    #expect(lines(both, "node2 is deaf").count >= 1 && lines(both, "node2 is the first to miss").isEmpty)
    #expect(lines(both, "node2 hears node1 no more").count == 1)
    let left = try Self.play("{at: 15 s, leave: node2}")
    #expect(lines(left, "node2 has left, says ").count == 1)
  }

  /// A node that starts finds the others: they have been there all the time.
  @Test func whoStartsFindsTheOthers() throws {
    let run = try Self.play("{at: 15 s, crash: node2}, {at: 25 s, restart: node2}")
    let joins = lines(run, " joins, first seen by ").filter { $0.at >= .zero + .seconds(25) }
    #expect(joins.map(\.text).allSatisfy { $0.hasPrefix("node2 joins, first seen by ") })
    #expect(joins.count == 1 && joins.first?.node != NodeID(1))
    #expect(lines(run, "node2 hears others: ").filter { $0.at >= .zero + .seconds(25) }.count == 1)
  }

  // MARK: Times

  /// A lease is over when the kernel lets it go, and not when a daemon that stood still finds out.
  @Test func theEndOfALeaseIsToldWhenItIs() throws {
    let run = try Self.play("{at: 15 s, for: 10 s, stall: node2}")
    let end = try #require(lines(run, "the lease of node2 ends").first)
    let hole = try #require(
      run.result.ownership[0].changes.first { $0.at > .zero + .seconds(15) && $0.owners.isEmpty })
    #expect(end.at == hole.at && end.at < .zero + .milliseconds(15_500) && end.kind == .alarm)
    let found = try #require(lines(run, "node2 finds its lease over").first)
    #expect(found.at >= .zero + .seconds(25) && lines(run, "has lost its lease").isEmpty)
  }

  /// A daemon knows by how much its timer was late: it stood still for at least that.
  @Test func howLongANodeStoodStillIsALowerBound() throws {
    let run = try Self.play("{at: 15 s, for: 900 ms, pause: node2}")
    let line = try #require(lines(run, "notices that it stood still").first)
    let match = try #require(
      line.text.wholeMatch(of: /node2 notices that it stood still for at least (\d+) ms/))
    #expect(try #require(Int(match.1)) <= 900)
    // As long times are told elsewhere, and not longer than it was.
    let long = try Self.play("{at: 15 s, for: 2500 ms, pause: node2}")
    let other = try #require(lines(long, "notices that it stood still").first)
    let time = try #require(
      other.text.wholeMatch(of: /node2 notices that it stood still for at least (\d\.\d\d?) s/))
    #expect(try #require(Double(time.1)) <= 2.5)
  }

  @Test func whenTheFarmHasFormedIsALine() throws {
    let run = try Self.play("{at: 15 s, crash: node2}")
    let line = try #require(lines(run, Story.formed).first)
    #expect(lines(run, Story.formed).count == 1 && line.at == run.result.formedAt && line.node == nil)
    // Also where a fault came before.
    let early = try Self.play("{at: 500 ms, crash: node2}")
    let formed = try #require(early.result.formedAt)
    #expect(formed > .zero + .milliseconds(500))
    #expect(early.page.contains("| \(Readable.clock(formed)) | farm | \(Story.formed) |"))
    #expect(!early.page.contains(" later, the last at"))
  }

  // MARK: What is shown

  /// A node gets its buckets from several others, in several lines: shown is their sum.
  @Test func whatIsHandedOverIsShownAsAWhole() throws {
    let run = try Self.play("{at: 15 s, crash: node2}, {at: 25 s, restart: node2}", nodes: "6")
    let handed = run.result.timeline.compactMap(\.claim).filter { $0.reason == .handOver }
    let back = run.result.timeline.filter { $0.at >= .zero + .seconds(25) && $0.claim != nil }
    #expect(back.count > 2 && handed.count >= back.count)
    let sum = back.reduce(0) { $0 + ($1.claim?.count ?? 0) }
    let shown = StorySelection(run.result.timeline, formed: nil, rebalances: run.result.rebalances)
    let line = try #require(shown.entries.filter { $0.claim != nil && $0.node == NodeID(1) }.last)
    #expect(line.text.hasPrefix("node2 is handed \(sum) buckets of default") && line.claim?.count == sum)
    #expect(shown.entries.count { $0.claim != nil && $0.node == NodeID(1) } == 1)
    let all = shown.entries.reduce(0) { $0 + ($1.claim == nil ? 1 : 0) } + back.count
    #expect(all <= run.result.timeline.count)
  }

  /// What comes of two nodes that are missed one after the other is not put together.
  @Test func whatComesOfTwoLossesIsToldApart() throws {
    let run = try Self.play("{at: 15 s, crash: node2}, {at: 15300 ms, crash: node3}", nodes: "4")
    let shown = StorySelection(run.result.timeline, formed: nil, rebalances: run.result.rebalances)
    let taken = shown.entries.filter { $0.claim?.reason == .takeOver }
    #expect(taken.count == 4 && taken.allSatisfy { !$0.text.contains("until") }, "\(taken.map(\.text))")
  }

  /// What has no room is counted, with its buckets.
  @Test func whatHasNoRoomIsCounted() {
    func claim(_ node: Int, _ ms: Int, _ count: Int) -> TimelineEntry {
      TimelineEntry(
        at: .zero + .milliseconds(ms), node: NodeID(node), kind: .ownership,
        text: "node\(node + 1) takes over \(count) buckets of web",
        claim: TimelineEntry.Claim(group: GroupID(0), count: count, reason: .takeOver))
    }
    let story =
      [TimelineEntry(at: .zero + .seconds(20), node: NodeID(63), kind: .fault, text: "node64 loses power")]
      + (0..<60).map { claim($0, 20_500, 2) } + [claim(3, 20_501, 5), claim(3, 22_000, 1)]
    let shown = StorySelection(story, formed: .zero + .seconds(1), rebalances: [])
    #expect(shown.entries.contains { $0.text == "node4 takes over 7 buckets of web" })
    #expect(
      shown.entries.last?.text == "55 more such lines in events.csv, of 109 buckets",
      "\(shown.entries.map(\.text))")
    #expect(shown.omitted == 55 && shown.lastOmitted == .zero + .seconds(22))
  }

  /// Where a node ends is worth more than the way there.
  @Test func aStandbyIsWorthMoreThanTheWayThere() throws {
    let faults = (0..<5).map { "{at: \(20 + 8 * $0) s, for: 3 s, crash: node2}" }.joined(separator: ", ")
    let run = try Self.play(faults, nodes: "4", rest: "run: {duration: 70 s}")
    let shown = StorySelection(run.result.timeline, formed: nil, rebalances: run.result.rebalances)
    let standby = lines(run, "node2 is standby")
    #expect(
      !standby.isEmpty
        && standby.allSatisfy { line in shown.entries.contains { $0.at == line.at && $0.text == line.text } })
    #expect(run.page.contains("Not shown: ") && run.page.contains(" lines of the farm’s start and "))
  }

  /// A caption says how many buckets were hit at once, and not only how many over the run.
  @Test func aCaptionSaysHowManyAtOnce() throws {
    let run = try Self.play(
      "{at: 12 s, for: 200 ms, pause: node1}, {at: 17 s, for: 200 ms, pause: node2}, {at: 22 s, for: 200 ms, pause: node3}"
    )
    let history = OwnershipHistory(run.result.ownership[0], end: run.result.end)
    let trouble = OwnershipTrouble(history, from: .zero, to: run.result.end)
    #expect(trouble.hole.buckets == 256 && trouble.hole.mostAtOnce < 100 && trouble.hole.mostAtOnce > 80)
    #expect(
      trouble.words.hasPrefix(
        "256 buckets, \(trouble.hole.mostAtOnce) of them at once at most, had no owner for up to 200 ms"),
      "\(trouble.words)")
  }
}

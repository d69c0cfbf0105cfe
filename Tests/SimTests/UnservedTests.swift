import Engine
import Foundation
import Testing

@testable import Sim

/// Buckets whose owner has them and whose application does not serve: what text, tables, pictures and figures call that.
@Suite struct UnservedTests {
  private static let checkers = """
    checkers: [{http: "http://127.0.0.1/", interval: 1 s, timeout: 500 ms, threshold: 3, action: restart}]
      application: {restart: x, start_time: 3 s}
    """

  private static func play(_ faults: String, farm: String = "", duration: Int = 50) throws -> PlayedCase {
    try PlayedCase(
      """
      farm:
        nodes: 4
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: 64}}
        rules: [{port: 80, identity: address_port}]
        \(farm)
      traffic: {arrivals: 300/s, clients: 3000}
      faults: [\(faults)]
      run: {duration: \(duration) s}
      """)
  }

  /// node2 has its buckets all the time, but for a millisecond: nobody is without an owner for seconds.
  @Test func aHangIsNoHole() throws {
    let run = try Self.play("{at: 20 s, application_hang: node2}", farm: Self.checkers)
    let total = try #require(run.result.rebalances.first?.total)
    #expect(total > .milliseconds(2400) && total < .milliseconds(3510))
    let length = Readable.time(total)
    #expect(run.answer.contains("every bucket was served again \(length) after node2’s application hung"))
    #expect(!run.answer.contains("exactly one owner again"))
    #expect(try #require(run.result[.holeTimeLongest]).value < 0.01)
    let group = try #require(run.result.outcome.groups.first)
    #expect(abs(group.longestUnserved - total.seconds) < 0.01 && group.longestHole < 0.01)
    // The pictures and the table of owners tell the two apart.
    #expect(
      run.page.contains(
        /had no owner for up to [\d.]+ .s, 16 buckets had an owner whose application did not serve for/),
      "\(run.page)")
    let files = ReportTables(
      scenario: run.scenario, result: run.result,
      histories: run.result.ownership.map { ($0.group, OwnershipHistory($0, end: run.result.end)) },
      marks: ChartMarks(run.scenario, end: run.result.end)
    ).files
    let owners = try #require(files.first { $0.name == "ownership.csv" }).text
    #expect(owners.contains(/\n20,web,\d+,node2,unserved/))
  }

  /// No checker finds out, and the outage is the fault's: from the crash until the application has started again.
  @Test func anOutageWithoutCheckersIsARebalance() throws {
    let run = try Self.play(
      "{at: 20 s, for: 5 s, application_crash: node2}", farm: "application: {start_time: 2 s}")
    #expect(run.result[.rebalanceTimeMax] == Measured(7))
    #expect(run.result[.holeTimeLongest] == Measured(0))
    #expect(
      run.answer.contains("every bucket was served again 7 s after node2’s application crashed"),
      "\(run.answer)")
    let lasting = try Self.play("{at: 20 s, application_crash: node2}")
    let open = try #require(lasting.result[.rebalanceTimeMax])
    #expect(open.isCensored && abs(open.value - 30) < 1e-9)
    #expect(lasting.result.unsettled == UnsettledBuckets(unserved: 16))
    #expect(
      lasting.answer.contains(
        "30 s after node2’s application crashed, when the run ended, 16 buckets still had an owner whose application did "
          + "not serve"), "\(lasting.answer)")
  }

  /// Where the applications of all nodes fail nobody is served, though every bucket has an owner.
  @Test func aFarmOfDeadApplicationsServesNobody() throws {
    let run = try Self.play("{at: 20 s, for: 5 s, application_hang: all}")
    #expect(run.result.outcome.longestBlackout == 5 && !run.result.outcome.endsInBlackout)
    #expect(
      run.answer.hasPrefix("For 5 s, from 20.000 s on, no node served any client; "), "\(run.answer)")
  }

  /// What an end finds mended at once disturbed nothing: it is no value, and not in the mean.
  @Test func whatDisturbsNothingIsNoValue() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 4, virtual_ip: 192.0.2.1, profile: vm-safe, rules: [{port: 80}]}
      traffic: {arrivals: 100/s}
      faults: [{at: 30 s, for: 1 s, pause: node2}, {at: 40 s, for: 1500 ms, pause: node3}]
      run: {duration: 60 s, warm_up: 12 s}
      """)
    #expect(run.result.rebalances.map(\.total) == [.seconds(1), nil, .milliseconds(1500), nil])
    #expect(run.result[.rebalanceTimeMean] == Measured(1.25))
    #expect(run.result[.rebalanceTimeCount] == Measured(2))
    #expect(try run.row("node2 ran on") == ["31.000 s", "–", "0"])
    #expect(run.page.contains("On average it took 1.25 s, over the 2 of 4 that disturbed a bucket."))
    #expect(!run.summary.contains("at once  ") && !run.page.contains("| at once |"))
  }

  /// One outage of several faults, or times that count from different instants, have no mean worth a sentence.
  @Test func unlikeTimesHaveNoMean() throws {
    func page(_ faults: String) throws -> (page: String, count: Double) {
      let run = try PlayedCase(
        """
        farm: {nodes: 4, virtual_ip: 192.0.2.1, rules: [{port: 80}]}
        traffic: {arrivals: 100/s}
        faults: [\(faults)]
        run: {duration: 60 s}
        """)
      // The table says what the sentence says.
      #expect(run.page.contains("On average it took") != run.page.contains("| `rebalance_time.mean` | – |"))
      return (run.page, try #require(run.result[.rebalanceTimeCount]).value)
    }
    let mixed = try page("{at: 20 s, for: 10 s, crash: node2}")
    #expect(mixed.count == 2 && !mixed.page.contains("On average it took"))
    let overlapping = try page("{at: 20 s, crash: node2}, {at: 20200 ms, crash: node3}")
    #expect(overlapping.count == 2 && !overlapping.page.contains("On average it took"))
    let alike = try page("{at: 20 s, crash: node2}, {at: 40 s, crash: node3}")
    #expect(alike.count == 2 && alike.page.contains("On average it took"))
  }

  /// The load is measured once the farm has formed, and nobody is served before.
  @Test func anEarlyFaultSaysFromWhenOnTheLoadIsMeasured() throws {
    let run = try PlayedCase(PlayedCase.crashBeforeTheFarmHasFormed)
    let from = try #require(run.result.measuredFrom)
    #expect(from > .zero + .seconds(5))
    #expect(run.page.contains("During: \(Readable.moment(from)) to "), "\(run.page)")
    let first = try #require(run.result.ownership[0].changes.first { !$0.owners.isEmpty }?.at)
    #expect(
      run.answer.contains(", and no client was served before \(Readable.clock(first))"), "\(run.answer)")
  }

  // MARK: Windows

  /// The node is back seven seconds after the last fault of the plan: until then the farm has not settled.
  @Test func afterBeginsOnceTheFarmHasSettled() throws {
    let run = try Self.play("{at: 20 s, application_hang: node2}", farm: Self.checkers)
    let back = try #require(run.result.rebalances.first { $0.healthy != nil })
    let after = try #require(run.result.outcome.owned.first { $0.phase == .after })
    #expect(after.from >= back.at + run.scenario.settlingTime)
    #expect(after.from <= back.at + 2 * run.scenario.settlingTime + .seconds(1))
    // Each node owns a quarter in it.
    #expect(after.seconds.allSatisfy { abs($0 / after.seconds.reduce(0, +) - 0.25) < 0.001 })
    #expect(
      run.summary.contains("  Before: 5 s to 20 s; during: 20 s to \(Readable.moment(after.from)); after: "))
  }

  /// A farm that a fault leaves for good as it is has settled all the same.
  @Test(arguments: [
    "application_crash: node2", "application_slow: {node: node2, delay: 2 s}", "crash: node2",
  ])
  func afterBeginsThoughNobodyReturns(_ fault: String) throws {
    let checkers = "checkers: [{http: \"http://127.0.0.1/\", interval: 1 s, timeout: 500 ms, action: wait}]"
    let run = try Self.play("{at: 20 s, \(fault)}", farm: checkers)
    let after = try #require(run.result.outcome.owned.first { $0.phase == .after })
    #expect(after.seconds[1] == 0 && after.from < .zero + .seconds(30))
  }
}

import Engine
import Testing

@testable import Sim

/// Whose doing what happens is, where faults follow each other.
@Suite struct ChargedFaultTests {
  private static func play(
    _ faults: String, farm: String = "", traffic: String = "arrivals: 200/s, clients: 2000",
    for length: String = "60 s", rest: String = ""
  ) throws -> PlayedCase {
    try PlayedCase(
      """
      farm:
        nodes: [n1, n2, n3, n4]
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: 64}}
        rules: [{port: 80}]
        \(farm)
      traffic: {rule: 80, \(traffic)}
      faults: [\(faults)]
      run: {duration: \(length)}
      \(rest)
      """)
  }

  private static func total(_ run: PlayedCase, _ fault: Int, isEnd: Bool = false) -> Duration? {
    run.result.rebalances.first { $0.fault == fault && $0.isEnd == isEnd }?.total
  }

  private static let checkers = "checkers: [{http: \"http://127.0.0.1:80/\", interval: 1 s, timeout: 500 ms}]"

  /// Checkers that a reload brings find out what had been hanging before.
  @Test func aHangIsChargedWithItsOwnRebalance() throws {
    let run = try Self.play(
      "{at: 15 s, application_hang: n2}, {at: 20 s, reload: {farm: {\(Self.checkers)}}}")
    let hang = try #require(Self.total(run, 0))
    #expect(hang > .seconds(5) && hang < .seconds(12))
    #expect(Self.total(run, 1) == nil, "\(run.summary)")
    // What it does not serve is its own too, for as long as nobody finds out.
    let quiet = try Self.play("{at: 15 s, application_hang: n2}, {at: 40 s, reload: all}")
    let lasting = try #require(quiet.result.rebalances.first { $0.fault == 0 && !$0.isEnd })
    #expect(lasting.total == .seconds(45) && !lasting.isOver, "\(quiet.summary)")
    #expect(Self.total(quiet, 1) == nil)
  }

  /// An order that comes while another one is carried out has what it does itself.
  @Test func ordersThatFollowEachOtherHaveTheirOwn() throws {
    let run = try Self.play("{at: 20 s, drain: n1}, {at: 20100 ms, drain: n2}, {at: 20200 ms, reload: all}")
    for fault in [0, 1] {
      let total = try #require(Self.total(run, fault))
      #expect(total < .milliseconds(150), "\(run.summary)")
    }
    #expect(Self.total(run, 2) == nil, "\(run.summary)")
    let back = try Self.play(
      "{at: 15 s, crash: [n1, n2]}, {at: 30 s, restart: n1}, {at: 30100 ms, restart: n2}")
    for fault in [1, 2] {
      let moved = try #require(Self.total(back, fault))
      #expect(moved < .milliseconds(300), "\(back.summary)")
    }
  }

  /// What clients lose while the buckets of a node that is gone have no owner is the crash's, whatever strikes meanwhile.
  @Test(arguments: [
    "{at: 20 s, for: 200 ms, crash: n2}",
    "{at: 20 s, crash: n2}, {at: 20100 ms, weight: {node: n4, weight: 90}}",
  ])
  func whatIsNotServedIsTheFaultsThatDisturbedTheBucket(faults: String) throws {
    let run = try Self.play(faults)
    let losses = run.result.outcome.faults.map(\.losses.repeated)
    #expect(losses[0] > 5 && losses.dropFirst().allSatisfy { $0 == 0 }, "\(run.summary)")
  }

  @Test func whatAnApplicationIgnoresIsItsFaults() throws {
    let run = try Self.play(
      "{at: 20 s, for: 20 s, application_crash: n2}, {at: 25 s, weight: {node: n4, weight: 90}}")
    let refused = run.result.outcome.faults.map(\.losses.refused)
    #expect(refused[0] > 500 && refused[1] == 0 && refused[2] == 0, "\(run.summary)")
    let ignored = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.100, rules: [{port: 53, protocol: udp, identity: address_port}]}
      traffic: {rule: 53, arrivals: 100/s}
      faults: [{at: 20 s, for: 20 s, application_hang: node2}, {at: 25 s, weight: {node: node1, weight: 90}}]
      run: {duration: 60 s}
      """)
    let repeated = ignored.result.outcome.faults.map(\.losses.repeated)
    #expect(repeated[0] > 500 && repeated[1] == 0, "\(ignored.summary)")
  }

  // MARK: Movement and doubles

  /// A node that is held down right after it came back has had its buckets for a moment.
  @Test func bucketsThatGoThereAndBackAreTold() throws {
    let run = try Self.play(
      "{at: 20 s, for: 3 s, crash: n2}, {at: 28 s, for: 3 s, crash: n2}, {at: 36 s, for: 3 s, crash: n2}",
      rest: "expect: {buckets_moved: <= 500}")
    let returned = try #require(run.result[.bucketsMovedThereAndBack]).value
    #expect(returned > 0, "\(run.summary)")
    #expect(
      run.answer.contains("\(Int(returned)) buckets more went to another node and back"), "\(run.answer)")
    #expect(run.json.contains("\"buckets_there_and_back\": \(Int(returned))"))
  }

  @Test func aSplitSaysThatEachPartServedEverything() throws {
    let split = try Self.play(
      "{at: 20 s, for: 10 s, partition: [[n1, n2], [n3, n4]]}", rest: "about: double")
    #expect(split.result[.doubleOwnersMost] == Measured(64))
    #expect(
      split.answer.contains(", for all of 64 buckets at once: each part of the farm had taken all of them"),
      "\(split.answer)")
    #expect(try Self.play("{at: 20 s, crash: n2}").result[.doubleOwnersMost] == Measured(0))
  }

  /// One bucket after the other is disturbed by a planned move: it is not said that all were without an owner for so long.
  @Test func aPlannedMoveIsToldFromItsFirstBucketToItsLast() throws {
    let run = try Self.play("{at: 20 s, leave: n2}")
    #expect(run.answer.contains("he last disturbed bucket had exactly one owner again "), "\(run.answer)")
    #expect(!run.answer.contains("very bucket had exactly one owner again"))
  }

  // MARK: Shares by group

  /// Who is to carry a group with a priority is the first node in service, not everybody by weight.
  @Test func aPriorityGroupIsDueToItsFirstNodeInService() throws {
    let run = try PlayedCase(
      """
      farm:
        nodes: {a: 100, b: 100}
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: 64}, database: {policy: priority}}
        rules: [{port: 80, group: web, identity: address_port}, {port: 5432, group: database}]
      traffic:
        - {rule: 80, arrivals: 100/s, flow: {duration: 100 ms}}
        - {rule: 5432, arrivals: 100/s, flow: {duration: 100 ms}}
      faults: [{at: 30 s, crash: a}]
      run: {duration: 60 s}
      """)
    let shares = run.result.outcome.shares(of: GroupID(1))
    #expect(shares.map(\.phase) == [.before, .during, .after] && shares.allSatisfy { $0.kind == .packets })
    #expect(shares[0].due == [1, 0] && shares[0].shares == [1, 0])
    #expect(shares[2].due == [0, 1] && shares[2].shares == [0, 1])
    // Half of web and all of the database are a's: three quarters of the load, and that is even.
    let row = try #require(run.result.skew.first { $0.load == .flows && $0.phase == .before })
    #expect(row.maxOverMean < 1.1, "\(row)")
    #expect(run.summary.contains("By group and node\n") && run.summary.contains("  due before  "))
    #expect(
      run.page.contains("| database | b | packets |") && run.page.contains("due to the first node in service")
    )
    #expect(run.json.contains("\"due\": 1.0,"))
    let web = run.result.outcome.shares(of: GroupID(0))
    let carried = try #require(web[0].shares)
    #expect(web[0].due == [0.5, 0.5] && abs(carried[0] - 0.5) < 0.05)
  }

  /// A group that no client comes to has its buckets.
  @Test func aGroupWithoutClientsIsToldByItsBuckets() throws {
    let run = try PlayedCase(
      """
      farm:
        nodes: {a: 100, b: 50}
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: 300}, mail: {buckets: 300}}
        rules: [{port: 80, group: web}, {port: 25, group: mail}]
      traffic: {rule: 80, arrivals: 10/s}
      run: {duration: 30 s}
      """)
    let mail = try #require(run.result.outcome.shares(of: GroupID(1)).first)
    let carried = try #require(mail.shares)
    #expect(mail.kind == .buckets && abs(carried[0] - 2.0 / 3) < 0.01)
  }
}

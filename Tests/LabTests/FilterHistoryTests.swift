import Engine
import Sim
import Testing

@testable import Lab

/// The watch's changes put together by hand, and what the meters read from them.
@Suite struct FilterHistoryTests {
  private func at(_ ms: Int) -> Instant { Instant(nanoseconds: 7_000_000_000) + .milliseconds(ms) }

  private func filter(_ buckets: [Int], lease: Int?) -> WatchedFilter {
    var filter = WatchedFilter(bucketCounts: [4])
    _ = filter.apply(
      .added(.owned(0), buckets.map { TableNotice.Element(key: UInt32($0), timeout: nil) }), at: at(0))
    if let lease {
      _ = filter.apply(
        .added(.lease, [TableNotice.Element(key: 0, timeout: at(lease) - at(0))]), at: at(0))
    }
    return filter
  }

  private func change(
    _ node: Int, _ ms: Int, _ buckets: [Int], lease: Int?, hadLease: Bool = false, isRead: Bool = false
  ) -> FilterChange {
    FilterChange(
      node: NodeID(node), at: at(ms), filter: filter(buckets, lease: lease), hadLease: hadLease,
      isResynchronised: isRead)
  }

  private func open(_ history: FilterHistory, _ node: Int) -> [String] {
    history.moments.filter { $0.node == NodeID(node) }.map {
      "\(($0.at - at(0)).nanoseconds / 1_000_000) \($0.state.hasLease)"
    }
  }

  @Test func aLeaseThatIsNotRenewedEndsByItself() {
    let history = FilterHistory(
      [
        change(0, 0, [1], lease: 300), change(0, 100, [1], lease: 400, hadLease: true),
        change(0, 600, [1], lease: 900), change(1, 50, [2], lease: 5000),
      ], until: at(2000))
    #expect(open(history, 0) == ["0 true", "100 true", "400 false", "600 true", "900 false"])
    #expect(open(history, 1) == ["50 true"])
    #expect(history.moments.map(\.at) == history.moments.map(\.at).sorted())
  }

  @Test func aRenewalThatIsReadLateOpensNoHole() {
    let renewed = FilterHistory(
      [change(0, 0, [1], lease: 300), change(0, 301, [1], lease: 600, hadLease: true)], until: at(400))
    #expect(open(renewed, 0) == ["0 true", "301 true"])
    let lapsed = FilterHistory(
      [change(0, 0, [1], lease: 300), change(0, 301, [1], lease: 600)], until: at(400))
    #expect(open(lapsed, 0) == ["0 true", "300 false", "301 true"])
    let read = FilterHistory(
      [change(0, 0, [1], lease: 300), change(0, 301, [1], lease: 600, isRead: true)], until: at(400))
    #expect(open(read, 0) == ["0 true", "301 true"])
  }

  @Test func whatComesAfterAPowerLossIsNone() {
    let history = FilterHistory(
      [
        change(0, 0, [1], lease: 300), change(0, 210, [1], lease: 510, hadLease: true),
        change(0, 200, [], lease: nil), change(0, 900, [], lease: nil),
      ], until: at(2000))
    #expect(open(history, 0) == ["0 true", "200 false", "900 false"])
  }

  /// A crash as kernels announce it: two nodes share four buckets, and one dies.
  @Test func aCrashIsMeasuredAsTheSimulatorMeasuresIts() throws {
    let scenario = try #require(try Self.scenario())
    let history = FilterHistory(
      [
        change(0, -50, [0, 1], lease: 60_000), change(1, -40, [2, 3], lease: 60_000),
        change(1, 1003, [], lease: nil),
        change(0, 1500, [0, 1, 2], lease: 60_000), change(0, 1520, [0, 1, 2, 3], lease: 60_000),
      ], until: at(5000))
    let record = FarmRecord(scenario: scenario, filters: history)
    let none = [Double?](repeating: nil, count: Measure.allCases.count)
    var seen = none
    seen[Measure.flowsBroken.index] = 4
    let events = [
      LabEvent(at: at(0), kind: .repeatBegan(3)),
      LabEvent(at: at(1000), kind: .fault(index: 0, isEnd: false)),
      LabEvent(at: at(1000), kind: .reached(NodeSet(NodeID(0)))),
      LabEvent(at: at(4000), kind: .repeatEnded(3)),
    ]
    let trial = record.trial(Self.played(3, from: at(0), to: at(4000), events, seen), keepsTimeline: true)
    let rebalance = try #require(trial.rebalances.first)
    #expect(rebalance.at == .zero + .milliseconds(1000))
    #expect(rebalance.total == .milliseconds(520) && rebalance.detection == nil)
    #expect(rebalance.firstMove == .milliseconds(500) && rebalance.lastMove == .milliseconds(520))
    #expect(rebalance.bucketsMoved == 2 && rebalance.bucketsMovedMinimum == 2)
    func value(_ measure: Measure) -> Double? { trial.values[measure.index] }
    #expect(value(.rebalanceTimeMax) == 0.52)
    #expect(abs((value(.holeTimeTotal) ?? 0) - 1.02) < 1e-9 && value(.holeTimeLongest) == 0.52)
    #expect(value(.doubleOwnerTimeTotal) == 0 && value(.flowsBroken) == 4)
    #expect(value(.viewChanges) == nil && trial.trial == 3 && trial.end == .zero + .seconds(4))
    #expect(
      trial.ownership[0].changes.contains {
        $0.at == .zero + .milliseconds(1500) && $0.bucket == Bucket(2) && $0.owners == NodeSet(NodeID(0))
      })
  }

  /// A restart counts from when the daemon works, not from when its program was started.
  @Test func whatStartsADaemonCountsFromItsFirstAct() throws {
    let scenario = try #require(try Self.scenario())
    let history = FilterHistory(
      [
        change(0, -50, [0, 1, 2, 3], lease: 60_000), change(1, 990, [], lease: nil, isRead: true),
        change(1, 1210, [], lease: nil), change(0, 1500, [0, 1, 2], lease: 60_000),
        change(1, 1510, [3], lease: 60_000),
      ], until: at(5000))
    let record = FarmRecord(scenario: scenario, filters: history)
    let events = [
      LabEvent(at: at(1010), kind: .fault(index: 0, isEnd: true), starts: [NodeID(1): at(1000)]),
      LabEvent(at: at(1010), kind: .reached(NodeSet(first: 2))),
    ]
    let none = [Double?](repeating: nil, count: Measure.allCases.count)
    let trial = record.trial(Self.played(0, from: at(0), to: at(4000), events, none), keepsTimeline: false)
    #expect(trial.rebalances.first?.at == .zero + .milliseconds(1210))
    #expect(trial.rebalances.first?.firstMove == .milliseconds(300))
    #expect(record.startTimes(events).map { ($0 * 1000).rounded() } == [210])
  }

  static func played(
    _ index: Int, from began: Instant, to ended: Instant, _ events: [LabEvent], _ values: [Double?]
  ) -> LabRepeat {
    LabRepeat(
      index: index, began: began, ended: ended, events: events, values: values, clientEvents: [], probes: [])
  }

  static func scenario() throws -> Scenario? {
    try Scenario.read(
      text:
        """
        farm:
          nodes: 2
          virtual_ip: 192.0.2.100
          groups: {web: {buckets: 4, hash_seed: 1}}
          rules: [{protocol: tcp, port: 80, group: web}]
        networks:
          lan: {carries: [service, heartbeat]}
        faults: [{at: 1 s, crash: node2}]
        run: {duration: 4 s}
        """, name: "two-nodes.yaml"
    ).get()
  }
}

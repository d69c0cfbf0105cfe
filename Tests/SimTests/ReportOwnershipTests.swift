import Engine
import Testing

@testable import Sim

/// Pictures may be coarse, but they may not hide that a bucket had no owner or two.
@Suite struct ReportOwnershipTests {
  func change(_ ns: UInt64, _ bucket: Int, _ owners: [Int]) -> OwnershipChange {
    var set = NodeSet.empty
    for owner in owners { set.insert(NodeID(owner)) }
    return OwnershipChange(at: Instant(nanoseconds: ns), bucket: Bucket(bucket), owners: set)
  }

  func history(_ buckets: Int, _ changes: [OwnershipChange], end: UInt64) -> OwnershipHistory {
    OwnershipHistory(
      OwnershipTimeline(group: GroupID(0), bucketCount: buckets, changes: changes),
      end: Instant(nanoseconds: end))
  }

  func formed(_ buckets: Int) -> [OwnershipChange] { (0..<buckets).map { change(10, $0, [$0 % 3]) } }

  @Test(arguments: [([Int](), Ownership.hole), ([0, 2], .double)])
  func oneNanosecondInOneOf4096BucketsShows(_ owners: [Int], _ state: Ownership) {
    let changes = formed(4096) + [change(55_555_555_555, 1234, owners), change(55_555_555_556, 1234, [1])]
    let history = history(4096, changes, end: 100_000_000_000)
    let grid = OwnershipGrid(
      history, order: history.orderedByOwners(), from: .zero, to: history.end, columns: 100, bands: 16)
    let found = grid.rectangles.filter { $0.state == state }
    #expect(found.count == 1)
    #expect(found.first?.left == 55 && found.first?.right == 56)
    #expect(found.first.map { $0.top - $0.bottom } == 1)
  }

  @Test func aDoubleWinsOverAHoleInTheSameCell() {
    let changes =
      formed(8) + [
        change(500, 0, []), change(502, 0, [0]), change(504, 1, [0, 1]), change(506, 1, [1]),
      ]
    let history = history(8, changes, end: 1000)
    let grid = OwnershipGrid(
      history, order: Array(0..<8), from: .zero, to: history.end, columns: 10, bands: 1)
    #expect(grid.rectangles.filter { $0.left <= 5 && $0.right > 5 }.map(\.state) == [.double])
    // The lanes above the picture show both.
    #expect(grid.stretches.map(\.state) == [.hole, .double])
  }

  @Test func rectanglesCoverThePictureExactlyOnceWhateverTheLimit() {
    var changes = formed(512)
    var state: UInt64 = 7
    for step in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let owners = (state >> 20) % 11 == 0 ? [] : [Int(state >> 40) % 3]
      changes.append(change(UInt64(1000 + step * 40), Int(state >> 50) % 512, owners))
    }
    let history = history(512, changes, end: 900_000)
    for limit in [1000, 20_000] {
      let grid = OwnershipGrid(
        history, order: history.orderedByOwners(), from: .zero, to: history.end, limit: limit)
      #expect(grid.rectangles.count <= limit)
      var cells = [Int](repeating: 0, count: grid.columns * grid.bands)
      for r in grid.rectangles {
        for band in r.bottom..<r.top { for c in r.left..<r.right { cells[band * grid.columns + c] += 1 } }
      }
      #expect(cells.allSatisfy { $0 == 1 })
    }
  }

  @Test func beforeEveryBucketHadAnOwnerTheFarmIsForming() {
    let history = history(
      2,
      [
        change(100, 0, [0]), change(200, 0, []), change(300, 0, [0]), change(400, 1, [1]), change(600, 1, []),
      ],
      end: 1000)
    #expect(history.formed == Instant(nanoseconds: 400))
    var spans: [String] = []
    for bucket in 0..<2 {
      history.forEachSpan(of: bucket, from: .zero, to: history.end) { from, until, state in
        spans.append("\(bucket) \(from.nanoseconds)-\(until.nanoseconds) \(state)")
      }
    }
    #expect(
      spans == [
        "0 0-100 forming", "0 100-200 owned(Engine.NodeID(rawValue: 0))", "0 200-300 forming",
        "0 300-1000 owned(Engine.NodeID(rawValue: 0))", "1 0-400 forming",
        "1 400-600 owned(Engine.NodeID(rawValue: 1))", "1 600-1000 hole",
      ])
  }

  /// A group that a reload brings is not in use before, and one that it takes is not after: neither is forming.
  @Test func whatTheFarmDoesNotHaveIsNotInUse() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 3, virtual_ip: 192.0.2.100, groups: {web: {buckets: 16}}, rules: [{port: 80}]}
      faults: [{at: 15 s, reload: {farm: {groups: {web: {buckets: 32}}}}}]
      run: {duration: 30 s}
      """)
    #expect(run.result.ownership.map(\.startsInUse) == [true, false])
    let histories = run.result.ownership.map { OwnershipHistory($0, end: run.result.end) }
    var states: [[Ownership]] = []
    for history in histories {
      for (from, to) in [(Instant.zero, Instant.zero + .seconds(14)), (.zero + .seconds(16), run.result.end)]
      {
        var found: Set<Ownership> = []
        history.forEachSpan(of: 0, from: from, to: to) { _, _, state in found.insert(state) }
        states.append(found.sorted())
      }
    }
    #expect(states[0].first == .forming && states[1] == [.unused])
    #expect(states[2] == [.unused] && states[3].count == 1 && states[3] != [.unused])
    let charts = ReportCharts(run.scenario, run.result, [run.result], summaries: [])
    let legends = charts.ownership.map { pictures in
      ["'forming'", "'not in use'"].filter { pictures.whole.script.contains($0) }
    }
    #expect(charts.formed == run.result.formedAt)
    #expect(legends == [["'not in use'"], ["'not in use'"]])
    #expect(run.page.contains("ownership-2.svg"))
  }

  /// A close look at what is done on purpose is at the buckets that it disturbed, not at the instant of the order.
  @Test func aCloseLookAtAPlannedMoveShowsIt() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 4, virtual_ip: 192.0.2.100, groups: {web: {buckets: 256}}, rules: [{port: 80}]}
      faults: [{at: 15 s, reload: {farm: {groups: {web: {weights: {node1: 50}}}}}}]
      run: {duration: 30 s}
      """)
    let rebalance = try #require(run.result.rebalances.first)
    let total = try #require(rebalance.total)
    #expect(
      rebalance.since > .milliseconds(1) && rebalance.since > total,
      "nodes switch together")
    let charts = ReportCharts(run.scenario, run.result, [run.result], summaries: [])
    let close = try #require(charts.ownership.first?.close.first)
    #expect(close.finding.contains(" had no owner for up to "), "\(close.finding)")
  }

  @Test func changesAtOneInstantAreOneChange() {
    let history = history(1, [change(10, 0, [0]), change(50, 0, []), change(50, 0, [1])], end: 100)
    let trouble = OwnershipTrouble(history, from: .zero, to: history.end)
    #expect(trouble.hole.buckets == 0)
    #expect(history.changes[0].map(\.at.nanoseconds) == [0, 10, 50])
  }

  @Test func troubleIsTheLongestStretchOfAnyBucket() {
    let history = history(
      3,
      [
        change(10, 0, [0]), change(10, 1, [1]), change(10, 2, [2]), change(100, 0, []), change(130, 0, [1]),
        change(200, 1, [0, 1]), change(220, 1, [0, 1, 2]), change(290, 1, [1]), change(300, 2, []),
      ], end: 320)
    let trouble = OwnershipTrouble(history, from: .zero, to: history.end)
    #expect(trouble.hole.buckets == 2 && trouble.hole.longest == .nanoseconds(30))
    #expect(trouble.double.buckets == 1 && trouble.double.longest == .nanoseconds(90))
  }

  @Test func bucketsOfOneFateLieTogether() {
    let sample = ReportSample()
    let history = OwnershipHistory(sample.ownership, end: .zero + .seconds(100))
    let homes = history.orderedByOwners().map(sample.home)
    #expect(homes == homes.sorted())
    #expect(Set(history.orderedByOwners()).count == 1024)
  }
}

import Engine
import FarmFile
import Testing

/// What a node has seen of holes and doubles is counted by the bucket.
@Suite struct CoverageWatchTests {
  /// Three nodes that have run long enough to share 12 buckets.
  static func whole() -> WatchedFarm {
    var farm = WatchedFarm(Settings(nodeCount: 3, groups: [GroupSettings(bucketCount: 12)]))
    farm.run(for: .seconds(5))
    for node in farm.nodes { #expect(node.standing.groups[0].holes == 0 && node.owned(GroupID(0)).count > 0) }
    return farm
  }

  static func milliseconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) * 1e-6 }

  @Test func theStartOfAFarmIsNoHole() {
    let farm = Self.whole()
    for node in 0..<3 {
      // A hand-over to a node that came up a little later may make one, for two frames.
      let seen = farm.seen(by: node)
      #expect(Self.milliseconds(seen.holes.longestNanoseconds) < 5)
      #expect(seen.doubles == SeenBuckets())
    }
  }

  @Test func aCrashIsAHoleOfEveryBucketOfThatNodeSinceItWasHeardLast() {
    var farm = Self.whole()
    let lost = farm.nodes[2].owned(GroupID(0)).count
    let before = (0..<2).map { farm.seen(by: $0).holes }
    farm.runs[2] = false
    let crashed = farm.now
    farm.run(for: .seconds(3))
    let tau = Self.milliseconds(farm.nodes[0].settings.heartbeat.timeout.nanoseconds)
    for node in 0..<2 {
      #expect(farm.nodes[node].standing.groups[0].holes == 0)
      let seen = farm.seen(by: node).holes
      #expect(seen.count - before[node].count == UInt64(lost))
      let longest = Self.milliseconds(seen.longestNanoseconds)
      #expect(longest > tau && longest < tau + 110, "\(longest) ms")
      // All of that time, but for the few frames that the other node needs to take over.
      let all = Self.milliseconds(seen.nanoseconds - before[node].nanoseconds)
      #expect(all > tau * Double(lost) && all <= longest * Double(lost) + 0.001, "\(all) ms")
      let end = Instant(nanoseconds: seen.lastNanoseconds!) - crashed
      #expect(Self.milliseconds(end.nanoseconds) > tau - 110 && end < .milliseconds(700))
      #expect(farm.seen(by: node).doubles == SeenBuckets())
    }
  }

  @Test func whatTwoClaimAfterACutIsADoubleUntilOneLetsGo() {
    var farm = Self.whole()
    farm.cut = [NodeSet(bits: 0b110), NodeSet(bits: 0b001), NodeSet(bits: 0b001)]
    farm.run(for: .seconds(3))
    #expect(farm.nodes[0].owned(GroupID(0)).count == 12)
    #expect((0..<3).allSatisfy { farm.seen(by: $0).doubles.count == 0 })
    farm.cut = [.empty, .empty, .empty]
    farm.run(for: .seconds(3))
    for node in 0..<3 {
      #expect(farm.nodes[node].standing.groups[0].doubles == 0)
      let seen = farm.seen(by: node).doubles
      #expect(seen.count > 0 && seen.count <= 24 && seen.nanoseconds >= seen.longestNanoseconds)
      #expect(seen.longestNanoseconds > 0 && Self.milliseconds(seen.longestNanoseconds) < 350)
    }
  }

  @Test func whatIsNotOverCountsAsFarAsItHasComeAndIsTheLastOne() {
    var sightings = BucketSightings(bucketCount: 4)
    let start = Instant.zero + .seconds(10)
    #expect(sightings.seen(at: start) == SeenBuckets())
    sightings.begin(Bucket(1), at: start)
    sightings.begin(Bucket(1), at: start + .seconds(1))
    sightings.begin(Bucket(2), at: start + .seconds(1))
    sightings.end(Bucket(3), at: start)
    let open = sightings.seen(at: start + .seconds(2))
    let expected = SeenBuckets(
      count: 2, nanoseconds: 3_000_000_000, longestNanoseconds: 2_000_000_000, lastNanoseconds: 12_000_000_000
    )
    #expect(open == expected)
    #expect(sightings.over == SeenBuckets())
    #expect(sightings.seen(at: start + .seconds(2), lasting: .milliseconds(1500)).count == 1)
    sightings.end(Bucket(1), at: start + .seconds(2))
    sightings.end(Bucket(2), at: start + .seconds(2))
    #expect(sightings.seen(at: start + .seconds(60)) == expected)
    sightings.begin(Bucket(1), at: start + .seconds(60))
    #expect(sightings.cancel(Bucket(1)) == start + .seconds(60) && sightings.cancel(Bucket(1)) == nil)
    #expect(sightings.seen(at: start + .seconds(70)) == expected)
  }

  @Test func aNodeThatTakesNoPartKnowsOfNoHoleAndCountsOnAfterItsStart() {
    var farm = Self.whole()
    let before = farm.seen(by: 0).holes
    farm.give(.command(.stop), to: 0)
    farm.run(for: .seconds(3))
    #expect(farm.seen(by: 0).holes == before)
    farm.give(.start(Start(incarnation: Incarnation(2), bootID: BootID(9))), to: 0)
    farm.run(for: .seconds(3))
    #expect(farm.nodes[0].owned(GroupID(0)).count > 0)
    #expect(Self.milliseconds(farm.seen(by: 0).holes.longestNanoseconds) < 5)
    // The others saw it go.
    #expect(farm.seen(by: 1).holes.longestNanoseconds > before.longestNanoseconds)
  }
}

import Engine
import Testing

@testable import Sim

/// Each meter against sums done by hand.
@Suite struct MeasureTests {
  private let g = GroupID(0)
  private func at(_ ms: Int) -> Instant { .zero + .milliseconds(ms) }
  private func ms(_ n: Int) -> UInt64 { UInt64(n) * 1_000_000 }

  private func meter(buckets: Int = 4, nodes: Int = 3) -> OwnershipMeter {
    OwnershipMeter(bucketCounts: [buckets], nodeCount: nodes, keepsTimelines: true)
  }
  private func own(_ meter: inout OwnershipMeter, _ bucket: Int, _ owners: UInt64, _ t: Int) {
    meter.set(g, Bucket(bucket), owners: owners, at: at(t))
    meter.settle(at: at(t))
  }

  @Test func holesAndDoublesAreIntegratedExactly() {
    var m = meter(buckets: 2)
    own(&m, 0, 0b1, 10)
    #expect(m.formedAt == nil && m.irregular == 1)
    own(&m, 1, 0b11, 20)  // a double before the farm has formed: counts
    own(&m, 1, 0b10, 25)
    #expect(m.formedAt == at(25) && m.irregular == 0)
    own(&m, 0, 0, 100)
    own(&m, 1, 0, 110)
    own(&m, 0, 0b10, 130)
    own(&m, 1, 0b11, 150)
    own(&m, 1, 0b111, 160)
    own(&m, 1, 0b1, 170)
    own(&m, 0, 0, 190)
    m.finish(at: at(200))
    #expect(m.holeTotal == ms(30 + 40 + 10) && m.holeLongest == ms(40))
    #expect(m.doubleTotal == ms(5 + 20))
    #expect(m.timelines[0].changes.count == 10)
  }

  /// A node that wakes late has its filter open until it finds its lease over: nobody is served by that.
  @Test func aGlimpseOfAnOwnerIsNoService() {
    func us(_ n: Int) -> Instant { .zero + .microseconds(n) }
    for (gap, service, hole) in [(180, 1059, 700), (1000, 700, 700)] {
      var m = meter(buckets: 2)
      func own(_ owners: UInt64, _ t: Int) {
        for bucket in 0..<2 { m.set(g, Bucket(bucket), owners: owners, at: us(t)) }
        m.settle(at: us(t))
      }
      own(0b1, 0)
      own(0, 20_000_000)
      own(0b1, 20_700_000)
      own(0, 20_700_000 + gap)
      own(0b10, 21_059_000)
      m.finish(at: us(30_000_000))
      #expect(m.longest[0].unserved == ms(service) && m.blackout.longest == ms(service))
      #expect(m.blackout.longestFrom == us(20_000_000))
      // A hole has its exact length.
      #expect(m.holeLongest == ms(hole))
    }
  }

  /// A bound of 15 s, as it is read from a file, holds for what takes 15 s.
  @Test func wholeMillisecondsAreWhatIsWritten() throws {
    let index = Measure.holeTimeLongest.index
    for milliseconds in [9, 12_600, 15_000, 30_000, 59_000] {
      var outages = Outages()
      outages.add(from: 7, to: 7 + ms(milliseconds))
      #expect(outages.max == Measured(Double(milliseconds) / 1000))
      var values = MeasureValues()
      values.set(.holeTimeLongest, nanoseconds: ms(milliseconds))
      #expect(values.values[index] == Double(milliseconds) / 1000)
    }
  }

  @Test func aDoubleGoesOnWhenAThirdOwnerComes() {
    var m = meter(buckets: 1)
    own(&m, 0, 0b11, 10)
    own(&m, 0, 0b111, 20)
    own(&m, 0, 0b1, 40)
    m.finish(at: at(50))
    #expect(m.doubleTotal == ms(30) && m.doubleLongest == ms(30))
  }

  @Test func theMostDoublesAreCountedAtOneInstant() {
    var m = meter(buckets: 3)
    func step(_ owners: [(Int, UInt64)], _ ms: Int) {
      for (bucket, owners) in owners { m.set(GroupID(0), Bucket(bucket), owners: owners, at: at(ms)) }
      m.settle(at: at(ms))
    }
    step([(0, 0b1), (1, 0b1), (2, 0b10)], 0)
    step([(0, 0b11), (1, 0b11)], 10)
    // One ends as another begins: never three.
    step([(2, 0b11), (0, 0b10)], 20)
    step([(1, 0b1), (2, 0b1)], 30)
    #expect(m.mostDoubles == 2)
  }

  @Test func sharesAreBucketTimeOfAPhase() {
    var m = meter(buckets: 2)
    own(&m, 0, 0b1, 0)
    own(&m, 1, 0b10, 10)
    _ = m.takeShares(at: at(20))
    own(&m, 1, 0b1, 50)
    let shares = m.takeShares(at: at(60))
    #expect(shares == [[ms(40 + 10), ms(30), 0]])
    let none = m.takeShares(at: at(60))
    #expect(none == [[0, 0, 0]])
  }

  @Test func theFewestMovesFollowTheWeights() {
    var shares = Shares(
      Settings(nodeCount: 3, groups: [GroupSettings(bucketCount: 12, weights: [100, 200, 100])]))
    func minimum(_ before: [UInt8], _ servingBefore: UInt64, _ after: UInt64, weight: Bool = false) -> Int {
      shares.minimum(
        before: before, [NodeSet(bits: servingBefore)], after: [NodeSet(bits: after)], offsets: [0, 12],
        isWeightChange: weight)
    }
    let full: [UInt8] = [0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2]
    #expect(minimum(full, 0b111, 0b111) == 0)
    #expect(minimum(full, 0b111, 0b101) == 6, "all of the leaver's")
    let without2: [UInt8] = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    #expect(minimum(without2, 0b011, 0b111) == 3, "the returner's share")
    #expect(minimum(without2, 0b011, 0b110) == 4, "one goes as another comes: its buckets suffice")
    shares.set(0, of: NodeID(1), g)
    #expect(minimum(full, 0b111, 0b111, weight: true) == 6)
  }

  private func removal(
    _ m: inout RemovalMeter, _ node: NodeID, _ observer: NodeID, since: Instant?, _ now: Instant
  ) -> Bool {
    m.removed(node, by: observer, undisturbedSince: since, at: now)
  }

  @Test func aRemovalIsFalseOnlyIfTheNodeRanAndCouldBeHeard() {
    let heartbeat = HeartbeatSettings()  // tau + T + delta = 655 ms
    var m = RemovalMeter(nodeCount: 3, heartbeat: heartbeat)
    let (a, b) = (NodeID(0), NodeID(1))
    let all = [NodeSet(bits: 0b110), NodeSet(bits: 0b101), NodeSet(bits: 0b011)]
    m.reachChanged(all, at: .zero)
    #expect(!removal(&m, a, b, since: nil, at(5000)), "it does not run")
    #expect(!removal(&m, a, b, since: at(4400), at(5000)), "it has not run for long")
    #expect(removal(&m, a, b, since: .zero, at(5000)))
    // a is not heard by b, but by c, and c is heard by b.
    m.reachChanged([NodeSet(bits: 0b100), all[1], all[2]], at: at(6000))
    #expect(removal(&m, a, b, since: .zero, at(8000)), "there is a way round")
    m.reachChanged([.empty, all[1], all[2]], at: at(10_000))
    #expect(!removal(&m, a, b, since: .zero, at(12_000)), "no way")
    #expect(removal(&m, b, a, since: .zero, at(12_000)), "the other way is open")
    m.reachChanged(all, at: at(20_000))
    #expect(!removal(&m, a, b, since: .zero, at(20_600)))
    #expect(removal(&m, a, b, since: .zero, at(20_700)))
    #expect(m.falseRemovals == 4)
  }

  @Test func heartbeatsAreCountedByTheSecond() {
    var m = HeartbeatMeter(nodeCount: 2)
    for t in [0, 500, 999, 1000, 1100] { m.sent(2, by: 0, isRelayed: t == 500, at: at(t)) }
    m.sent(3, by: 1, isRelayed: false, at: at(1200))
    #expect(m.messages == [NodeMessages(heartbeats: 8, relayed: 2), NodeMessages(heartbeats: 3)])
    #expect(m.total == 13 && m.mostInOneSecond == 6)
  }

  @Test func everyMeasureHasOneName() {
    #expect(Set(Measure.allCases.map(\.name)).count == Measure.allCases.count)
    for (i, measure) in Measure.allCases.enumerated() {
      #expect(measure.index == i && Measure(rawValue: measure.name) == measure)
    }
  }
}

import Engine
import Testing

@testable import Sim

/// Streams as a whole: requests, sessions, phases, watches, and that a run is a function of its seed.
@Suite struct TrafficTests {
  static let requests = TrafficFarm.stream(.poisson(rate: 1000))

  @Test func requestsInAHoleAreRetriedAndFail() {
    var farm = TrafficFarm(transport: .udp, TrafficTests.requests)
    farm.run(to: .seconds(20))
    #expect(farm.traffic.flows.count == 0)
    farm.serve(1) { _ in false }
    farm.run(to: .seconds(22))
    farm.serve(1) { $0 % 4 == 1 }
    let totals = farm.finish(.seconds(100))
    #expect(totals.requestsFailed == 0)
    // Waits are whole seconds: a hole of two seconds costs two at most.
    #expect(totals.clientOutageMax == .seconds(2))
    // A quarter of 1000/s lost at first attempts for 2 s, and half of that again at the first retry.
    #expect((600...900).contains(totals.packetsLost))
    #expect(totals.load.reduce(0) { $0 + $1.packets } == totals.packetsSent - totals.packetsLost)
    #expect(farm.traffic.flows.count == 0)
  }

  @Test func requestsThatTwoNodesAcceptDoNoHarm() {
    var farm = TrafficFarm(transport: .udp, TrafficTests.requests)
    farm.serve(0) { _ in true }
    let totals = farm.finish(.seconds(10))
    #expect(totals.packetsTwice > 6000)
    #expect(totals.requestsFailed == 0 && totals.connectsReset == 0)
    #expect(totals.load.reduce(0) { $0 + $1.packets } == totals.packetsSent + totals.packetsTwice)
  }

  @Test func aClientThatGaveUpIsOutUntilItComesThrough() {
    // One client, one request each 20 s; without retries each failure is final.
    var stream = TrafficFarm.stream(.constant(rate: 0.05), clients: ClientModel(population: 1))
    stream.flow.retries = []
    var farm = TrafficFarm(transport: .udp, stream)
    let first = farm.traffic.streams[0].nextArrival
    farm.coverage.open = .empty
    farm.traffic.run(until: Instant(nanoseconds: first) + .seconds(50), coverage: farm.coverage)
    farm.coverage.open = NodeSet(first: 4)
    let end = Instant(nanoseconds: first) + .seconds(70)
    farm.traffic.run(until: end, coverage: farm.coverage)
    let totals = farm.traffic.finish(at: end)
    #expect(totals.requestsFailed == 3)
    #expect(totals.clientOutages == 1)
    #expect(totals.clientOutageMax == .seconds(60))
  }

  @Test func packetsThatNoRuleMatchesAreLost() {
    var stream = TrafficTests.requests
    stream.port = 81
    var farm = TrafficFarm(transport: .udp, stream)
    let totals = farm.finish(.seconds(5))
    #expect(totals.packetsSent > 4500)
    #expect(totals.packetsLost == totals.packetsSent)
  }

  @Test func sessionsHaveGeometricallyManyConnections() {
    let stream = TrafficFarm.stream(
      .poisson(rate: 50), flow: FlowModel(duration: .constant(.milliseconds(10))),
      session: SessionModel(connections: 4, thinkTime: .milliseconds(100)))
    var farm = TrafficFarm(identity: .address, stream)
    let totals = farm.finish(.seconds(200))
    // 10,000 sessions of 4 in the mean; variance 4 * 3 each. Those open at the end are about 20.
    #expect(abs(totals.flowsOpened - 40_000) < 5 * 350 + 60)
    #expect(totals.sessionsMoved == 0)
  }

  @Test func sessionsMoveWithoutAffinity() {
    let stream = TrafficFarm.stream(
      .poisson(rate: 50), flow: FlowModel(duration: .constant(.milliseconds(10))),
      session: SessionModel(connections: 4, thinkTime: .milliseconds(100)))
    var farm = TrafficFarm(identity: .addressPort, stream)
    let totals = farm.finish(.seconds(200))
    // All n connections on one of 4 nodes: E[(1/4)^(n-1)] with p = 1/4 is p / (1 - (1-p)/4) = 4/13.
    let sessions = Double(farm.traffic.streams[0].arrived)
    #expect(abs(Double(totals.sessionsMoved) / sessions - 9.0 / 13) < 0.03)
  }

  @Test func measuringBeginsWithTheFirstPhase() {
    var farm = TrafficFarm(FlowTests.longLived())
    farm.coverage.open = .empty
    farm.run(to: .seconds(4))
    farm.coverage.open = NodeSet(first: 4)
    farm.run(to: .seconds(20))
    farm.traffic.begin(.before, at: .zero + .seconds(20))
    let open = farm.traffic.openFlowCount
    farm.run(to: .seconds(30))
    farm.traffic.begin(.during, at: .zero + .seconds(30))
    farm.run(to: .seconds(40))
    farm.traffic.begin(.before, at: .zero + .seconds(40))
    let totals = farm.finish(.seconds(50))
    #expect(totals.packetsLost == 0 && totals.connectsFailed == 0 && totals.clientOutageMax == nil)
    #expect(totals.flowsOpened > open && totals.flowsKept == totals.flowsOpened)
    #expect(totals.phases.map(\.phase) == [.before, .during])
    for n in 0..<4 {
      #expect(totals.load[n] == totals.phases[0].load[n] + totals.phases[1].load[n])
    }
    #expect(totals.load.reduce(0) { $0 + $1.packets } == totals.packetsSent)
    let rows = totals.skewRows { _, _ in [1, 1, 1, 1] }
    #expect(rows.map(\.load) == [.flows, .packets, .bytes, .flows, .packets, .bytes])
    // Doubling a node's weight halves its share over its weight.
    let even = totals.skew(of: .packets, weights: [1, 1, 1, 1])!
    #expect(even.maxOverMean < 1.2)
    #expect(totals.skew(of: .packets, weights: [1, 1, 1, 100])!.maxOverMean > 1.2)
    #expect(totals.skew(of: .packets, weights: [1, 0, 0, 0])!.maxOverMean == 1)
  }

  @Test func theTimelineHasEveryPacketInItsBin() {
    var farm = TrafficFarm(transport: .udp, keepsDetails: true, TrafficTests.requests)
    farm.run(to: .seconds(10))
    farm.coverage.open.remove(NodeID(2))
    farm.run(to: .seconds(30))
    farm.coverage.open.insert(NodeID(2))
    let totals = farm.finish(.seconds(100))
    let timeline = totals.timeline
    #expect(timeline.binWidth == .milliseconds(500))
    #expect(timeline.accepted.allSatisfy { $0.count == 200 } && timeline.lost.count == 200)
    #expect(timeline.accepted.map { $0.reduce(0, +) } == totals.load.map(\.packets))
    #expect(timeline.lost.reduce(0, +) == totals.packetsLost)
    #expect(timeline.accepted[2][20..<60].allSatisfy { $0 == 0 })
    #expect(timeline.accepted[2][19] > 0 && timeline.accepted[2][60] > 0)
    #expect(timeline.lost[..<20].allSatisfy { $0 == 0 } && timeline.lost[20] > 0)
  }

  @Test func aWatchSeesTheFirstPacketOfItsBuckets() {
    var farm = TrafficFarm(transport: .udp, TrafficTests.requests)
    farm.serve(1) { _ in false }
    farm.run(to: .seconds(5))
    var buckets = BucketSet(capacity: 64)
    for b in 0..<64 where b % 4 == 1 { buckets.insert(Bucket(b)) }
    let watch = farm.traffic.watch(group: GroupID(0), buckets: buckets, from: .zero + .seconds(5))
    farm.run(to: .seconds(6))
    #expect(farm.traffic.firstAcceptance(of: watch) == nil)
    farm.serve(2) { $0 % 4 == 2 || $0 % 4 == 1 }
    farm.run(to: .seconds(8))
    let seen = farm.traffic.firstAcceptance(of: watch)
    // 250 packets a second: within 100 ms but for a chance of e^-25.
    #expect(seen.map { $0 >= .zero + .seconds(6) && $0 < .zero + .milliseconds(6100) } == true)
    #expect(farm.traffic.openWatches == 0)
    farm.run(to: .seconds(9))
    #expect(farm.traffic.firstAcceptance(of: watch) == seen)
  }

  @Test func aRunIsAFunctionOfItsSeed() {
    func digest(seed: UInt64, trial: Int, steps: Int = 1, keepsDetails: Bool = false) -> Digest {
      var farm = TrafficFarm(
        seed: seed, trial: trial, keepsDetails: keepsDetails, FlowTests.longLived(),
        TrafficFarm.stream(.onOff(rate: 30, on: .seconds(1), off: .seconds(1))))
      farm.serve(1) { _ in false }
      for step in 1...steps { farm.run(to: 10_000 / steps * step * .milliseconds(1)) }
      return farm.finish(.seconds(10)).digest
    }
    #expect(digest(seed: 1, trial: 0) == digest(seed: 1, trial: 0))
    #expect(digest(seed: 1, trial: 0) == digest(seed: 1, trial: 0, steps: 50, keepsDetails: true))
    #expect(digest(seed: 1, trial: 0) != digest(seed: 2, trial: 0))
    #expect(digest(seed: 1, trial: 0) != digest(seed: 1, trial: 1))
  }

  /// The same requests, played in the tight loop and packet by packet.
  @Test func theTightLoopAndTheSlowPathAgree() {
    func totals(_ isSlow: Bool) -> TrafficTotals {
      var farm = TrafficFarm(transport: .udp, TrafficTests.requests)
      // A watch that no packet ends keeps the loop off.
      if isSlow {
        _ = farm.traffic.watch(group: GroupID(0), buckets: .all(capacity: 64), from: .zero + .seconds(1000))
      }
      farm.serve(3) { $0 % 4 == 3 && $0 < 40 }
      farm.serve(2) { $0 % 4 == 2 || $0 == 0 }
      return farm.finish(.seconds(20))
    }
    let (fast, slow) = (totals(false), totals(true))
    #expect(fast.digest == slow.digest)
    #expect(fast.load == slow.load)
    #expect(fast.packetsLost == slow.packetsLost && fast.packetsLost > 0)
    #expect(fast.packetsTwice == slow.packetsTwice && fast.packetsTwice > 0)
    #expect(fast.requestsFailed == slow.requestsFailed)
  }
}

import Engine
import Testing

@testable import Sim

/// Which fault disturbs which bucket, and until when, on a few buckets by hand.
@Suite struct RebalanceMeterTests {
  private let names = [1, 2, 3].map { NodeID($0 - 1) }
  private var node1: NodeSet { NodeSet(bits: 0b1) }
  private var node2: NodeSet { NodeSet(bits: 0b10) }
  private var node3: NodeSet { NodeSet(bits: 0b100) }

  /// Four buckets of three nodes: 0 and 1 are node1's, 2 node2's, 3 node3's.
  private struct Farm {
    var owners = OwnershipMeter(bucketCounts: [4], nodeCount: 3, keepsTimelines: false)
    var meter = RebalanceMeter(reach: .milliseconds(1000))
    let shares = Shares(Settings(nodeCount: 3, groups: [GroupSettings(bucketCount: 4)]))

    init() {
      for (bucket, owner) in [0b1, 0b1, 0b10, 0b100].enumerated() {
        owners.set(GroupID(0), Bucket(bucket), owners: UInt64(owner), at: .zero)
      }
      owners.settle(at: .zero)
    }

    static func at(_ ms: Int) -> Instant { .zero + .milliseconds(ms) }

    mutating func fault(_ fault: Int, _ kind: FaultKind, isEnd: Bool = false, _ ms: Int) {
      meter.begin(
        fault: fault, isEnd: isEnd, kind: kind, at: Farm.at(ms), ownership: owners, table: shares)
    }

    /// Some buckets have these owners from now on. - Returns: whether a fault's last bucket is mended by it.
    @discardableResult
    mutating func own(_ buckets: [Int], _ new: UInt64, _ ms: Int, issued: Int? = nil) -> Bool {
      let issued = issued.map { Farm.at($0) }
      for b in buckets {
        let before = owners.lastOwner[b]
        let change = owners.set(GroupID(0), Bucket(b), owners: new, at: Farm.at(ms))
        meter.bucketChanged(
          b, change, from: before, to: owners.lastOwner[b], at: Farm.at(ms), issued: issued)
      }
      return meter.settle(at: Farm.at(ms), issued: issued)
    }

    mutating func view(of node: Int, serving: UInt64, _ ms: Int) {
      meter.viewChanged(of: NodeID(node - 1), serving: NodeSet(bits: serving), at: Farm.at(ms))
    }

    mutating func finish(_ ms: Int, first: [Int: Int] = [:]) -> [Rebalance] {
      meter.finish(ownership: owners, table: shares)
      return meter.results(end: Farm.at(ms)) { first[$0].map { Farm.at($0) } }
    }
  }

  private func totals(_ found: [Rebalance]) -> [Int?] {
    found.map { $0.total.map { Int($0.nanoseconds / 1_000_000) } }
  }

  @Test func aCrashIsMeasuredFromTheFaultToTheLastBucket() {
    var farm = Farm()
    farm.fault(0, .crash(node1), 1000)
    var isMended = farm.own([0, 1], 0, 1000)
    #expect(!isMended)
    farm.view(of: 1, serving: 0b110, 1400)  // the crashed node itself: no answer
    farm.view(of: 2, serving: 0b111, 1450)  // still with it: no answer
    farm.view(of: 2, serving: 0b110, 1500)
    isMended = farm.own([0], 0b10, 1502, issued: 1500)
    #expect(!isMended)
    isMended = farm.own([1], 0b100, 1506, issued: 1503)
    #expect(isMended)
    farm.meter.watch([7])
    // Power back: handed over with a hole of 2 ms, 900 ms after the order.
    farm.fault(1, .restart(node1), 2000)
    farm.view(of: 3, serving: 0b111, 2800)
    farm.own([0], 0, 2900, issued: 2899)
    farm.own([0], 0b1, 2902, issued: 2901)
    let found = farm.finish(5000, first: [7: 1510])
    #expect(found.map(\.fault) == [0, 1] && found.allSatisfy { $0.isOver })
    #expect(found[0].detection == .milliseconds(500))
    #expect(found[0].decision == .milliseconds(3))
    #expect(found[0].commit == .milliseconds(3))
    #expect(found[0].firstPacket == .milliseconds(4))
    #expect(found[0].firstMove == .milliseconds(502) && found[0].lastMove == .milliseconds(506))
    #expect(found[0].bucketsMoved == 2 && found[0].bucketsMovedMinimum == 2)
    #expect(found[1].detection == .milliseconds(800))
    #expect(totals(found) == [506, 2], "a planned move counts from its first hole")
    #expect(found[1].bucketsMoved == 1 && found[1].bucketsMovedMinimum == 1)
    #expect(found[1].firstPacket == nil)
  }

  /// Two nodes lose power and come back; the third has nothing to say. Their own views tell of each other.
  @Test func whatOnlyItsOwnNodesHaveSeenIsNotToldApart() {
    var farm = Farm()
    farm.fault(0, .crash(node1.union(node2)), 1000)
    farm.own([0, 1, 2], 0, 1000)
    farm.view(of: 1, serving: 0b001, 1900)
    farm.own([0, 1, 2], 0b1, 1902, issued: 1901)
    // A node that reboots alone has nobody to miss: nothing was seen of it.
    farm.fault(1, .crash(node2), 3000)
    farm.own([2], 0, 3000)
    farm.view(of: 2, serving: 0b011, 3100)
    farm.own([2], 0b10, 3102, issued: 3101)
    let found = farm.finish(5000)
    #expect(found.map(\.detection) == [nil, nil] && found.map(\.decision) == [nil, nil])
    #expect(found.map(\.commit) == [.milliseconds(1), .milliseconds(1)])
    #expect(found.map { $0.gap } == ["not told apart", "none"])
  }

  @Test func whatDisturbsNothingHasNoTotalAndWhatIsNotOverIsALowerBound() {
    var farm = Farm()
    farm.fault(0, .networkDown(NetworkSet(first: 1)), 100)
    farm.fault(1, .crash(node1), 200)
    farm.fault(2, .crash(node2), 200)
    farm.own([0], 0, 200)
    let found = farm.finish(900)
    #expect(totals(found) == [nil, 700, nil])
    #expect(found.map(\.isOver) == [true, false, true])
  }

  @Test func aFaultLastsUntilItsBucketsAreWholeWhateverStrikesMeanwhile() {
    var farm = Farm()
    farm.fault(0, .crash(node2), 1000)
    farm.own([2], 0, 1000)
    farm.fault(1, .crash(node3), 1300)
    farm.own([3], 0, 1300)
    farm.view(of: 1, serving: 0b101, 1500)
    farm.view(of: 1, serving: 0b001, 1800)
    farm.own([2, 3], 0b1, 1801, issued: 1800)
    let found = farm.finish(3000)
    #expect(totals(found) == [801, 501])
    #expect(found.map(\.detection) == [.milliseconds(500), .milliseconds(500)])
    #expect(found.map(\.bucketsMoved) == [1, 1], "each by the fault that it was lost by")
    #expect(found.map(\.bucketsMovedMinimum) == [1, 1])
    // The last commit came when node3 was missed: that time is no decision about node2.
    #expect(found.map(\.decision) == [nil, .zero] && found[0].gap == "not told apart")
    #expect(found.allSatisfy { $0.disturbances == 1 && $0.disturbed == $0.total && $0.parts == nil })
  }

  /// A node is given buckets and hands them back a moment later: in between all is whole.
  @Test func aTimeInPartsSaysForHowLongBucketsWereNotWhole() {
    var farm = Farm()
    farm.fault(0, .restart(node2), 1000)
    farm.view(of: 1, serving: 0b111, 1390)
    farm.own([0], 0, 1400, issued: 1399)
    farm.own([0], 0b10, 1402, issued: 1401)
    farm.own([0], 0, 1500, issued: 1499)
    farm.own([0], 0b1, 1503, issued: 1502)
    let found = farm.finish(3000)
    #expect(totals(found) == [103])
    #expect(found[0].disturbed == .milliseconds(5) && found[0].disturbances == 2)
    #expect(found[0].lastDisturbedAt == Farm.at(1500))
    #expect(found[0].parts == "5 ms, the last at 1.500 s")
    // The last commit was for something else than the first view.
    #expect(found[0].detection == .milliseconds(390) && found[0].commit == .milliseconds(1))
    #expect(found[0].decision == nil && found[0].gap == "not told apart")
  }

  @Test func timesThatTouchAreOne() {
    var times = DisturbedTime()
    times.add(from: Farm.at(10), until: Farm.at(20))
    times.add(from: Farm.at(40), until: Farm.at(50))
    #expect(times.count == 2 && times.sum == .milliseconds(20) && times.lastFrom == Farm.at(40))
    #expect(times.isWhole(after: Farm.at(15)) && !times.isWhole(after: Farm.at(20)))
    times.add(from: Farm.at(20), until: Farm.at(60))
    #expect(times.count == 1 && times.sum == .milliseconds(50) && times.lastFrom == Farm.at(10))
  }

  @Test func aNodeThatIsBackBeforeItIsMissedDelaysItsOwnRebalance() {
    var farm = Farm()
    farm.fault(0, .crash(node2), 1000)
    farm.own([2], 0, 1000)
    farm.fault(0, .crash(node2), isEnd: true, 1600)
    farm.own([2], 0b1, 1700, issued: 1699)  // taken over after all
    farm.own([2], 0, 1850, issued: 1849)  // and handed back
    farm.own([2], 0b10, 1857, issued: 1856)
    let found = farm.finish(3000)
    #expect(totals(found) == [857, 257])
  }

  @Test func whatIsMendedBeforeTheNextFaultIsNotItsAffairAnyMore() {
    var farm = Farm()
    farm.fault(0, .crash(node2), 1000)
    farm.own([2], 0, 1000)
    farm.own([2], 0b1, 1500, issued: 1499)
    farm.fault(1, .crash(node1), 1600)
    farm.own([0, 1, 2], 0, 1600)
    farm.own([0, 1, 2], 0b100, 2100, issued: 2099)
    let found = farm.finish(3000)
    #expect(totals(found) == [500, 500])
  }

  @Test func aBucketIsDisturbedByTheFaultThatNamesItsOwner() {
    var farm = Farm()
    farm.fault(0, .stall(node2), 1000)
    farm.fault(1, .crash(node3), 1200)
    farm.own([3], 0, 1200)
    farm.own([2], 0, 1450)  // the lease of the stalled node ends
    farm.own([2], 0b1, 1550, issued: 1549)
    farm.own([3], 0b1, 1750, issued: 1749)
    let found = farm.finish(3000)
    #expect(totals(found) == [550, 550])
  }

  /// Heartbeats may be lost by chance, long after a crash is over.
  @Test func whatNoFaultExplainsIsNobodysUnlessItComesToANamedNode() {
    var farm = Farm()
    farm.fault(0, .crash(node2), 1000)
    farm.own([2], 0, 1000)
    farm.own([2], 0b1, 1500, issued: 1499)
    farm.own([3], 0, 9000)
    farm.own([3], 0b1, 9001, issued: 9000)
    farm.fault(1, .restart(node2), 10_000)
    farm.own([2], 0, 40_000)  // held down for half a minute
    farm.own([2], 0b10, 40_002, issued: 40_001)
    let found = farm.finish(50_000)
    #expect(totals(found) == [500, 2])
  }

  @Test func aFaultInForceDisturbsAgain() {
    var farm = Farm()
    let loss = FaultKind.loss(NetworkSet(first: 1), uplink: nil, downlink: .independent(0.3), at: .empty)
    farm.fault(0, loss, 1000)
    farm.fault(1, .crash(node2), 2000)
    farm.own([2], 0, 2000)
    farm.own([2], 0b1, 2500, issued: 2499)
    farm.own([3], 0b101, 8000)
    farm.own([3], 0b100, 8100)
    let found = farm.finish(9000)
    #expect(totals(found) == [7100, 500])
  }

  @Test func anOrderThatMendsTheFarmCountsFromTheOrder() {
    var farm = Farm()
    farm.fault(0, .crash(NodeSet(first: 3)), 1000)
    farm.own([0, 1, 2, 3], 0, 1000)
    farm.fault(1, .restart(node1), 5000)
    farm.own([0, 1, 2, 3], 0b1, 6400, issued: 6399)
    let found = farm.finish(9000)
    #expect(totals(found) == [5400, 1400])
    // Nobody was left to take a bucket before.
    #expect(found.map(\.bucketsMoved) == [0, 2] && found.map(\.bucketsMovedMinimum) == [0, 2])
  }

  // MARK: Faults that follow each other

  @Test func anOrderIsNotChargedWithWhatItFinds() {
    var farm = Farm()
    farm.fault(0, .drain(node1, deadline: nil, isForced: false), 1000)
    farm.own([0, 1], 0, 1050)
    farm.fault(1, .drain(node2, deadline: nil, isForced: false), 1060)
    farm.own([0, 1], 0b100, 1090, issued: 1089)
    farm.own([2], 0, 1200)
    farm.own([2], 0b100, 1203, issued: 1202)
    farm.fault(2, .weight(node3, GroupID(0), 50), 1300)
    let found = farm.finish(3000)
    #expect(totals(found) == [40, 3, nil])
  }

  @Test func aReturnIsChargedWithItsOwnNodesBuckets() {
    var farm = Farm()
    farm.fault(0, .crash(node1.union(node2)), 1000)
    farm.own([0, 1, 2], 0, 1000)
    farm.own([0, 1, 2], 0b100, 1500, issued: 1499)
    farm.fault(1, .restart(node1), 5000)
    farm.fault(2, .restart(node2), 5100)
    farm.own([0], 0, 5300)
    farm.own([2], 0, 5310)
    farm.own([0], 0b1, 5302, issued: 5301)
    farm.own([2], 0b10, 5317, issued: 5316)
    // And another one, of the first, right after.
    farm.own([1], 0, 5400)
    farm.own([1], 0b1, 5402, issued: 5401)
    #expect(totals(farm.finish(9000)) == [500, 102, 7])
  }

  @Test func whatAReturningNodeLosesLaterIsNotItsReturns() {
    var farm = Farm()
    farm.fault(0, .crash(node2), 1000)
    farm.own([2], 0, 1000)
    farm.own([2], 0b1, 1500, issued: 1499)
    farm.fault(1, .restart(node2), 5000)
    farm.own([2], 0, 6000)
    farm.own([2], 0b10, 6002, issued: 6001)
    // A mistake, a minute later.
    farm.own([2], 0, 60_000)
    farm.own([2], 0b1, 60_500, issued: 60_499)
    farm.own([2], 0, 61_000)
    farm.own([2], 0b10, 61_002, issued: 61_001)
    #expect(totals(farm.finish(70_000)) == [500, 2])
  }

  @Test func anApplicationThatHangsActsFromWhenItIsFoundOut() {
    func hung(wakes: Bool) -> [Int?] {
      var farm = Farm()
      farm.meter.begin(
        fault: 0, isEnd: false, kind: .applicationHang(node2), isDormant: true, at: Farm.at(1000),
        ownership: farm.owners, table: farm.shares)
      farm.fault(1, .weight(NodeSet(first: 3), GroupID(0), 50), 5000)
      if wakes { farm.meter.acts(0, at: Farm.at(5100)) }
      farm.own([2], 0, 5101)
      farm.own([2], 0b1, 5104, issued: 5103)
      return totals(farm.finish(9000))
    }
    #expect(hung(wakes: true) == [4104, nil])
    #expect(hung(wakes: false) == [nil, 3])
  }

  @Test func whereItCannotBeKnownBothAreCharged() {
    var farm = Farm()
    let cut = FaultKind.oneWayCut(from: node2, to: node3, NetworkSet(first: 1))
    farm.fault(0, cut, 1000)
    farm.fault(1, .partition([node1], NetworkSet(first: 1)), 5000)
    farm.own([2], 0, 5100)
    farm.own([2], 0b1, 5104, issued: 5103)
    // Long after either it is what is in force and names the node.
    farm.own([3], 0, 8000)
    farm.own([3], 0b10, 8001, issued: 8000)
    #expect(totals(farm.finish(9000)) == [7001, 104])
  }

  /// Nodes come back one soon after the other: a bucket has moved by the return of the node that it came to.
  @Test func aBucketMovesByTheReturnOfItsNode() {
    var farm = Farm()
    func isBack(_ node: Int, _ ms: Int) {
      farm.meter.begin(
        fault: 0, isEnd: true, kind: .applicationHang(NodeSet(first: 3)), healthy: NodeID(node - 1),
        at: Farm.at(ms), ownership: farm.owners, table: farm.shares)
    }
    farm.fault(0, .applicationHang(NodeSet(first: 3)), 1000)
    farm.own([0, 1, 2, 3], 0, 2000, issued: 1999)
    isBack(3, 5000)
    isBack(1, 5050)
    farm.own([0, 1, 3], 0b1, 5100, issued: 5099)
    farm.own([2], 0b100, 5110, issued: 5109)
    let found = farm.finish(9000)
    #expect(found.map(\.healthy) == [nil, NodeID(2), NodeID(0)])
    #expect(found.map(\.bucketsMoved) == [0, 1, 1])
    #expect(found.allSatisfy { $0.bucketsMovedMinimum <= $0.bucketsMoved })
  }

  @Test func bucketsThatGoThereAndBackAreCounted() {
    var farm = Farm()
    farm.fault(0, .restart(node2), 1000)
    farm.own([0, 3], 0b10, 1100, issued: 1099)
    farm.own([0], 0b1, 1200, issued: 1199)
    let found = farm.finish(3000)
    #expect(found[0].bucketsMoved == 1 && found[0].bucketsThereAndBack == 1)
  }
}

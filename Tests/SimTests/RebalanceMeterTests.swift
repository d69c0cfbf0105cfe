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
    #expect(found.map(\.bucketsMoved) == [0, 2], "each bucket moved once")
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
}

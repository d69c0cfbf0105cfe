import Engine
import Foundation
import LinuxBackend
import TestSupport
import Testing

@testable import Lab

/// The watch against a real kernel whose rules the nft command changes.
@Suite(.enabled(if: LabNeeds.missing == nil, "needs root and the nft command"), .inTime)
struct FilterWatchTests {
  private static let table = """
    table inet farmd {
      set owned_0 { type mark; }
      set resets_0 { type mark; }
      set owned_1 { type mark; }
      set lease { type ipv4_addr; flags timeout; }
      chain pre { type filter hook prerouting priority raw; policy accept; meta mark @owned_0 accept; }
    }

    """
  private let namespace: NetworkNamespace
  private let watch: FilterWatch
  private let node = NodeID(2)

  init() throws {
    namespace = try NetworkNamespace(name: "watched")
    watch = try FilterWatch(table: "farmd", bucketCounts: [64, 4096])
  }

  private func begin(_ script: String) throws {
    try namespace.nft(script)
    try watch.add(node, namespace: namespace.descriptor)
  }

  /// The watch's changes once it has heard this many.
  private func changes(_ count: Int) throws -> [FilterChange] {
    var heard: [FilterChange] = []
    let deadline = Date().addingTimeInterval(3)
    while heard.count < count && Date() < deadline {
      heard += watch.take()
      usleep(1000)
    }
    try #require(heard.count == count, "\(heard.count) changes instead of \(count)")
    return heard
  }

  private func buckets(_ set: BucketSet) -> [Int] {
    (0..<set.capacity).filter { set.contains(Bucket($0)) }
  }

  @Test func theFilterAsItIsComesFirst() throws {
    let before = MonotonicClock.now
    try begin(
      Self.table
        + "add element inet farmd owned_0 { 1, 63 }\nadd element inet farmd owned_1 { 4095 }\n"
        + "add element inet farmd resets_0 { 5 }\nadd element inet farmd lease { 10.0.0.1 timeout 60s }\n")
    let first = try changes(1)[0]
    #expect(first.node == node && first.isResynchronised && first.at >= before)
    #expect(buckets(first.filter.owned[0]) == [1, 63] && buckets(first.filter.owned[1]) == [4095])
    #expect(buckets(first.filter.resets[0]) == [5] && first.filter.resets[1].isEmpty)
    let left = try #require(first.filter.leaseEnd) - first.at
    #expect(left > .seconds(50) && left <= .seconds(60))
    #expect(watch.current()[node] == first.filter)
  }

  @Test func aTransactionIsOneChangeAtItsTime() throws {
    try begin(Self.table)
    let start = MonotonicClock.now
    try namespace.nft("add element inet farmd owned_0 { 3, 4, 5 }\nadd element inet farmd owned_1 { 700 }")
    let middle = MonotonicClock.now
    try namespace.nft("delete element inet farmd owned_0 { 4 }\nadd element inet farmd resets_0 { 4 }")
    let heard = try changes(3)
    #expect(heard[0].filter == WatchedFilter(bucketCounts: [64, 4096]))
    #expect(buckets(heard[1].filter.owned[0]) == [3, 4, 5] && buckets(heard[1].filter.owned[1]) == [700])
    #expect(heard[1].at > start && heard[1].at < middle && !heard[1].isResynchronised)
    #expect(buckets(heard[2].filter.owned[0]) == [3, 5] && buckets(heard[2].filter.resets[0]) == [4])
    #expect(heard[2].at > middle && heard[2].at <= MonotonicClock.now)
  }

  @Test func aRenewedLeaseHadNotRunOut() throws {
    try begin(Self.table)
    try namespace.nft("add element inet farmd lease { 10.0.0.1 timeout 5s }")
    try namespace.nft(
      "delete element inet farmd lease { 10.0.0.1 }\nadd element inet farmd lease { 10.0.0.1 timeout 300ms }")
    usleep(400_000)
    try namespace.nft("add element inet farmd lease { 10.0.0.1 timeout 200ms }")
    let heard = try changes(4)
    #expect(heard[0].filter.leaseEnd == nil && heard[0].filter.state(at: heard[0].at).hasLease == false)
    #expect(!heard[1].hadLease && heard[1].filter.leaseEnd == heard[1].at + .seconds(5))
    #expect(heard[2].hadLease && heard[2].filter.leaseEnd == heard[2].at + .milliseconds(300))
    #expect(heard[2].filter.state(at: heard[2].at + .milliseconds(299)).hasLease)
    #expect(!heard[2].filter.state(at: heard[2].at + .milliseconds(300)).hasLease)
    // It had already run out by itself, which no notice says: so nothing was taken away.
    #expect(!heard[3].hadLease)
  }

  /// A flush also removes an element that has run out but was not swept up yet. The lease did not run until then.
  @Test func aFlushOfALeaseThatHadRunOutTookNothingAway() throws {
    try begin(Self.table)
    let renewal = "flush set inet farmd lease\nadd element inet farmd lease { 10.0.0.1 timeout 200ms }"
    try namespace.nft(renewal)
    try namespace.nft(renewal)
    usleep(300_000)
    try namespace.nft(renewal)
    usleep(300_000)
    try namespace.nft("flush set inet farmd lease")
    let heard = try changes(5)
    #expect(heard[2].hadLease)
    #expect(!heard[3].hadLease && !heard[4].hadLease)
    let history = FilterHistory(heard, until: MonotonicClock.now)
    // The kernel counts the time in whole ticks of 1, 4 or 10 ms.
    let end = heard[2].at + .milliseconds(200)
    #expect(history.moments.filter { !$0.state.hasLease && $0.at == end }.count == 1)
  }

  @Test func aTableThatIsReplacedOrDeletedIsEmptyAtOnce() throws {
    try begin(
      Self.table
        + "add element inet farmd owned_0 { 1, 2 }\nadd element inet farmd lease { 10.0.0.1 timeout 60s }")
    try namespace.nft("delete table inet farmd\n" + Self.table + "add element inet farmd owned_0 { 9 }")
    try namespace.nft("flush set inet farmd owned_0")
    try namespace.nft("add element inet farmd owned_0 { 7 }")
    try namespace.nft("delete table inet farmd")
    let heard = try changes(5)
    #expect(heard[0].filter.leaseEnd != nil)
    #expect(buckets(heard[1].filter.owned[0]) == [9] && heard[1].filter.leaseEnd == nil)
    #expect(heard[2].filter.owned[0].isEmpty)
    #expect(buckets(heard[3].filter.owned[0]) == [7])
    #expect(heard[4].filter == WatchedFilter(bucketCounts: [64, 4096]))
  }

  @Test func otherTablesAndOtherSetsSayNothing() throws {
    try begin(Self.table)
    try namespace.nft(
      "add table ip farmd\nadd set ip farmd owned_0 { type mark; }\nadd element ip farmd owned_0 { 1 }")
    try namespace.nft(
      "add table inet other\nadd set inet other owned_0 { type mark; }\nadd element inet other owned_0 { 2 }")
    try namespace.nft(
      "add table arp farmd\ndelete table arp farmd")
    try namespace.nft("add element inet farmd owned_0 { 8 }")
    #expect(buckets(try changes(2)[1].filter.owned[0]) == [8])
  }

  @Test func everyBucketOfALargeGroupInOneChange() throws {
    try begin(Self.table)
    let all = (0..<4096).map(String.init).joined(separator: ", ")
    try namespace.nft("add element inet farmd owned_1 { \(all) }")
    try namespace.nft("delete element inet farmd owned_1 { \(all) }\nadd element inet farmd owned_1 { 17 }")
    let heard = try changes(3)
    #expect(heard[1].filter.owned[1].count == 4096)
    #expect(buckets(heard[2].filter.owned[1]) == [17])
    #expect(watch.overruns == 0)
  }

  @Test func whatTheKernelDroppedIsReadAgain() throws {
    try namespace.nft(Self.table)
    try namespace.run { () throws in
      var watched = try WatchedNode(node, table: "farmd", bucketCounts: [64, 4096], room: 4096)
      let first = try watched.resynchronise()
      // Nobody reads while far more than the buffer holds is announced.
      let all = (0..<4096).map(String.init).joined(separator: ", ")
      try Self.nft("add element inet farmd owned_1 { \(all) }")
      try Self.nft("add element inet farmd owned_0 { 6 }")
      var changes: [FilterChange] = []
      let isOverrun = watched.drain(into: &changes)
      #expect(isOverrun)
      let again = try watched.resynchronise()
      #expect(first.filter.owned[1].isEmpty && again.filter.owned[1].count == 4096 && again.isResynchronised)
      // Notices of changes that the full read already contains add nothing.
      try Self.nft("add element inet farmd owned_0 { 7 }")
      let last = try watched.resynchronise()
      #expect(buckets(last.filter.owned[0]) == [6, 7])
      changes = []
      _ = watched.drain(into: &changes)
      #expect(changes.isEmpty && watched.filter == last.filter)
      try Self.nft("delete element inet farmd owned_0 { 6, 7 }")
      _ = watched.drain(into: &changes)
      #expect(changes.count == 1 && watched.filter.owned[0].isEmpty)
    }
  }

  @Test func aNodeWithoutPowerHasNoFilter() throws {
    try begin(Self.table + "add element inet farmd owned_0 { 1 }")
    let lost = MonotonicClock.now
    watch.remove(node, at: lost)
    try namespace.nft("add element inet farmd owned_0 { 2 }")
    let heard = try changes(2)
    #expect(heard[1].at == lost && heard[1].filter.owned[0].isEmpty)
    #expect(watch.current().isEmpty)
    watch.stop()
    #expect(throws: LabError.self) { try watch.add(node, namespace: namespace.descriptor) }
  }

  /// Runs nft with a script, as one transaction, in the namespace of the calling thread.
  fileprivate static func nft(_ script: String) throws(LabError) {
    let outcome = try Program.run("nft", ["-f", "-"], input: script)
    if outcome.status != 0 { throw LabError("nft: \(outcome.complaint)") }
  }
}

extension NetworkNamespace {
  fileprivate func nft(_ script: String) throws {
    try run { () throws(LabError) in try FilterWatchTests.nft(script) }
  }
}

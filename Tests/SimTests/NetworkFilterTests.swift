import Engine
import Testing

@testable import Sim

/// The virtual kernel of a node by itself.
@Suite struct NetworkFilterTests {
  private func set(_ buckets: Int...) -> BucketSet {
    var set = BucketSet(capacity: 8)
    for b in buckets { set.insert(Bucket(b)) }
    return set
  }
  private func commit(_ buckets: BucketSet) -> VirtualFilter.Operation.Kind {
    .commit(owned: [buckets], resets: [BucketSet(capacity: 8)])
  }
  private func at(_ ms: Int) -> Instant { .zero + .milliseconds(ms) }

  @Test func operationsAreDoneOneAfterTheOther() {
    var filter = VirtualFilter(bucketCounts: [8])
    let first = filter.issue(
      commit(set(1)), CommitNumber(1), generation: 0, at: at(0), latency: .milliseconds(5))
    let second = filter.issue(
      commit(set(2)), CommitNumber(2), generation: 0, at: at(1), latency: .milliseconds(1))
    #expect((first, second) == (at(5), at(6)), "the second waits for the first")
    let done = filter.performNext(at: at(5), isRefused: false)
    #expect(done.number == CommitNumber(1))
    #expect(filter.state.owned == [set(1)])
    let next = filter.performNext(at: at(6), isRefused: false)
    #expect(next.issued == at(1))
    #expect(filter.state.owned == [set(2)] && filter.isIdle)
  }

  @Test func aRefusedCommitChangesNothing() {
    var filter = VirtualFilter(bucketCounts: [8])
    _ = filter.issue(commit(set(1)), CommitNumber(1), generation: 0, at: at(0), latency: .zero)
    _ = filter.performNext(at: at(0), isRefused: false)
    let before = filter.state
    for kind in [commit(set(2)), .renewLease(.seconds(1)), .remove] {
      _ = filter.issue(kind, CommitNumber(2), generation: 0, at: at(1), latency: .zero)
      _ = filter.performNext(at: at(1), isRefused: true)
      #expect(filter.state == before)
    }
  }

  @Test func aLeaseRunsFromWhenTheKernelHasIt() {
    var filter = VirtualFilter(bucketCounts: [8])
    _ = filter.issue(
      .renewLease(.milliseconds(450)), CommitNumber(1), generation: 0, at: at(0), latency: .milliseconds(2))
    #expect(!filter.state.hasLease)
    _ = filter.performNext(at: at(2), isRefused: false)
    #expect(filter.state.hasLease && filter.leaseEnd == at(452))
    _ = filter.issue(.endLease, CommitNumber(2), generation: 0, at: at(10), latency: .zero)
    _ = filter.performNext(at: at(10), isRefused: false)
    #expect(!filter.state.hasLease)
  }

  @Test func aLeaseWithoutEndNeverEnds() {
    var filter = VirtualFilter(bucketCounts: [8])
    let forever = Duration(nanoseconds: .max)
    for t in [0, 1] {
      _ = filter.issue(.renewLease(forever), CommitNumber(1), generation: 0, at: at(t), latency: .zero)
      _ = filter.performNext(at: at(t), isRefused: false)
    }
    #expect(filter.leaseEnd > at(1_000_000_000))
  }

  @Test func aPausedMachineKeepsItsOperationsAndItsLease() {
    var filter = VirtualFilter(bucketCounts: [8])
    _ = filter.issue(
      .renewLease(.milliseconds(450)), CommitNumber(1), generation: 0, at: at(0), latency: .zero)
    _ = filter.performNext(at: at(0), isRefused: false)
    _ = filter.issue(commit(set(1)), CommitNumber(2), generation: 0, at: at(100), latency: .milliseconds(1))
    let serial = filter.serial
    filter.freeze(at: at(100))
    let dues = filter.thaw(at: at(1100))
    #expect(dues == [at(1101)])
    #expect(filter.leaseEnd == at(1450))
    #expect(filter.serial != serial, "events from before the pause are void")
  }

  @Test func powerLossTakesAll() {
    var filter = VirtualFilter(bucketCounts: [8])
    _ = filter.issue(commit(set(1)), CommitNumber(1), generation: 0, at: at(0), latency: .zero)
    _ = filter.performNext(at: at(0), isRefused: false)
    _ = filter.issue(commit(set(2)), CommitNumber(2), generation: 0, at: at(1), latency: .milliseconds(1))
    filter.clear()
    #expect(filter.isIdle && filter.state == VirtualFilter(bucketCounts: [8]).state && filter.serial == 1)
  }
}

import Engine

/// The kernel of a machine on a ``TestFarm``: what its filter accepts, until when, and which flows it tracks.
///
/// Until a commit is confirmed, the filter accepts the old buckets and the new ones: that is the worst case.
struct TestKernel {
  /// What it refuses of what it is asked for.
  enum Refusal { case nothing, filters, everything }

  var refuses = Refusal.nothing
  /// The buckets that the filter accepts, by group.
  private(set) var filters: [BucketSet]
  /// The buckets whose unknown segments it resets, by group.
  private(set) var resets: [BucketSet]
  /// Until when the filter accepts anything.
  private(set) var lease = Instant.zero
  /// The buckets of the first group with a flow, on a busy farm.
  private(set) var flows: BucketSet
  /// The first group's flows as they are told to the node.
  private(set) var tracked: TrackedFlows
  /// Whether the node must still be told of them.
  private var isUntold = false
  private var underWay: [(number: CommitNumber, owned: [BucketSet])] = []

  init(_ settings: Settings) {
    filters = settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }
    resets = filters
    flows = filters[0]
    tracked = .none(bucketCount: filters[0].capacity)
  }

  /// Begins a commit. - Returns: whether it is refused.
  mutating func begin(_ commit: FilterCommit) -> Bool {
    if refuses != .nothing { return true }
    resets = commit.resets
    if commit.settings != nil || filters.map(\.capacity) != commit.owned.map(\.capacity) {
      filters = commit.owned
      underWay = []
    }
    for g in filters.indices { filters[g].formUnion(commit.owned[g]) }
    underWay.append((commit.number, commit.owned))
    return false
  }

  /// Completes a commit, if this is one that is under way.
  mutating func finish(_ number: CommitNumber) {
    guard let i = underWay.firstIndex(where: { $0.number == number }) else { return }
    filters = underWay.remove(at: i).owned
    for later in underWay {
      for g in filters.indices { filters[g].formUnion(later.owned[g]) }
    }
  }

  /// - Returns: whether it is refused.
  mutating func renewLease(until end: Instant) -> Bool {
    if refuses == .everything { return true }
    lease = end
    return false
  }

  /// Ends the lease, and with it every tracked flow.
  mutating func endLease() {
    lease = .zero
    forgetFlows()
  }

  /// Somebody adds a bucket to the filter by hand, and the daemon knows nothing of it.
  mutating func add(_ bucket: Bucket) { filters[0].insert(bucket) }

  /// A puppet's filter accepts what it claims.
  mutating func accept(_ claims: BucketSet) { filters[0] = claims }

  /// What the machine was is restored, on a clock that has gone on.
  mutating func restore(_ old: TestKernel, later: Duration) {
    filters = old.filters
    resets = old.resets
    lease = old.lease + later
  }
}

// MARK: Flows

extension TestKernel {
  mutating func openFlows() { flows.formUnion(filters[0]) }

  /// The flows of some buckets end.
  mutating func endFlows(in buckets: BucketSet) { flows.subtract(buckets) }

  private mutating func forgetFlows() {
    tracked = .none(bucketCount: tracked.bucketsOutside.capacity)
    flows.removeAll()
  }

  /// Tracks other flows, which the node is told of by whoever calls this.
  mutating func track(_ flows: TrackedFlows) { tracked = flows }

  /// Counts the flows of a busy farm anew.
  mutating func countFlows() {
    var outside = flows
    outside.subtract(filters[0])
    let counted = TrackedFlows(
      inside: flows.count - outside.count, outside: outside.count, bucketsOutside: outside)
    isUntold = isUntold || counted != tracked
    tracked = counted
  }

  mutating func tellAgain() { isUntold = true }

  /// What the node has not been told yet.
  mutating func untoldFlows() -> TrackedFlows? {
    if !isUntold { return nil }
    isUntold = false
    return tracked
  }
}

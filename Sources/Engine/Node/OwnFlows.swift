/// The flows of one group that this node tracks, as far as it knows and as it announces them.
///
/// The backend counts flows now and then. A bucket that was released since may have flows of this node until they have
/// been counted again.
struct OwnFlows: Sendable {
  /// As the backend reported last.
  private(set) var tracked: TrackedFlows
  private var justReleased: BucketSet
  private var hasJustReleased = false

  init(bucketCount: Int) {
    tracked = .none(bucketCount: bucketCount)
    justReleased = BucketSet(capacity: bucketCount)
  }

  /// Takes over the backend's report. One about another number of buckets is dropped.
  mutating func note(_ flows: TrackedFlows) {
    if flows.bucketsOutside.capacity == justReleased.capacity { tracked = flows }
  }

  mutating func noteRelease(of bucket: Bucket) {
    justReleased.insert(bucket)
    hasJustReleased = true
  }

  /// Forgets what was released before this timer: the backend has reported since which flows are left.
  mutating func forgetReleased() {
    if !hasJustReleased { return }
    hasJustReleased = false
    justReleased.removeAll()
  }

  /// What a heartbeat says. A bucket that was released just now counts as having flows, and the count outside is 0 only
  /// if no bucket can have any.
  var announced: TrackedFlows {
    var flows = tracked
    if hasJustReleased { flows.bucketsOutside.formUnion(justReleased) }
    if flows.outside == 0, !flows.bucketsOutside.isEmpty { flows.outside = 1 }
    return flows
  }
}

/// The longest times of a group's buckets in each state, in nanoseconds: without an owner, with one that clients did
/// not reach, not served, or with several owners.
///
/// *Not served* joins the first two and an application that does not serve, without a pause between them but for an
/// ``OwnershipMeter/glimpse``.
struct LongestTimes: Sendable, BitwiseCopyable {
  var hole: UInt64 = 0
  var unreached: UInt64 = 0
  var unserved: UInt64 = 0
  var double: UInt64 = 0
}

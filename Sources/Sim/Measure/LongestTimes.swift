/// How long a bucket of a group was without an owner, with one that clients did not reach, not served for these reasons
/// or by its owner's application without a pause between them (but for an ``OwnershipMeter/glimpse``), or with several: at most, in nanoseconds.
struct LongestTimes: Sendable, BitwiseCopyable {
  var hole: UInt64 = 0
  var unreached: UInt64 = 0
  var unserved: UInt64 = 0
  var double: UInt64 = 0
}

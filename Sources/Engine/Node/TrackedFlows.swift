/// The TCP flows of one group that a node's kernel tracks.
public struct TrackedFlows: Sendable, Hashable {
  /// Flows whose bucket is in the filter's owned set.
  public var inside: Int
  /// Flows whose bucket is not: it was handed over, and they stay here until they end.
  public var outside: Int
  /// The buckets of the flows outside. A bucket that may have a flow counts as having one: a handshake that is not yet
  /// complete, or a bucket that was released after the flows were last counted.
  public var bucketsOutside: BucketSet

  /// - Precondition: no count is negative.
  public init(inside: Int, outside: Int, bucketsOutside: BucketSet) {
    precondition(inside >= 0 && outside >= 0, "a negative number of flows")
    self.inside = inside
    self.outside = outside
    self.bucketsOutside = bucketsOutside
  }

  /// No flow at all of a group with so many buckets.
  public static func none(bucketCount: Int) -> TrackedFlows {
    TrackedFlows(inside: 0, outside: 0, bucketsOutside: BucketSet(capacity: bucketCount))
  }

  /// What a node that does not know must assume: a flow in any of these buckets.
  public static func possible(in buckets: BucketSet) -> TrackedFlows {
    TrackedFlows(inside: 0, outside: buckets.isEmpty ? 0 : 1, bucketsOutside: buckets)
  }
}

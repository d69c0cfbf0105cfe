/// Buckets that did not have exactly one owner when a run ended, in a farm that had formed.
public struct UnsettledBuckets: Sendable, Hashable {
  /// Buckets that no node accepted.
  public var holes: Int
  /// Buckets that some node would have accepted, if clients had reached it and heard its answers.
  public var unreached: Int
  /// Buckets that two or more nodes accepted.
  public var doubles: Int

  public init(holes: Int = 0, unreached: Int = 0, doubles: Int = 0) {
    self.holes = holes
    self.unreached = unreached
    self.doubles = doubles
  }

  public var count: Int { holes + unreached + doubles }
}

/// Buckets that were not whole when a run ended, in a farm that had formed.
public struct UnsettledBuckets: Sendable, Hashable {
  /// Buckets that no node accepted.
  public var holes: Int
  /// Buckets that a node had though clients did not reach it or hear its answers.
  public var unreached: Int
  /// Buckets that two or more nodes accepted.
  public var doubles: Int
  /// Buckets with one owner, whose application did not serve.
  public var unserved: Int

  public init(holes: Int = 0, unreached: Int = 0, doubles: Int = 0, unserved: Int = 0) {
    self.holes = holes
    self.unreached = unreached
    self.doubles = doubles
    self.unserved = unserved
  }

  public var count: Int { holes + unreached + doubles + unserved }

  static func + (a: UnsettledBuckets, b: UnsettledBuckets) -> UnsettledBuckets {
    UnsettledBuckets(
      holes: a.holes + b.holes, unreached: a.unreached + b.unreached, doubles: a.doubles + b.doubles,
      unserved: a.unserved + b.unserved)
  }
}

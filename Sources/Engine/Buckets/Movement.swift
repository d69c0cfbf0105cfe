/// How many buckets a change of table moved, against how many it had to.
public struct Movement: Sendable, Hashable {
  /// Buckets whose target changed.
  public let moved: Int
  /// The fewest buckets that can change on the way to the new shares: the sum of what nodes gained.
  public let minimum: Int

  /// Buckets that moved without need.
  public var excess: Int { moved - minimum }

  /// Compares two tables of one group, in the form that ``TargetTable/targets(serving:weights:into:)`` gives.
  ///
  /// Having no target (255) counts as a target of its own. For a configuration that gains a node compare the tables
  /// of the old and the new configuration with all nodes serving.
  public init(from old: [UInt8], to new: [UInt8]) {
    precondition(old.count == new.count, "tables of two different groups")
    var gains = [Int](repeating: 0, count: 256)
    var moved = 0
    for b in old.indices {
      if old[b] != new[b] { moved += 1 }
      gains[Int(old[b])] -= 1
      gains[Int(new[b])] += 1
    }
    var minimum = 0
    for gain in gains where gain > 0 { minimum += gain }
    self.moved = moved
    self.minimum = minimum
  }
}

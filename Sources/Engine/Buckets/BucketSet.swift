/// The buckets of one group that a node claims or accepts, as a bitmap.
///
/// Union, intersection and count are O(capacity / 64). It deliberately does not know *why* a bucket is
/// owned: see ``TargetTable``.
public struct BucketSet: Sendable, Hashable {
  /// How many buckets the group has, 1 to 4096.
  public let capacity: Int
  /// The bitmap: bucket `b` is bit `b % 64` of word `b / 64`; bits past the capacity are 0.
  public internal(set) var words: [UInt64]

  /// An empty set. - Precondition: `capacity` is 1 to 4096.
  public init(capacity: Int) {
    precondition(capacity >= 1 && capacity <= 4096, "a group has 1 to 4096 buckets")
    self.capacity = capacity
    words = [UInt64](repeating: 0, count: (capacity + 63) / 64)
  }

  /// Every bucket of a group. - Precondition: `capacity` is 1 to 4096.
  public static func all(capacity: Int) -> BucketSet {
    var set = BucketSet(capacity: capacity)
    for b in 0..<capacity { set.insert(Bucket(b)) }
    return set
  }

  /// The buckets whose target is a node. - Parameter targets: by bucket, a node id or 255 for none.
  public init(targets: [UInt8], node: NodeID) {
    self.init(capacity: targets.count)
    for b in targets.indices where targets[b] == node.rawValue { insert(Bucket(b)) }
  }

  /// How many buckets are in the set.
  public var count: Int {
    var n = 0
    for word in words { n += word.nonzeroBitCount }
    return n
  }
  /// Whether no bucket is in the set.
  public var isEmpty: Bool {
    for word in words where word != 0 { return false }
    return true
  }

  /// Whether a bucket is in the set. - Precondition: the bucket is inside the group.
  @inlinable public func contains(_ b: Bucket) -> Bool {
    words[b.index >> 6] >> UInt64(b.index & 63) & 1 == 1
  }

  /// Adds a bucket. - Precondition: the bucket is inside the group.
  public mutating func insert(_ b: Bucket) {
    precondition(b.index < capacity, "bucket outside the group")
    words[b.index >> 6] |= 1 << UInt64(b.index & 63)
  }
  /// Takes a bucket out. - Precondition: the bucket is inside the group.
  public mutating func remove(_ b: Bucket) {
    precondition(b.index < capacity, "bucket outside the group")
    words[b.index >> 6] &= ~(1 << UInt64(b.index & 63))
  }
  /// Takes every bucket out.
  public mutating func removeAll() {
    for i in words.indices { words[i] = 0 }
  }
  /// Adds another set's buckets. - Precondition: both are of one group.
  public mutating func formUnion(_ other: BucketSet) {
    precondition(other.capacity == capacity, "sets of two different groups")
    for i in words.indices { words[i] |= other.words[i] }
  }
  /// Keeps what another set holds too. - Precondition: both are of one group.
  public mutating func formIntersection(_ other: BucketSet) {
    precondition(other.capacity == capacity, "sets of two different groups")
    for i in words.indices { words[i] &= other.words[i] }
  }
  /// Whether no bucket is in both. - Precondition: both are of one group.
  public func isDisjoint(with other: BucketSet) -> Bool {
    precondition(other.capacity == capacity, "sets of two different groups")
    for i in words.indices where words[i] & other.words[i] != 0 { return false }
    return true
  }
  /// Takes another set's buckets out. - Precondition: both are of one group.
  public mutating func subtract(_ other: BucketSet) {
    precondition(other.capacity == capacity, "sets of two different groups")
    for i in words.indices { words[i] &= ~other.words[i] }
  }
}

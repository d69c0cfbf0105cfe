/// The buckets of one group that a node claims or accepts, as a bitmap.
///
/// Union, intersection and count are O(capacity / 64). It deliberately does not know *why* a bucket is
/// owned: see ``BucketTable``.
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

  public static func all(capacity: Int) -> BucketSet {
    var set = BucketSet(capacity: capacity)
    for b in 0..<capacity { set.insert(Bucket(b)) }
    return set
  }

  public var count: Int {
    var n = 0
    for word in words { n += word.nonzeroBitCount }
    return n
  }
  public var isEmpty: Bool {
    for word in words where word != 0 { return false }
    return true
  }

  @inlinable public func contains(_ b: Bucket) -> Bool {
    words[b.index >> 6] >> UInt64(b.index & 63) & 1 == 1
  }

  public mutating func insert(_ b: Bucket) {
    precondition(b.index < capacity, "bucket outside the group")
    words[b.index >> 6] |= 1 << UInt64(b.index & 63)
  }
  public mutating func remove(_ b: Bucket) {
    precondition(b.index < capacity, "bucket outside the group")
    words[b.index >> 6] &= ~(1 << UInt64(b.index & 63))
  }
  public mutating func removeAll() {
    for i in words.indices { words[i] = 0 }
  }
  public mutating func formUnion(_ other: BucketSet) {
    precondition(other.capacity == capacity, "sets of two different groups")
    for i in words.indices { words[i] |= other.words[i] }
  }
  public mutating func subtract(_ other: BucketSet) {
    precondition(other.capacity == capacity, "sets of two different groups")
    for i in words.indices { words[i] &= ~other.words[i] }
  }
}

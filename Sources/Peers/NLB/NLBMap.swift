import Engine

/// The buckets of one rule as the bits of a word, as NLB's heartbeats carry them.
public struct NLBMap: Sendable, Hashable, BitwiseCopyable {
  /// Bucket `b` is bit `b`.
  public var bits: UInt64

  public init(bits: UInt64 = 0) { self.bits = bits }
  /// The buckets 0 ..< count. - Precondition: `count` is 0 to 64.
  public init(first count: Int) { bits = count == 64 ? .max : (1 << UInt64(count)) - 1 }

  public static let empty = NLBMap()

  public var count: Int { bits.nonzeroBitCount }
  public var isEmpty: Bool { bits == 0 }
  public func union(_ other: NLBMap) -> NLBMap { NLBMap(bits: bits | other.bits) }
  public func intersection(_ other: NLBMap) -> NLBMap { NLBMap(bits: bits & other.bits) }
  public func subtracting(_ other: NLBMap) -> NLBMap { NLBMap(bits: bits & ~other.bits) }

  /// The lowest of its buckets, as many as asked for or as there are.
  func lowest(_ n: Int) -> NLBMap {
    var rest = bits
    for _ in 0..<Swift.min(n, count) { rest &= rest &- 1 }
    return NLBMap(bits: bits & ~rest)
  }

  /// The same buckets for a filter. A group of one bucket has it if there is any bucket at all.
  func bucketSet(capacity: Int) -> BucketSet {
    var set = BucketSet(capacity: capacity)
    if capacity == 1 {
      if !isEmpty { set.insert(Bucket(0)) }
      return set
    }
    for b in 0..<capacity where bits >> UInt64(b) & 1 == 1 { set.insert(Bucket(b)) }
    return set
  }
}

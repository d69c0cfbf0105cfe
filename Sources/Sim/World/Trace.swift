import Engine

/// A running fingerprint of everything that happened: equal for equal runs, and different for others but by chance.
///
/// Each record is (time, kind, two values) in the order of the run. It is a checksum, not cryptography.
public struct Trace: Sendable, Hashable, BitwiseCopyable {
  /// The number of records.
  @inlinable public var count: UInt64 { records }
  @usableFromInline var records: UInt64 = 0
  @usableFromInline var word: UInt64 = 0xcbf2_9ce4_8422_2325

  public init() {}

  /// Adds what happened: a kind of event with up to two values (the node and what it did, for example).
  @inlinable public mutating func record(_ at: Instant, _ kind: UInt8, _ a: UInt64, _ b: UInt64) {
    records &+= 1
    mix(at.nanoseconds ^ UInt64(kind) << 56)
    mix(a)
    mix(b)
  }

  /// The fingerprint of the records so far, their number included.
  public var digest: Digest {
    var digest = Digest(rawValue: word)
    digest.combine(count)
    return digest
  }

  /// For a given value this is a bijection of the state: states that differ stay different under equal records.
  @inlinable mutating func mix(_ value: UInt64) {
    let x = (word ^ value) &* 0x9e37_79b9_7f4a_7c15
    word = x ^ x >> 32
  }
}

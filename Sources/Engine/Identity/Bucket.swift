/// A bucket of a group, 0 to 4095: what a client's identity hashes to.
public struct Bucket: Sendable, Hashable, Comparable, BitwiseCopyable {
  public let rawValue: UInt16

  @inlinable public init(_ rawValue: Int) {
    precondition(rawValue >= 0 && rawValue < 4096, "a bucket is 0 to 4095")
    self.rawValue = UInt16(truncatingIfNeeded: rawValue)
  }

  @inlinable public var index: Int { Int(rawValue) }
  @inlinable public static func < (a: Bucket, b: Bucket) -> Bool { a.rawValue < b.rawValue }
}

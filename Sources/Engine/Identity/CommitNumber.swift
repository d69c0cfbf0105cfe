/// The number of a filter commit or lease renewal, rising by one with each that a node issues.
public struct CommitNumber: Sendable, Hashable, Comparable, BitwiseCopyable {
  public var rawValue: UInt64

  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  @inlinable public static func < (a: CommitNumber, b: CommitNumber) -> Bool { a.rawValue < b.rawValue }
}

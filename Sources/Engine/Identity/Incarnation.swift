/// Which life of a node: rises with every start, so that news of an earlier life can be told apart.
///
/// At start it is the larger of the stored one plus 1 and the wall clock in milliseconds.
public struct Incarnation: Sendable, Hashable, Comparable, BitwiseCopyable {
  public var rawValue: UInt64

  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  @inlinable public static func < (a: Incarnation, b: Incarnation) -> Bool { a.rawValue < b.rawValue }
}

/// The number of a node's life. It rises with every start, so that news of an earlier life can be told apart.
///
/// At start it is the larger of the stored one plus 1 and the wall clock in milliseconds.
public struct Incarnation: Sendable, Hashable, Comparable, BitwiseCopyable {
  public var rawValue: UInt64

  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  @inlinable public static func < (a: Incarnation, b: Incarnation) -> Bool { a.rawValue < b.rawValue }

  /// No clock says a number this high, and nobody believes a higher one.
  public static let highest = Incarnation(1 << 62)
  /// The highest that is believed because that life goes on. A node that must go above it still has room for all lives
  /// to come.
  static let highestDoubted = Incarnation(1 << 61)

  /// The life after this one. After the highest there is none.
  var next: Incarnation { Incarnation(Swift.min(rawValue, Incarnation.highest.rawValue - 1) + 1) }

  /// Whether its first datagram is believed by a node to which `known` is the newest life; 0 stands for none.
  func isPlausible(after known: Incarnation) -> Bool {
    if self <= known { return true }
    return self <= .highest && rawValue - known.rawValue <= Limits.incarnationStep
  }
}

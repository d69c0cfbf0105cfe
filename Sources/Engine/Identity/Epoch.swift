/// How many view changes a node knows of, `max(seen) + 1` at each of its own. Informative only: nothing waits for it.
public struct Epoch: Sendable, Hashable, Comparable, BitwiseCopyable {
  public var rawValue: UInt64

  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  @inlinable public static func < (a: Epoch, b: Epoch) -> Bool { a.rawValue < b.rawValue }

  /// Whether a node that knows of this many view changes takes another's word for more.
  func isPlausible(after known: Epoch) -> Bool {
    rawValue < .max / 2 && (self <= known || rawValue - known.rawValue <= Limits.epochStep)
  }
}

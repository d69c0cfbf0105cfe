/// How many view changes a node knows of: `max(seen) + 1` at each change of its own view. For information only: nothing
/// waits for it.
public struct Epoch: Sendable, Hashable, Comparable, BitwiseCopyable {
  public var rawValue: UInt64

  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  @inlinable public static func < (a: Epoch, b: Epoch) -> Bool { a.rawValue < b.rawValue }

  /// Whether a node that knows of `known` view changes believes this number.
  func isPlausible(after known: Epoch) -> Bool {
    rawValue < .max / 2 && (self <= known || rawValue - known.rawValue <= Limits.epochStep)
  }
}

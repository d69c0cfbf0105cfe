/// The number of a datagram within one incarnation of its sender; the first is 1.
public struct SequenceNumber: Sendable, Hashable, Comparable, BitwiseCopyable {
  public var rawValue: UInt64

  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  @inlinable public static func < (a: SequenceNumber, b: SequenceNumber) -> Bool { a.rawValue < b.rawValue }

  /// No node sends that many datagrams in a life.
  static let highest = SequenceNumber(1 << 62)

  /// Whether a node that had sent `known` datagrams can have come this far since; 0 stands for a new life.
  func isPlausible(after known: SequenceNumber) -> Bool {
    if self <= known { return true }
    return self <= .highest && rawValue - known.rawValue <= Limits.sequenceStep
  }
}

/// A configured node of the farm: its place in the configuration, 0 to 63.
///
/// People see names (`node2`); the engine and the wire see this number.
public struct NodeID: Sendable, Hashable, Comparable, BitwiseCopyable {
  public let rawValue: UInt8

  @inlinable public init(_ rawValue: Int) {
    precondition(rawValue >= 0 && rawValue < 64, "a node id is 0 to 63")
    self.rawValue = UInt8(truncatingIfNeeded: rawValue)
  }

  @inlinable public var index: Int { Int(rawValue) }
  @inlinable public static func < (a: NodeID, b: NodeID) -> Bool { a.rawValue < b.rawValue }
}

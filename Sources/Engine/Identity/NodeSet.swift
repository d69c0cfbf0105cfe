/// A set of nodes in one machine word.
///
/// Iteration is in ascending id, so it may steer protocol decisions.
public struct NodeSet: Sendable, Hashable, BitwiseCopyable, Sequence {
  public var bits: UInt64

  @inlinable public init(bits: UInt64 = 0) { self.bits = bits }
  @inlinable public init(_ node: NodeID) { bits = 1 << UInt64(node.rawValue) }
  /// The nodes 0 ..< count.
  @inlinable public init(first count: Int) { bits = count >= 64 ? .max : (1 << UInt64(count)) - 1 }

  public static let empty = NodeSet()

  @inlinable public var count: Int { bits.nonzeroBitCount }
  @inlinable public var isEmpty: Bool { bits == 0 }
  /// The lowest id, or `nil` if empty.
  @inlinable public var first: NodeID? { bits == 0 ? nil : NodeID(bits.trailingZeroBitCount) }
  @inlinable public func contains(_ node: NodeID) -> Bool { bits >> UInt64(node.rawValue) & 1 == 1 }
  @inlinable public mutating func insert(_ node: NodeID) { bits |= 1 << UInt64(node.rawValue) }
  @inlinable public mutating func remove(_ node: NodeID) { bits &= ~(1 << UInt64(node.rawValue)) }
  @inlinable public func union(_ other: NodeSet) -> NodeSet { NodeSet(bits: bits | other.bits) }
  @inlinable public func intersection(_ other: NodeSet) -> NodeSet { NodeSet(bits: bits & other.bits) }
  @inlinable public func subtracting(_ other: NodeSet) -> NodeSet { NodeSet(bits: bits & ~other.bits) }
  @inlinable public func isSubset(of other: NodeSet) -> Bool { bits & ~other.bits == 0 }

  @inlinable public func makeIterator() -> Iterator { Iterator(bits: bits) }

  public struct Iterator: IteratorProtocol {
    @usableFromInline var bits: UInt64
    @inlinable init(bits: UInt64) { self.bits = bits }
    @inlinable public mutating func next() -> NodeID? {
      if bits == 0 { return nil }
      let node = NodeID(bits.trailingZeroBitCount)
      bits &= bits - 1
      return node
    }
  }
}

/// A set of networks in one byte.
public struct NetworkSet: Sendable, Hashable, BitwiseCopyable {
  public var bits: UInt8

  @inlinable public init(bits: UInt8 = 0) { self.bits = bits }
  @inlinable public init(first count: Int) { bits = count >= 8 ? .max : (1 << UInt8(count)) - 1 }
  @inlinable public func contains(_ network: NetworkID) -> Bool { bits >> network.rawValue & 1 == 1 }
  @inlinable public mutating func insert(_ network: NetworkID) { bits |= 1 << network.rawValue }
}

/// A configured network, by its place in the configuration, 0 to 7.
public struct NetworkID: Sendable, Hashable, Comparable, BitwiseCopyable {
  public let rawValue: UInt8

  @inlinable public init(_ rawValue: Int) {
    precondition(rawValue >= 0 && rawValue < 8, "a network id is 0 to 7")
    self.rawValue = UInt8(truncatingIfNeeded: rawValue)
  }

  @inlinable public var index: Int { Int(rawValue) }
  @inlinable public static func < (a: NetworkID, b: NetworkID) -> Bool { a.rawValue < b.rawValue }
}

/// An IPv4 or IPv6 address as numbers in host order.
public struct IPAddress: Sendable, Hashable, BitwiseCopyable {
  /// The upper 64 bits of an IPv6 address; 0 for IPv4.
  public var high: UInt64
  /// The lower 64 bits of an IPv6 address, or the IPv4 address in the lower 32.
  public var low: UInt64
  public var isIPv4: Bool

  @inlinable public init(v4: UInt32) { (high, low, isIPv4) = (0, UInt64(v4), true) }
  @inlinable public init(v6 high: UInt64, _ low: UInt64) {
    (self.high, self.low, isIPv4) = (high, low, false)
  }
}

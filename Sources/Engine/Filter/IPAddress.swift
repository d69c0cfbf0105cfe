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

  /// The address with all but its first bits cleared.
  /// - Parameters:
  ///   - v4: bits kept of an IPv4 address, 0 to 32; more keeps all.
  ///   - v6: bits kept of an IPv6 address, 0 to 128; more keeps all.
  @inlinable public func network(v4: UInt8, v6: UInt8) -> IPAddress {
    var masked = self
    if isIPv4 {
      // Shifting by the width or more gives 0, so short prefixes need no case of their own.
      masked.low &= v4 >= 32 ? 0xffff_ffff : UInt64(UInt32.max << (32 - UInt32(v4)))
    } else {
      masked.high &= v6 >= 64 ? .max : .max << (64 - UInt64(v6))
      masked.low &= v6 >= 128 ? .max : .max << (128 - UInt64(v6))
    }
    return masked
  }

  /// The address bytes in network order as four little-endian words; an IPv4 address is the last one.
  @inlinable @inline(__always) var words: (UInt32, UInt32, UInt32, UInt32) {
    (
      UInt32(truncatingIfNeeded: high >> 32).byteSwapped, UInt32(truncatingIfNeeded: high).byteSwapped,
      UInt32(truncatingIfNeeded: low >> 32).byteSwapped, UInt32(truncatingIfNeeded: low).byteSwapped
    )
  }
}

import Engine

/// Real addresses that a share of the clients comes from: one address, or all of a network with equal chances.
public struct AddressShare: Sendable, Hashable {
  /// The address, or the first of the network.
  public var first: IPAddress
  /// How many of the last bits differ within the network; 0 for one address.
  public var hostBits: Int
  /// Share of all clients, 0 to 1.
  public var share: Double

  public init(first: IPAddress, hostBits: Int = 0, share: Double) {
    precondition(hostBits >= 0 && hostBits <= (first.isIPv4 ? 32 : 128), "more bits than an address has")
    self.first = first
    self.hostBits = hostBits
    self.share = share
  }

  /// One of the addresses, chosen by 128 random bits.
  @inline(__always) func address(_ high: UInt64, _ low: UInt64) -> IPAddress {
    func mask(_ bits: Int) -> UInt64 { bits >= 64 ? .max : (1 << UInt64(max(0, bits))) - 1 }
    var address = first
    address.low |= low & mask(hostBits)
    if hostBits > 64 { address.high |= high & mask(hostBits - 64) }
    return address
  }

  /// Whether an address is one of them.
  func contains(_ address: IPAddress) -> Bool {
    guard address.isIPv4 == first.isIPv4 else { return false }
    var same = address
    same.low &= hostBits >= 64 ? 0 : ~((1 << UInt64(hostBits)) - 1)
    if hostBits > 64 { same.high &= hostBits >= 128 ? 0 : ~((1 << UInt64(hostBits - 64)) - 1) }
    return same == first
  }
}

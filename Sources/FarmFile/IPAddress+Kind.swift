import Engine

extension IPAddress {
  /// Whether packets to it go to a group: `224.0.0.0/4`, `ff00::/8`.
  public var isMulticast: Bool { isIPv4 ? low >> 28 == 0xe : high >> 56 == 0xff }

  /// Whether it is valid only on one link: `169.254.0.0/16`, `fe80::/10`.
  public var isLinkLocal: Bool { isIPv4 ? low >> 16 == 0xa9fe : high >> 54 == 0x3fa }

  /// Whether it stays within the machine: `127.0.0.0/8`, `::1`.
  public var isLoopback: Bool { isIPv4 ? low >> 24 == 127 : high == 0 && low == 1 }

  /// Whether it is no machine's: `0.0.0.0/8`, `::`.
  public var isUnspecified: Bool { isIPv4 ? low >> 24 == 0 : high == 0 && low == 0 }

  /// `255.255.255.255`; IPv6 has none.
  public var isBroadcast: Bool { isIPv4 && low == 0xffff_ffff }

  /// The IPv4 address that `::ffff:192.0.2.1` stands for. Programs that speak both write IPv4 addresses so.
  public var mappedIPv4: IPAddress? {
    !isIPv4 && high == 0 && low >> 32 == 0xffff ? IPAddress(v4: UInt32(truncatingIfNeeded: low)) : nil
  }
}

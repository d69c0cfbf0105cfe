import Engine

extension IPAddress {
  /// Whether packets to it go to a group: `224.0.0.0/4`, `ff00::/8`.
  public var isMulticast: Bool { isIPv4 ? low >> 28 == 0xe : high >> 56 == 0xff }

  /// Whether it means the link that it is used on: `fe80::/10`. IPv6 alone has them.
  public var isLinkLocal: Bool { !isIPv4 && high >> 54 == 0x3fa }

  /// Whether it stays within the machine: `127.0.0.0/8`, `::1`.
  public var isLoopback: Bool { isIPv4 ? low >> 24 == 127 : high == 0 && low == 1 }

  /// Whether an interface can have it as its own: no group, no broadcast, not nothing.
  public var canBeAssigned: Bool {
    if isMulticast || high == 0 && low == 0 { return false }
    return !isIPv4 || low != 0xffff_ffff
  }
}

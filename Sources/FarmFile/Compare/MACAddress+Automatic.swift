import Engine

extension MACAddress {
  /// The MAC that the nodes of a farm share if the operator names none.
  ///
  /// Its first two octets are a fixed prefix with the bit for locally administered addresses. The other four are the
  /// farm's first virtual IP if that is IPv4: 10.77.0.100 gives `5a:fe:0a:4d:00:64`, or `03:bf:0a:4d:00:64` as
  /// multicast. Of an IPv6 address they are its 32-bit FNV-1a hash, after `5a:f6` or `03:b6`. So nodes agree without
  /// telling each other, and farms on one segment differ as their virtual IPs do.
  public static func automatic(for virtualIP: IPAddress, mode: SharedAddressMode) -> MACAddress {
    let prefix: UInt64 =
      switch (mode, virtualIP.isIPv4) {
      case (.multicast, true): 0x03bf
      case (.multicast, false): 0x03b6
      case (_, true): 0x5afe
      case (_, false): 0x5af6
      }
    return MACAddress(prefix << 32 | UInt64(virtualIP.isIPv4 ? UInt32(virtualIP.low) : virtualIP.fnv1a))
  }
}

extension IPAddress {
  /// The 16 or 4 bytes in network order.
  package var bytes: [UInt8] {
    isIPv4
      ? (0..<4).map { UInt8(truncatingIfNeeded: low >> UInt64(24 - $0 * 8)) }
      : (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - $0 % 8 * 8)) }
  }

  package init?(bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    let words = bytes.map(UInt64.init)
    switch bytes.count {
    case 4: self.init(v4: UInt32(words.reduce(0) { $0 << 8 | $1 }))
    case 16: self.init(v6: words[0..<8].reduce(0) { $0 << 8 | $1 }, words[8...].reduce(0) { $0 << 8 | $1 })
    default: return nil
    }
  }

  /// - Source: FNV-1a, RFC 9923, section 2.
  fileprivate var fnv1a: UInt32 { bytes.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 } }
}

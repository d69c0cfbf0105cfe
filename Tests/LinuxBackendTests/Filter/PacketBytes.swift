import Engine

/// The bytes of packets as they arrive from a client, with right checksums.
enum PacketBytes {
  /// - Parameter number: distinguishes packets; it is in the identification of IPv4 and in the flow label of IPv6.
  static func of(_ packet: Packet, number: UInt16, sequence: UInt32 = 1000, acknowledged: UInt32 = 1)
    -> [UInt8]
  {
    let isIPv4 = packet.destination.isIPv4
    switch packet.kind {
    case .tcp(let flags):
      let segment =
        word(packet.sourcePort) + word(packet.destinationPort) + long(sequence) + long(acknowledged)
        + [0x50, flags.rawValue] + word(60000) + [0, 0, 0, 0]
      return ip(packet, 6, summed(packet, 6, segment, at: 16), number)
    case .udp:
      let datagram = word(packet.sourcePort) + word(packet.destinationPort) + word(12) + [0, 0, 1, 2, 3, 4]
      return ip(packet, 17, summed(packet, 17, datagram, at: 6), number)
    case .fragment:
      if isIPv4 { return ip(packet, 17, [UInt8](repeating: 7, count: 16), number, fragment: 100) }
      return ip(packet, 44, [17, 0] + word(100 << 3) + long(7) + [UInt8](repeating: 7, count: 16), number)
    case .icmpEcho:
      let echo: [UInt8] = [isIPv4 ? 8 : 128, 0, 0, 0, 1, 2, 3, 4, 5, 6]
      return ip(packet, isIPv4 ? 1 : 58, summed(packet, isIPv4 ? 1 : 58, echo, at: 2), number)
    case .icmpError(let transport):
      let quoted = Packet(source: packet.destination, destination: packet.source, kind: .other)
      let ports = word(packet.destinationPort) + word(packet.sourcePort) + long(1000)
      let body = ip(quoted, transport == .tcp ? 6 : 17, ports, 1)
      let error: [UInt8] = (isIPv4 ? [3, 1] : [1, 3]) + [0, 0, 0, 0, 0, 0] + body
      let router = Packet(
        source: isIPv4 ? IPAddress(v4: 0xc633_6401) : IPAddress(v6: 0x2001_0db8_ffff_0000, 1),
        destination: packet.destination, kind: .other)
      return ip(router, isIPv4 ? 1 : 58, summed(router, isIPv4 ? 1 : 58, error, at: 2), number)
    case .other: return ip(packet, 99, [1, 2, 3, 4, 5, 6, 7, 8], number)
    }
  }

  /// An IP header in front of a payload.
  /// - Parameter fragment: the offset, in units of 8 bytes.
  static func ip(_ packet: Packet, _ next: UInt8, _ payload: [UInt8], _ number: UInt16, fragment: UInt16 = 0)
    -> [UInt8]
  {
    guard packet.source.isIPv4 else {
      return [0x60, 0] + word(number) + word(UInt16(payload.count)) + [next, 64]
        + address(packet.source) + address(packet.destination) + payload
    }
    var header =
      [0x45, 0] + word(UInt16(20 + payload.count)) + word(number) + word(fragment) + [64, next, 0, 0]
      + address(packet.source) + address(packet.destination)
    let sum = word(checksum(header))
    (header[10], header[11]) = (sum[0], sum[1])
    return header + payload
  }

  static func address(_ address: IPAddress) -> [UInt8] {
    address.isIPv4
      ? long(UInt32(address.low))
      : long(UInt32(address.high >> 32)) + long(UInt32(truncatingIfNeeded: address.high))
        + long(UInt32(address.low >> 32)) + long(UInt32(truncatingIfNeeded: address.low))
  }

  static func word(_ n: UInt16) -> [UInt8] { [UInt8(n >> 8), UInt8(n & 255)] }
  static func long(_ n: UInt32) -> [UInt8] { word(UInt16(n >> 16)) + word(UInt16(n & 0xffff)) }

  /// Fills in the checksum. It also covers the addresses, except for ICMP in IPv4.
  private static func summed(_ packet: Packet, _ next: UInt8, _ payload: [UInt8], at offset: Int) -> [UInt8] {
    var pseudo: [UInt8] = []
    if next != 1 {
      pseudo =
        address(packet.source) + address(packet.destination) + long(UInt32(payload.count)) + [0, 0, 0, next]
    }
    let sum = word(checksum(pseudo + payload))
    var bytes = payload
    (bytes[offset], bytes[offset + 1]) = (sum[0], sum[1])
    return bytes
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for i in stride(from: 0, to: bytes.count, by: 2) {
      sum += UInt32(bytes[i]) << 8 + (i + 1 < bytes.count ? UInt32(bytes[i + 1]) : 0)
    }
    while sum >> 16 != 0 { sum = sum & 0xffff + sum >> 16 }
    return ~UInt16(sum)
  }
}

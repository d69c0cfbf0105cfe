import Engine
import FarmFile

/// An IPv4 packet without options, as a value.
struct IPv4Packet: Sendable, Hashable {
  enum Transport: UInt8, Sendable {
    case igmp = 2
    case udp = 17
  }

  var source: IPAddress
  var destination: IPAddress
  var transport: Transport
  /// What follows the header.
  var payload: [UInt8]

  /// A UDP datagram. It carries no checksum, which UDP over IPv4 permits (RFC 768).
  static func datagram(
    from source: IPAddress, to destination: IPAddress, ports: (UInt16, UInt16), _ data: [UInt8]
  ) -> IPv4Packet {
    let words = [ports.0, ports.1, UInt16(8 + data.count), 0]
    return IPv4Packet(
      source: source, destination: destination, transport: .udp,
      payload: words.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } + data)
  }

  /// The packet's bytes (RFC 791, section 3.1).
  func encode() -> [UInt8] {
    let length = UInt16(20 + payload.count)
    // IGMP messages stay on their link (RFC 2236, section 2).
    let timeToLive: UInt8 = transport == .igmp ? 1 : 64
    var header: [UInt8] = [0x45, 0, UInt8(length >> 8), UInt8(length & 255), 0, 0, 0, 0]
    header += [timeToLive, transport.rawValue, 0, 0] + Self.octets(source) + Self.octets(destination)
    let checksum = Self.checksum(header)
    (header[10], header[11]) = (UInt8(checksum >> 8), UInt8(checksum & 255))
    return header + payload
  }

  static func octets(_ address: IPAddress) -> [UInt8] {
    stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: address.low >> UInt64($0)) }
  }

  /// The Internet checksum of an even number of bytes (RFC 1071).
  static func checksum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for i in stride(from: 0, to: bytes.count, by: 2) { sum += UInt32(bytes[i]) << 8 | UInt32(bytes[i + 1]) }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return ~UInt16(sum)
  }
}

import Engine
import FarmFile

/// A message of IGMP version 2, by which hosts join groups and routers ask who has.
///
/// A version 3 host that joins a group with all its sources says the same in another format.
enum IGMPMessage: Sendable, Hashable {
  /// Asks for the members of all groups, or of one; each answers within the response time.
  case query(group: IPAddress?, response: Duration)
  case report(group: IPAddress)
  case leave(group: IPAddress)

  static let allSystems = IPAddress(v4: 0xe000_0001)
  static let allRouters = IPAddress(v4: 0xe000_0002)

  /// Where the message is sent to (RFC 2236, section 9).
  var destination: IPAddress {
    switch self {
    case .query(let group, _): group ?? Self.allSystems
    case .report(let group): group
    case .leave: Self.allRouters
    }
  }

  /// The packet that carries it (RFC 2236, section 2).
  func packet(from source: IPAddress) -> IPv4Packet {
    let (type, code, group): (UInt8, UInt8, IPAddress?) =
      switch self {
      case .query(let group, let response):
        (0x11, UInt8(clamping: response.nanoseconds / 100_000_000), group)
      case .report(let group): (0x16, 0, group)
      case .leave(let group): (0x17, 0, group)
      }
    var bytes: [UInt8] = [type, code, 0, 0] + IPv4Packet.octets(group ?? IPAddress(v4: 0))
    let checksum = IPv4Packet.checksum(bytes)
    (bytes[2], bytes[3]) = (UInt8(checksum >> 8), UInt8(checksum & 255))
    return IPv4Packet(source: source, destination: destination, transport: .igmp, payload: bytes)
  }
}

import Engine
import FarmFile

/// One Ethernet frame as a value, for switches that decide where it goes and for captures that hold its bytes.
struct EthernetFrame: Sendable, Hashable {
  var destination: MACAddress
  var source: MACAddress
  /// The VLAN in its 802.1Q tag; `nil` if it has no tag.
  var vlan: VLAN?
  var content: Content

  enum Content: Sendable, Hashable {
    case arp(ARPMessage)
    /// The message, and the IPv4 address that it comes from.
    case igmp(IGMPMessage, from: IPAddress)
    case ipv4(IPv4Packet)
    /// Anything else, by its EtherType.
    case other(type: UInt16, payload: [UInt8])
  }

  init(to destination: MACAddress, from source: MACAddress, vlan: VLAN? = nil, _ content: Content) {
    self.destination = destination
    self.source = source
    self.vlan = vlan
    self.content = content
  }

  /// An IGMP message in the frame that hosts and routers put it in.
  init(_ message: IGMPMessage, from address: IPAddress, mac: MACAddress, vlan: VLAN? = nil) {
    self.init(
      to: MACAddress(group: message.destination), from: mac, vlan: vlan, .igmp(message, from: address))
  }

  /// Where its IPv4 packet goes; `nil` if there is none.
  var ipv4Destination: IPAddress? {
    switch content {
    case .ipv4(let packet): packet.destination
    case .igmp(let message, _): message.destination
    case .arp, .other: nil
    }
  }

  /// The frame's bytes as a capture at its sender has them: without padding and without check sequence.
  func encode() -> [UInt8] {
    var bytes = destination.octets + source.octets
    if let vlan { bytes += [0x81, 0x00, UInt8(vlan.rawValue >> 8), UInt8(vlan.rawValue & 255)] }
    switch content {
    case .arp(let message): bytes += message.encode()
    case .igmp(let message, let address): bytes += [0x08, 0x00] + message.packet(from: address).encode()
    case .ipv4(let packet): bytes += [0x08, 0x00] + packet.encode()
    case .other(let type, let payload): bytes += [UInt8(type >> 8), UInt8(type & 255)] + payload
    }
    return bytes
  }
}

/// The number of a VLAN.
struct VLAN: Sendable, Hashable, BitwiseCopyable {
  /// 1 to 4094.
  let rawValue: UInt16

  init(_ number: UInt16) {
    precondition((1...4094).contains(number), "a VLAN's number is 1 to 4094")
    rawValue = number
  }

  /// The VLAN that the ports of a new switch are in.
  static let standard = VLAN(1)
}

extension MACAddress {
  /// The address that IPv4 packets of a group go to: 01-00-5e and the group's lower 23 bits (RFC 1112, section 6.4).
  init(group: IPAddress) {
    precondition(group.isIPv4 && group.isMulticast, "not a group")
    self.init(0x0100_5e00_0000 | group.low & 0x7f_ffff)
  }

  /// Whether IPv4 groups have such addresses.
  var isIPv4Group: Bool { value >> 23 == 0x0100_5e00_0000 >> 23 }

  /// Whether no bridge forwards frames to it: 01-80-c2-00-00-00 to -0f (IEEE 802.1D, section 7.12.6).
  var isReserved: Bool { value >> 4 == 0x0180_c200_0000 >> 4 }
}

import Engine
import FarmFile

/// Tells a segment, unasked, which MAC an address has, so that neighbours that remember another MAC forget it.
///
/// It is sent as a raw frame, since the kernel would announce the node's own MAC.
struct AddressAnnouncement {
  var address: IPAddress
  var mac: MACAddress

  var type: FrameSocket.EtherType { address.isIPv4 ? .arp : .ipv6 }

  /// All hosts, or all IPv6 nodes (RFC 2464, section 7).
  var destination: MACAddress { address.isIPv4 ? .broadcast : MACAddress(0x3333_0000_0001) }

  /// The bytes behind the Ethernet header.
  var payload: [UInt8] { address.isIPv4 ? announcement : advertisement }

  /// An ARP request of the address for itself.
  /// - Source: RFC 5227, section 3.
  private var announcement: [UInt8] {
    Self.request(senderMAC: mac, sender: address, target: address)
  }

  /// An ARP request. Without a sender it is a probe: the sender's address is 0.0.0.0.
  static func request(senderMAC: MACAddress, sender: IPAddress?, target: IPAddress) -> [UInt8] {
    [0, 1, 8, 0, 6, 4, 0, 1] + senderMAC.octets + (sender?.bytes ?? [0, 0, 0, 0]) + [0, 0, 0, 0, 0, 0]
      + target.bytes
  }

  /// A neighbour advertisement to all nodes that overrides what they know.
  /// - Source: RFC 4861, sections 4.4 and 7.2.6.
  private var advertisement: [UInt8] {
    let everyone = IPAddress(v6: 0xff02_0000_0000_0000, 1)
    let override: UInt8 = 0x20
    return Self.icmpv6(
      [136, 0, 0, 0, override, 0, 0, 0] + address.bytes + [2, 1] + mac.octets, from: address, to: everyone)
  }

  /// A packet of neighbour discovery.
  /// - Parameter message: an even number of bytes, below 256, with no checksum yet.
  static func icmpv6(_ message: [UInt8], from source: IPAddress, to destination: IPAddress) -> [UInt8] {
    var message = message
    let length = UInt8(message.count)
    let pseudoHeader = source.bytes + destination.bytes + [0, 0, 0, length, 0, 0, 0, 58]
    let checksum = Self.checksum(pseudoHeader + message)
    (message[2], message[3]) = (UInt8(checksum >> 8), UInt8(checksum & 255))
    // Version 6, no traffic class; ICMPv6; a hop limit of 255 shows that no router has passed it on.
    return [0x60, 0, 0, 0, 0, length, 58, 255] + source.bytes + destination.bytes + message
  }

  /// The Internet checksum of an even number of bytes (RFC 1071).
  static func checksum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for i in stride(from: 0, to: bytes.count, by: 2) { sum += UInt32(bytes[i]) << 8 | UInt32(bytes[i + 1]) }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return ~UInt16(sum)
  }
}

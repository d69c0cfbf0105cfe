import Engine
import FarmFile

/// A claim in ARP or neighbour discovery: an address, and the MAC that somebody names for it.
struct NeighbourClaim: Hashable {
  var address: IPAddress
  var mac: MACAddress

  init(address: IPAddress, mac: MACAddress) {
    self.address = address
    self.mac = mac
  }

  /// Reads what is behind the Ethernet header. ARP of any operation names its sender's MAC, a neighbour advertisement
  /// its target's, a solicitation its source's. A probe, which only asks whether an address is free, names none.
  /// - Source: RFC 826; RFC 4861, sections 4.3 and 4.4.
  init?(_ payload: ArraySlice<UInt8>, type: FrameSocket.EtherType) {
    let bytes = Array(payload.prefix(128))
    switch type {
    case .arp:
      guard bytes.count >= 28, bytes[0..<6].elementsEqual([0, 1, 8, 0, 6, 4]),
        let address = IPAddress(bytes: bytes[14..<18]), address.low != 0,
        let mac = MACAddress(octets: bytes[8..<14])
      else { return nil }
      self.init(address: address, mac: mac)
    case .ipv6:
      // The ICMPv6 message follows the IPv6 header directly; a hop limit of 255 shows that no router has passed it on.
      guard bytes.count >= 64, bytes[6] == 58, bytes[7] == 255 else { return nil }
      let (isAdvertisement, isSolicitation) = (bytes[40] == 136, bytes[40] == 135)
      guard isAdvertisement || isSolicitation,
        let address = IPAddress(bytes: isAdvertisement ? bytes[48..<64] : bytes[8..<24]),
        address.high != 0 || address.low != 0,
        let mac = Self.option(isAdvertisement ? 2 : 1, in: bytes.dropFirst(64))
      else { return nil }
      self.init(address: address, mac: mac)
    case .ipv4, .probe: return nil
    }
  }

  /// The MAC in the option of this kind; `nil` if there is no such option.
  private static func option(_ kind: UInt8, in options: ArraySlice<UInt8>) -> MACAddress? {
    var rest = options
    while rest.count >= 8, let found = rest.first {
      let length = Int(rest[rest.startIndex + 1]) * 8
      guard length > 0, length <= rest.count else { return nil }
      if found == kind { return MACAddress(octets: rest.dropFirst(2).prefix(6)) }
      rest = rest.dropFirst(length)
    }
    return nil
  }
}

/// Asks who has an address, from a sender that neither has nor wants it. Any machine that has it answers.
struct NeighbourQuestion {
  var address: IPAddress

  var type: FrameSocket.EtherType { address.isIPv4 ? .arp : .ipv6 }

  /// All hosts, or the IPv6 nodes whose address ends in the same three bytes.
  var destination: MACAddress {
    address.isIPv4 ? .broadcast : MACAddress(0x3333_ff00_0000 | address.low & 0xff_ffff)
  }

  /// The bytes behind the Ethernet header: an ARP probe, or a solicitation from the unspecified address.
  /// - Source: RFC 5227, section 2.1.1; RFC 4861, section 4.3.
  func payload(from mac: MACAddress) -> [UInt8] {
    if address.isIPv4 { return AddressAnnouncement.request(senderMAC: mac, sender: nil, target: address) }
    let group = IPAddress(v6: 0xff02_0000_0000_0000, 0x1_ff00_0000 | address.low & 0xff_ffff)
    return AddressAnnouncement.icmpv6(
      [135, 0, 0, 0, 0, 0, 0, 0] + address.bytes, from: IPAddress(v6: 0, 0), to: group)
  }
}

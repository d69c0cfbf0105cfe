import Engine
import FarmFile
import Testing

@testable import Sim

/// Frames as bytes. The expected bytes are written out from the RFCs' figures.
@Suite struct FrameTests {
  private let host = MACAddress(0x0200_0000_0001)
  private let client = IPAddress(v4: 0x0a4d_0001)
  private let virtualIP = IPAddress(v4: 0x0a4d_0064)

  private func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// RFC 826.
  @Test func anARPReplyMayNameAnotherMACThanItsFrame() {
    let request = ARPMessage.request(for: virtualIP, from: client, mac: host)
    let shared = MACAddress(0x03bf_0a4d_0064)
    let frame = EthernetFrame(
      to: host, from: MACAddress(0x0200_0000_0009), .arp(.reply(to: request, mac: shared)))
    #expect(
      hex(frame.encode())
        == "020000000001" + "020000000009" + "0806" + "0001080006040002" + "03bf0a4d0064"
        + "0a4d0064"
        + "020000000001" + "0a4d0001")
    #expect(
      !request.isGratuitous && ARPMessage.announcement(of: virtualIP, mac: shared).isGratuitous)
  }

  /// RFC 903: operation 3 with EtherType 8035.
  @Test func aReverseRequestNamesAMACAlone() {
    let frame = EthernetFrame(to: .broadcast, from: host, .arp(.reverseRequest(mac: host)))
    #expect(
      hex(frame.encode())
        == "ffffffffffff" + "020000000001" + "8035" + "0001080006040003" + "020000000001"
        + "00000000"
        + "020000000001" + "00000000")
  }

  /// RFC 2236, section 2; RFC 1112, section 6.4.
  @Test func anIGMPReportGoesToItsGroup() {
    let group = IPAddress(v4: 0xefff_0064)
    let frame = EthernetFrame(.report(group: group), from: client, mac: host)
    #expect(frame.destination == MACAddress(0x0100_5e7f_0064))
    let bytes = frame.encode()
    #expect(hex(bytes[14..<24]) == "4500001c000000000102")
    #expect(hex(bytes[26...]) == "0a4d0001" + "efff0064" + "1600f99b" + "efff0064")
    // A header with its checksum sums up to nothing.
    #expect(IPv4Packet.checksum(Array(bytes[14..<34])) == 0)
    #expect(IPv4Packet.checksum(Array(bytes[34...])) == 0)
  }

  @Test func queriesGoToAllSystemsOrToTheirGroupAndLeavesToRouters() {
    let group = IPAddress(v4: 0xef01_0101)
    let general = IGMPMessage.query(group: nil, response: .seconds(10))
    #expect(general.destination == IPAddress(v4: 0xe000_0001))
    #expect(general.packet(from: client).payload[1] == 100, "tenths of a second")
    #expect(IGMPMessage.query(group: group, response: .seconds(1)).destination == group)
    #expect(IGMPMessage.leave(group: group).destination == IPAddress(v4: 0xe000_0002))
  }

  /// IEEE 802.1Q: 8100, then the VLAN's number.
  @Test func aTagIsBetweenAddressesAndType() {
    let frame = EthernetFrame(
      to: host, from: host, vlan: VLAN(0x123), .other(type: 0x88b5, payload: [7]))
    #expect(hex(frame.encode()) == "020000000001" + "020000000001" + "81000123" + "88b5" + "07")
  }

  /// 32 groups share a MAC.
  @Test func onlyTheLower23BitsOfAGroupAreInItsMAC() {
    let mac = MACAddress(0x0100_5e01_0203)
    for top in 0..<32 as Range<UInt32> {
      let group = IPAddress(v4: 0xe001_0203 | (top >> 1) << 24 | (top & 1) << 23)
      #expect(MACAddress(group: group) == mac)
    }
    #expect(mac.isIPv4Group && !MACAddress(0x0100_5e80_0000).isIPv4Group)
    #expect(!MACAddress(0x03bf_0a4d_0064).isIPv4Group)
  }
}

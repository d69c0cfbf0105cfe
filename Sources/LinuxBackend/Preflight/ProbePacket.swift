import Engine
import FarmFile

/// Makes a probe look like a packet for the virtual IP. A switch that snoops IGMP or MLD looks at packets alone, and if
/// it knows a querier it holds back those to a group's MAC that nobody has joined.
struct ProbePacket {
  let type: FrameSocket.EtherType
  private let source: [UInt8]
  private let destination: [UInt8]

  /// A protocol number for experiments and tests (RFC 3692). No host answers it.
  private static let transport: UInt8 = 253
  private static let headerBytes = (v4: 20, v6: 40)

  /// - Parameter node: the sender's address; the packet has the unspecified one if the families differ.
  init(from node: IPAddress, to virtualIP: IPAddress) {
    type = virtualIP.isIPv4 ? .ipv4 : .ipv6
    destination = virtualIP.bytes
    source = node.isIPv4 == virtualIP.isIPv4 ? node.bytes : destination.map { _ in 0 }
  }

  /// A packet with this content.
  func packet(_ content: [UInt8]) -> [UInt8] {
    func big(_ n: Int) -> [UInt8] { [UInt8(n >> 8 & 0xff), UInt8(n & 0xff)] }
    if type == .ipv6 {
      return [0x60, 0, 0, 0] + big(content.count) + [Self.transport, 1] + source + destination + content
    }
    var header: [UInt8] =
      [0x45, 0] + big(Self.headerBytes.v4 + content.count) + [0, 0, 0, 0, 1, Self.transport, 0, 0] + source
      + destination
    var sum = stride(from: 0, to: header.count, by: 2).reduce(0) {
      $0 + Int(header[$1]) << 8 + Int(header[$1 + 1])
    }
    sum = sum & 0xffff + sum >> 16
    sum = sum & 0xffff + sum >> 16
    header.replaceSubrange(10..<12, with: big(~sum & 0xffff))
    return header + content
  }

  /// The content of such a probe; `nil` for any other packet.
  func content(of packet: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let bytes = type == .ipv4 ? Self.headerBytes.v4 : Self.headerBytes.v6
    guard packet.count > bytes else { return nil }
    let (transport, to) = type == .ipv4 ? (9, 16) : (6, 24)
    let start = packet.startIndex
    guard packet[start + transport] == Self.transport,
      packet[start + to..<start + bytes].elementsEqual(destination)
    else { return nil }
    return packet.dropFirst(bytes)
  }
}

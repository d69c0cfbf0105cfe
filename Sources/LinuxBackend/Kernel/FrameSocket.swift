import CNetfilter
import Engine
import FarmFile
import Glibc

/// Sends and hears Ethernet frames of one type on one interface, past the host's protocols and filters.
final class FrameSocket {
  /// The type of a frame's content, by its number on the wire.
  enum EtherType: UInt16 {
    case ipv4 = 0x0800
    case ipv6 = 0x86dd
    case arp = 0x0806
    /// The first type that IEEE 802 reserves for local experiments.
    case probe = 0x88b5
  }

  struct Frame {
    var destination: MACAddress
    var source: MACAddress
    var payload: ArraySlice<UInt8>
  }

  private let file: Descriptor
  let link: RouteSocket.Link
  let type: EtherType

  /// - Parameter mac: a MAC that the interface lets in as long as the socket is open. The kernel removes it with the
  ///   socket, however the process ends.
  /// - Throws: what the kernel refuses, as for an interface without MACs.
  init(interface link: RouteSocket.Link, type: EtherType, mac: MACAddress? = nil) throws(NetlinkSocket
    .Refusal)
  {
    self.link = link
    self.type = type
    file = try PacketSocket.open(interface: Int32(link.index), type: type.rawValue)
    if let mac { try accept(mac) }
  }

  /// To wait on for frames.
  var descriptor: Int32 { file.number }

  private func accept(_ mac: MACAddress) throws(NetlinkSocket.Refusal) {
    var request = packet_mreq()
    request.mr_ifindex = Int32(link.index)
    request.mr_type = UInt16(mac.isMulticast ? PACKET_MR_MULTICAST : PACKET_MR_UNICAST)
    request.mr_alen = 6
    withUnsafeMutableBytes(of: &request.mr_address) { $0.copyBytes(from: mac.octets) }
    let length = socklen_t(MemoryLayout<packet_mreq>.size)
    guard setsockopt(descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, length) == 0 else {
      throw NetlinkSocket.Refusal(code: errno)
    }
  }

  /// Sends a frame from the interface's own MAC. A frame that the kernel refuses is lost.
  func send(_ payload: [UInt8], to destination: MACAddress) {
    let number = [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 255)]
    let frame = destination.octets + link.mac.octets + number + payload
    _ = Glibc.send(descriptor, frame, frame.count, 0)
  }

  /// The next frame; `nil` if none waits.
  func receive() -> Frame? {
    var buffer = [UInt8](repeating: 0, count: 2048)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count >= 14, let destination = MACAddress(octets: buffer[..<6]),
      let source = MACAddress(octets: buffer[6..<12])
    else { return nil }
    return Frame(destination: destination, source: source, payload: buffer[14..<count])
  }
}

import CNetfilter
import Engine
import FarmFile
import Glibc

/// Sends and hears raw frames of the preflight on one interface, those to the shared MAC included.
///
/// The interface lets the shared MAC in as long as the socket is open: the kernel takes it out with it, whatever ends the process.
final class ProbeSocket {
  /// The first EtherType for local experiments, IEEE 802.
  private static let etherType: UInt16 = 0x88b5

  let descriptor: Int32
  private let link: RouteSocket.Link
  private let mac: MACAddress

  /// - Throws: what the kernel refuses, as for an interface without MACs.
  init(interface link: RouteSocket.Link, mac: MACAddress) throws(NetlinkSocket.Refusal) {
    self.link = link
    self.mac = mac
    let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    descriptor = socket(AF_PACKET, type, Int32(Self.etherType.bigEndian))
    guard descriptor >= 0 else { throw NetlinkSocket.Refusal(code: errno) }
    do throws(NetlinkSocket.Refusal) {
      try bind()
      try acceptMAC()
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  private func bind() throws(NetlinkSocket.Refusal) {
    var address = sockaddr_ll()
    address.sll_family = UInt16(AF_PACKET)
    address.sll_protocol = Self.etherType.bigEndian
    address.sll_ifindex = Int32(link.index)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
      }
    }
    guard result == 0 else { throw NetlinkSocket.Refusal(code: errno) }
  }

  private func acceptMAC() throws(NetlinkSocket.Refusal) {
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

  /// Sends a frame to the shared MAC from the interface's own. A frame that the kernel refuses is a lost one.
  func send(_ payload: [UInt8]) {
    let type = [UInt8(Self.etherType >> 8), UInt8(Self.etherType & 255)]
    let frame = mac.octets + link.mac.octets + type + payload
    _ = Glibc.send(descriptor, frame, frame.count, 0)
  }

  /// The next payload that came to the shared MAC; `nil` if none waits.
  func receive() -> ArraySlice<UInt8>? {
    var buffer = [UInt8](repeating: 0, count: 2048)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count >= 0 else { return nil }
      if count >= 14, buffer[..<6] == mac.octets[...] { return buffer[14..<count] }
    }
  }
}

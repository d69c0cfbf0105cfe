import CNetfilter
import Glibc

/// Counts the frames of one type that arrive on one interface. The kernel counts them, and nothing is read.
///
/// The kernel gives such a socket the frames that have passed its ingress filters, and none that the host itself sends.
/// So a counted frame has got as far as the protocols.
final class FrameCounter {
  private let socket: Descriptor

  /// - Throws: what the kernel refuses.
  init(interface link: RouteSocket.Link, type: FrameSocket.EtherType) throws(NetlinkSocket.Refusal) {
    socket = try PacketSocket.open(interface: Int32(link.index), type: type.rawValue)
    // Nobody reads the socket: a frame that does not fit is counted and dropped.
    var bytes: Int32 = 1
    setsockopt(socket.number, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Frames that have arrived since the last call.
  func take() -> Int {
    var counts = tpacket_stats()
    var length = socklen_t(MemoryLayout<tpacket_stats>.size)
    guard getsockopt(socket.number, SOL_PACKET, PACKET_STATISTICS, &counts, &length) == 0 else { return 0 }
    return Int(counts.tp_packets)
  }
}

import CNetfilter
import Glibc

/// Counts the frames of one type that arrive on one interface, in the kernel: nothing is read, and a frame costs the
/// kernel a counter.
///
/// The kernel hands frames to such a socket after its ingress filters, and those that the host sends itself not at all. So
/// what is counted has got as far as the protocols.
final class FrameCounter {
  private let socket: Descriptor

  /// - Throws: what the kernel refuses.
  init(interface link: RouteSocket.Link, type: FrameSocket.EtherType) throws(NetlinkSocket.Refusal) {
    socket = Descriptor(owning: try PacketSocket.open(interface: Int32(link.index), type: type.rawValue))
    // Nobody reads it: what does not fit is counted and thrown away.
    var bytes: Int32 = 1
    setsockopt(socket.number, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Frames that arrived since it was asked last.
  func take() -> Int {
    var counts = tpacket_stats()
    var length = socklen_t(MemoryLayout<tpacket_stats>.size)
    guard getsockopt(socket.number, SOL_PACKET, PACKET_STATISTICS, &counts, &length) == 0 else { return 0 }
    return Int(counts.tp_packets)
  }
}

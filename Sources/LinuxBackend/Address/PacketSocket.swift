import CNetfilter
import Glibc

/// Sockets for Ethernet frames, past the host's protocols and filters.
package enum PacketSocket {
  /// Every frame, including those that the host sends: `ETH_P_ALL`.
  package static let everyType: UInt16 = 3

  /// A socket for the frames of one type on one interface of the calling thread's network namespace.
  /// - Parameters:
  ///   - index: the interface's.
  ///   - type: what is in the frames, by its number on the wire.
  ///   - waits: whether a read waits for a frame.
  /// - Throws: what the kernel refuses.
  package static func open(
    interface index: Int32, type: UInt16, waits: Bool = false
  ) throws(NetlinkSocket.Refusal) -> Int32 {
    let flags = Int32(SOCK_CLOEXEC.rawValue) | (waits ? 0 : Int32(SOCK_NONBLOCK.rawValue))
    let descriptor = socket(AF_PACKET, Int32(SOCK_RAW.rawValue) | flags, Int32(type.bigEndian))
    guard descriptor >= 0 else { throw NetlinkSocket.Refusal(code: errno) }
    var address = sockaddr_ll()
    address.sll_family = UInt16(AF_PACKET)
    address.sll_protocol = type.bigEndian
    address.sll_ifindex = index
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      close(descriptor)
      throw NetlinkSocket.Refusal(code: code)
    }
    return descriptor
  }
}

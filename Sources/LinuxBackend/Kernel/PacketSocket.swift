import CNetfilter
import Glibc

/// Sockets for Ethernet frames, past the host's protocols and filters.
///
/// The close of such a socket waits for a grace period of the kernel's RCU: 10 to 40 ms, and more than 300 ms on a busy
/// machine. So does a bind once the socket hears anything. An event loop would stand still for as long, and a node that
/// stands still for most of its time-out is removed. Therefore the socket hears nothing before it is bound, and
/// another thread closes it.
package enum PacketSocket {
  /// Every frame, including those that the host sends: `ETH_P_ALL`.
  package static let everyType: UInt16 = 3

  /// A socket for the frames of one type on one interface of the calling thread's network namespace.
  /// - Parameters:
  ///   - index: the interface's.
  ///   - type: what is in the frames, by its number on the wire.
  /// - Throws: what the kernel refuses.
  static func open(interface index: Int32, type: UInt16) throws(NetlinkSocket.Refusal) -> Descriptor {
    owner(of: try number(interface: index, type: type))
  }

  /// Who closes such a socket, on another thread.
  package static func owner(of number: Int32) -> Descriptor { Descriptor(owning: number, closesAside: true) }

  /// The same as ``open(interface:type:)`` without an owner yet.
  /// - Parameter waits: whether a read waits for a frame.
  package static func number(
    interface index: Int32, type: UInt16, waits: Bool = false
  ) throws(NetlinkSocket.Refusal) -> Int32 {
    let flags = Int32(SOCK_CLOEXEC.rawValue) | (waits ? 0 : Int32(SOCK_NONBLOCK.rawValue))
    // Without a type of frames, the socket hears nothing yet.
    let number = socket(AF_PACKET, Int32(SOCK_RAW.rawValue) | flags, 0)
    guard number >= 0 else { throw NetlinkSocket.Refusal(code: errno) }
    var address = sockaddr_ll()
    address.sll_family = UInt16(AF_PACKET)
    address.sll_protocol = type.bigEndian
    address.sll_ifindex = index
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
      }
    }
    guard result == 0 else {
      let refusal = NetlinkSocket.Refusal(code: errno)
      _ = owner(of: number)
      throw refusal
    }
    return number
  }
}

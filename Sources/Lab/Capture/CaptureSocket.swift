import CNetfilter
import Engine
import Glibc
import LinuxBackend

/// Receives every frame of one interface, including those that the host sends, each with the kernel's own time.
final class CaptureSocket: Sendable {
  private let file: Descriptor
  var descriptor: Int32 { file.number }

  /// `SO_RCVBUFFORCE` and `SO_TIMESTAMPNS` of Linux `include/uapi/asm-generic/socket.h`.
  private static let (forcedRoom, stamps): (Int32, Int32) = (33, 35)
  /// Bytes of frames that can wait to be read.
  private static let room: Int32 = 4 << 20

  init(_ interface: String, in namespace: NetworkNamespace) throws(LabError) {
    file = try namespace.packetSocket(
      interface, waits: false, failure: "cannot capture on \(interface)")
    LabSocket.set(file.number, SOL_SOCKET, CaptureSocket.forcedRoom, CaptureSocket.room)
    LabSocket.set(file.number, SOL_SOCKET, CaptureSocket.stamps, 1)
  }

  struct Frame {
    /// The beginning of the frame, as far as the buffer holds it.
    var bytes: UnsafeRawBufferPointer
    /// Bytes on the wire.
    var length: Int
    var isOutgoing: Bool
    /// Arrival by the monotonic clock, and in nanoseconds since 1970.
    var at: Instant
    var wall: UInt64
  }

  /// Calls `body` with every frame that waits. - Parameter buffer: memory for a frame; a longer one is cut.
  func read(_ buffer: UnsafeMutableRawBufferPointer, _ body: (Frame) -> Void) {
    let (now, wallNow) = (MonotonicClock.now, CaptureSocket.wallClock)
    var address = sockaddr_ll()
    // One control message: its length, its level and type, and a time in two words.
    var control = (UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    var piece = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
    while true {
      let (controlSize, nameSize) = (MemoryLayout.size(ofValue: control), MemoryLayout<sockaddr_ll>.size)
      let count = withUnsafeMutablePointer(to: &address) { name in
        withUnsafeMutablePointer(to: &control) { control in
          withUnsafeMutablePointer(to: &piece) { piece in
            var header = msghdr()
            header.msg_name = UnsafeMutableRawPointer(name)
            header.msg_namelen = socklen_t(nameSize)
            header.msg_iov = piece
            header.msg_iovlen = 1
            header.msg_control = UnsafeMutableRawPointer(control)
            header.msg_controllen = controlSize
            return recvmsg(file.number, &header, Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC))
          }
        }
      }
      guard count > 0 else { return }
      let hasStamp = control.1 == UInt64(SOL_SOCKET) | UInt64(CaptureSocket.stamps) << 32
      let wall = hasStamp ? control.2 * 1_000_000_000 + control.3 : wallNow
      control = (0, 0, 0, 0, 0, 0)
      body(
        Frame(
          bytes: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer).prefix(count)),
          length: count,
          isOutgoing: address.sll_pkttype == UInt8(PACKET_OUTGOING),
          // A frame that arrives while others are read has a later time than `now`.
          at: now + Duration(nanoseconds: Int64(wall) - Int64(wallNow)), wall: wall))
    }
  }

  /// How many frames found no room since the last call.
  func takeLost() -> Int {
    var counts = tpacket_stats()
    var length = socklen_t(MemoryLayout<tpacket_stats>.size)
    guard getsockopt(file.number, SOL_PACKET, PACKET_STATISTICS, &counts, &length) == 0 else { return 0 }
    return Int(counts.tp_drops)
  }

  private static var wallClock: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

import CNetfilter
import Glibc

/// Instructions of the kernel's packet programs, which choose the frames that a ``FrameSocket`` hears. Offsets are in
/// bytes of the Ethernet frame.
/// - Source: Linux `Documentation/networking/filter.rst`.
enum PacketProgram {
  static func word(_ offset: UInt32) -> sock_filter { sock_filter(code: 0x20, jt: 0, jf: 0, k: offset) }
  static func half(_ offset: UInt32) -> sock_filter { sock_filter(code: 0x28, jt: 0, jf: 0, k: offset) }
  static func byte(_ offset: UInt32) -> sock_filter { sock_filter(code: 0x30, jt: 0, jf: 0, k: offset) }

  /// Keeps the length of the IPv4 header that begins at this offset. ``halfBehindHeader(_:)`` then adds it to its own
  /// offset.
  static func headerLength(_ offset: UInt32) -> sock_filter {
    sock_filter(code: 0xb1, jt: 0, jf: 0, k: offset)
  }
  static func halfBehindHeader(_ offset: UInt32) -> sock_filter {
    sock_filter(code: 0x48, jt: 0, jf: 0, k: offset)
  }

  /// Compares a value with what was loaded, and skips this many instructions.
  static func isEqual(_ value: UInt32, skipIf: UInt8 = 0, skipIfNot: UInt8 = 0) -> sock_filter {
    sock_filter(code: 0x15, jt: skipIf, jf: skipIfNot, k: value)
  }

  static let pass = sock_filter(code: 0x06, jt: 0, jf: 0, k: 0xffff)
  static let drop = sock_filter(code: 0x06, jt: 0, jf: 0, k: 0)
}

extension FrameSocket {
  /// `SO_ATTACH_FILTER` of Linux `include/uapi/asm-generic/socket.h`.
  private static let attachFilter: Int32 = 26

  /// Hears only frames that the program lets pass, from now on.
  func attach(_ program: [sock_filter]) throws(NetlinkSocket.Refusal) {
    var program = program
    let result = program.withUnsafeMutableBufferPointer { code in
      var filter = sock_fprog(len: UInt16(code.count), filter: code.baseAddress)
      return setsockopt(
        descriptor, SOL_SOCKET, Self.attachFilter, &filter, socklen_t(MemoryLayout<sock_fprog>.size))
    }
    guard result == 0 else { throw NetlinkSocket.Refusal(code: errno) }
  }
}

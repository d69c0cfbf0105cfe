import Engine
import Foundation

/// Puts interfaces of a namespace up and down within microseconds, without starting a program.
final class PortSwitch: Sendable {
  private let socket: Int32

  init(_ namespace: NetworkNamespace) throws(LabError) {
    socket = try namespace.run { () throws(LabError) -> Int32 in
      let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard socket >= 0 else { throw .system("no socket for the switch") }
      return socket
    }
  }

  deinit { close(socket) }

  /// Returns once the kernel has done it.
  func set(_ interface: String, isUp: Bool) throws(LabError) {
    var request = ifreq()
    withUnsafeMutableBytes(of: &request.ifr_ifrn) { name in
      name.copyBytes(from: interface.utf8.prefix(Int(IFNAMSIZ) - 1))
    }
    guard ioctl(socket, UInt(SIOCGIFFLAGS), &request) == 0 else { throw .system("no interface \(interface)") }
    let up = Int16(truncatingIfNeeded: IFF_UP)
    let flags = request.ifr_ifru.ifru_flags
    request.ifr_ifru.ifru_flags = isUp ? flags | up : flags & ~up
    guard ioctl(socket, UInt(SIOCSIFFLAGS), &request) == 0 else {
      throw .system("cannot set \(interface) \(isUp ? "up" : "down")")
    }
  }
}

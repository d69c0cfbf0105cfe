import Engine
import Foundation
import LinuxBackend

/// Sets interfaces of a namespace up and down within microseconds, since it starts no program.
final class PortSwitch: Sendable {
  private let socket: Descriptor

  init(_ namespace: NetworkNamespace) throws(LabError) {
    let socket = try namespace.run { () throws(LabError) -> Int32 in
      let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard socket >= 0 else { throw .system("no socket for the switch") }
      return socket
    }
    self.socket = Descriptor(owning: socket)
  }

  /// Sets an interface up or down. Returns once the kernel has done it.
  func set(_ interface: String, isUp: Bool) throws(LabError) {
    var request = try flags(of: interface)
    let up = Int16(truncatingIfNeeded: IFF_UP)
    let flags = request.ifr_ifru.ifru_flags
    request.ifr_ifru.ifru_flags = isUp ? flags | up : flags & ~up
    guard ioctl(socket.number, UInt(SIOCSIFFLAGS), &request) == 0 else {
      throw .system("cannot set \(interface) \(isUp ? "up" : "down")")
    }
  }

  /// Waits until an interface that is up carries frames. The kernel tells a bridge so at most once a second, and until
  /// then the port forwards nothing. No real switch does that to a machine that boots for longer.
  func waitUntilRunning(_ interface: String) throws(LabError) {
    for _ in 0..<3000 {
      let flags = try flags(of: interface).ifr_ifru.ifru_flags
      if flags & Int16(truncatingIfNeeded: IFF_RUNNING) != 0 { return }
      usleep(1000)
    }
    throw LabError("\(interface) has no link after 3 s")
  }

  private func flags(of interface: String) throws(LabError) -> ifreq {
    guard let request = NetworkInterface.request(interface, by: socket.number) else {
      throw .system("no interface \(interface)")
    }
    return request
  }
}

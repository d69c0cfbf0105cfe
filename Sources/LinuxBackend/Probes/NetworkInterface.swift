import FarmFile
import Glibc

/// The state of a network interface, asked of the kernel by name. Each namespace has its own interfaces.
package enum NetworkInterface {
  /// Succeeds if the interface is up and has a carrier.
  static func check(_ name: String) -> ProbeOutcome {
    let handle = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard handle >= 0 else { return .failed(SystemReason(errno).text) }
    defer { close(handle) }
    guard let request = request(name, by: handle) else {
      return .failed(errno == ENODEV ? "there is no \(name)" : SystemReason(errno).text)
    }
    let flags = Int32(UInt16(bitPattern: request.ifr_ifru.ifru_flags))
    if flags & Int32(IFF_UP) == 0 { return .failed("it is down") }
    return flags & Int32(IFF_RUNNING) == 0 ? .failed("it has no carrier") : .ok
  }

  /// An interface's name and flags (`ifru_flags`), in the form that `SIOCSIFFLAGS` takes.
  /// - Parameter socket: any of the interface's namespace.
  /// - Returns: `nil` if the kernel refuses, with `errno`.
  package static func request(_ name: String, by socket: Int32) -> ifreq? {
    var request = ifreq()
    withUnsafeMutableBytes(of: &request.ifr_ifrn) { bytes in
      bytes.copyBytes(from: name.utf8.prefix(bytes.count - 1))
    }
    return ioctl(socket, UInt(SIOCGIFFLAGS), &request) == 0 ? request : nil
  }
}

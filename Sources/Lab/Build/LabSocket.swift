import Engine
import Glibc
import LinuxBackend

/// Sockets of the lab's clients and servers: they never block, and can use addresses that the machine has only in its
/// routes.
enum LabSocket {
  /// A socket bound to an address and port. - Returns: `nil` if the kernel refuses, see `errno`.
  static func bound(_ transport: Transport, to address: IPAddress, port: UInt16) -> Int32? {
    let kind = transport == .tcp ? SOCK_STREAM : SOCK_DGRAM
    let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = Glibc.socket(address.isIPv4 ? AF_INET : AF_INET6, Int32(kind.rawValue) | flags, 0)
    guard socket >= 0 else { return nil }
    set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
    set(socket, Int32(IPPROTO_IP), IP_FREEBIND, 1)
    let isBound = address.withSocketAddress(port: port) { bind(socket, $0, $1) } == 0
    if isBound { return socket }
    let code = errno
    close(socket)
    errno = code
    return nil
  }

  static func set(_ socket: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// The pending error of a socket, which is cleared.
  static func error(of socket: Int32) -> Int32 {
    var (code, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size)
    return code
  }

  /// Closes a socket with a reset, which leaves nothing behind.
  static func closeHard(_ socket: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close(socket)
  }

  /// Allows as many open sockets as the kernel gives root.
  static func allowMany() {
    var limit = rlimit(rlim_cur: 200_000, rlim_max: 200_000)
    if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 { return }
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

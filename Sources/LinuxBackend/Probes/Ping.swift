import CNetfilter
import Engine
import FarmFile
import Glibc

/// One ICMP echo, by a raw socket or, without the privilege, by the kernel's own ping socket.
public enum Ping {
  /// Whether an address answers within a time. Keeps the calling thread for at most that time.
  /// - Returns: `nil` if it answers, else why not.
  public static func failure(of address: IPAddress, within timeout: Duration) -> String? {
    let outcome = check(address, timeout: timeout)
    return outcome.result == .ok ? nil : outcome.reason
  }

  static func check(_ address: IPAddress, timeout: Duration) -> ProbeOutcome {
    let deadline = MonotonicClock.now + timeout
    let family = address.isIPv4 ? AF_INET : AF_INET6
    let transport = Int32(address.isIPv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6)
    let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    var handle = socket(family, Int32(SOCK_RAW.rawValue) | flags, transport)
    let isRaw = handle >= 0
    if !isRaw { handle = socket(family, Int32(SOCK_DGRAM.rawValue) | flags, transport) }
    guard handle >= 0 else { return .failed("no ICMP socket: \(SystemReason(errno).text)") }
    defer { close(handle) }
    // A connected socket gets datagrams of this address alone.
    let isConnected = address.withSocketAddress(port: 0) { connect(handle, $0, $1) } == 0
    if !isConnected { return .failed(SystemReason(errno).text) }

    let mark = UInt64.random(in: .min ... .max)
    let request = request(mark, isIPv4: address.isIPv4)
    guard send(handle, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      return .failed(SystemReason(errno).text)
    }
    var buffer = [UInt8](repeating: 0, count: 2048)
    while true {
      let left = deadline - MonotonicClock.now
      if left <= .zero { return .timedOut }
      var waiting = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
      _ = poll(&waiting, 1, Int32(min((left.nanoseconds + 999_999) / 1_000_000, 3_600_000)))
      let count = recv(handle, &buffer, buffer.count, 0)
      if count < 0 {
        if errno == EAGAIN || errno == EINTR { continue }
        return .failed(SystemReason(errno).text)
      }
      if isReply(buffer.prefix(count), to: mark, isIPv4: address.isIPv4, isRaw: isRaw) { return .ok }
    }
  }

  /// An echo request that carries a mark. The kernel fills in the checksum for ICMPv6 and for its own ping sockets.
  private static func request(_ mark: UInt64, isIPv4: Bool) -> [UInt8] {
    var bytes: [UInt8] = [isIPv4 ? 8 : 128, 0, 0, 0]
    bytes += [UInt8(truncatingIfNeeded: mark >> 8), UInt8(truncatingIfNeeded: mark), 0, 1]
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: mark >> UInt64(shift)))
    }
    if isIPv4 {
      var sum: UInt32 = 0
      for i in stride(from: 0, to: bytes.count, by: 2) { sum += UInt32(bytes[i]) << 8 | UInt32(bytes[i + 1]) }
      sum = (sum & 0xffff) + sum >> 16
      sum = (sum & 0xffff) + sum >> 16
      bytes[2] = UInt8(truncatingIfNeeded: ~sum >> 8)
      bytes[3] = UInt8(truncatingIfNeeded: ~sum)
    }
    return bytes
  }

  /// Whether a datagram is the echo reply with this mark. On a raw IPv4 socket the IP header comes first.
  private static func isReply(_ datagram: ArraySlice<UInt8>, to mark: UInt64, isIPv4: Bool, isRaw: Bool)
    -> Bool
  {
    var bytes = datagram
    if isIPv4, isRaw {
      guard let first = bytes.first else { return false }
      bytes = bytes.dropFirst(Int(first & 15) * 4)
    }
    guard bytes.count >= 16, bytes.first == (isIPv4 ? 0 : 129) else { return false }
    return bytes.dropFirst(8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } == mark
  }
}

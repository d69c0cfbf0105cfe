import Engine
import Foundation

@testable import LinuxBackend

/// A client at the other end of the tunnel that speaks TCP a segment at a time.
struct TCPClient {
  let sandbox: Sandbox
  let address: IPAddress
  let port: UInt16
  let virtualIP: IPAddress
  var next: UInt32 = 5000
  var acknowledged: UInt32 = 0

  init(_ sandbox: Sandbox, _ address: IPAddress, port: UInt16 = 4000, virtualIP: IPAddress) {
    (self.sandbox, self.address, self.port, self.virtualIP) = (sandbox, address, port, virtualIP)
  }

  /// Sends a segment.
  /// - Returns: the TCP flags of the host's answers, one entry for each segment.
  @discardableResult
  mutating func send(_ flags: TCPFlags, number: UInt16 = 1) -> [TCPFlags] {
    let packet = Packet(
      source: address, sourcePort: port, destination: virtualIP, destinationPort: 80, kind: .tcp(flags))
    _ = sandbox.received()
    sandbox.send(PacketBytes.of(packet, number: number, sequence: next, acknowledged: acknowledged))
    if flags.contains(.syn) || flags.contains(.fin) { next &+= 1 }
    var answers: [TCPFlags] = []
    let header = virtualIP.isIPv4 ? 20 : 40
    for bytes in sandbox.received() where bytes[virtualIP.isIPv4 ? 9 : 6] == 6 {
      guard PacketBytes.word(port) == Array(bytes[header + 2..<header + 4]) else { continue }
      answers.append(TCPFlags(rawValue: bytes[header + 13]))
      let sequence = bytes[header + 4..<header + 8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      if bytes[header + 13] & 2 != 0 { acknowledged = sequence &+ 1 }
    }
    return answers
  }

  /// Opens a connection.
  /// - Returns: whether the host answered as a server does.
  mutating func open() -> Bool {
    guard send([.syn]) == [[.syn, .ack]] else { return false }
    return send([.ack]).isEmpty
  }

  /// Sends a segment outside the sequence. A host that has the connection answers it with the connection's own state.
  mutating func isAlive() -> Bool {
    next &-= 1
    defer { next &+= 1 }
    return send([.ack]) == [[.ack]]
  }

  /// A server on port 80 of all addresses of the namespace; it never takes a connection from its queue.
  static func listen() throws -> Int32 {
    let file = socket(AF_INET6, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
    let isBound = IPAddress(v6: 0, 0).withSocketAddress(port: 80) { bind(file, $0, $1) } == 0
    guard isBound, Glibc.listen(file, 100) == 0 else {
      throw FilterError.netlink(doing: "listen", errno: errno)
    }
    return file
  }
}

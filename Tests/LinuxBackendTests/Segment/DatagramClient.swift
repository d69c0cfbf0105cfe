import CNetfilter
import Engine
import FarmFile
import Foundation
import LinuxBackend

/// Sockets that ask from one port each, and servers that answer with their number.
enum Datagrams {
  static let port: UInt16 = 5300

  static func socket(_ address: IPAddress) -> Int32 {
    Glibc.socket(
      address.isIPv4 ? AF_INET : AF_INET6,
      Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
  }

  /// A server's socket on a virtual IP.
  static func server(_ address: IPAddress) throws -> Int32 {
    let server = socket(address)
    guard address.withSocketAddress(port: port, { bind(server, $0, $1) }) == 0 else {
      throw TestNamespace.Failure("bind \(address.text): errno \(errno)")
    }
    return server
  }

  /// Asks from many ports at once and serves on the nodes meanwhile.
  /// - Returns: for each request, the nodes that answered it, once for each answer.
  static func ask(_ address: IPAddress, times: Int, in segment: Segment, wait: TimeInterval = 1.5) throws
    -> [[Int]]
  {
    let servers = try segment.nodes.map { try $0.run { try server(address) } }
    let clients = try segment.client.run {
      (0..<times).map { _ in
        let client = socket(address)
        _ = address.withSocketAddress(port: port) { connect(client, $0, $1) }
        return client
      }
    }
    defer { for file in servers + clients { close(file) } }
    var answers = Array(repeating: [Int](), count: times)
    var next = 0
    let end = Date(timeIntervalSinceNow: wait)
    var buffer = [UInt8](repeating: 0, count: 64)
    while Date() < end {
      // A few at a time: the first has to wait for the neighbour's MAC, and the queue for that is short.
      for _ in 0..<(next == 0 ? 1 : 8) where next < times {
        _ = send(clients[next], "?", 1, 0)
        next += 1
      }
      var waiting = servers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      _ = poll(&waiting, nfds_t(waiting.count), 5)
      for (node, server) in servers.enumerated() {
        var from = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &from) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
            while recvfrom(server, &buffer, buffer.count, 0, peer, &length) > 0 {
              sendto(server, [UInt8(node)], 1, 0, peer, length)
              length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            }
          }
        }
      }
      for (i, client) in clients.enumerated() {
        while recv(client, &buffer, buffer.count, 0) == 1 { answers[i].append(Int(buffer[0])) }
      }
    }
    return answers
  }
}

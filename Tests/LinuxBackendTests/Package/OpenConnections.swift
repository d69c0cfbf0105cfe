import Engine
import FarmFile
import Foundation

/// TCP connections of a client to the virtual IP, each open at both ends.
final class OpenConnections {
  static let port: UInt16 = 5301
  private var servers: [Int32] = []
  private var pairs: [(client: Int32, server: Int32)] = []
  /// How many of them each node serves.
  private(set) var shares: [Int]

  /// Opens them one after the other.
  /// - Throws: if one is not answered.
  init(_ count: Int, in segment: Segment) throws {
    shares = segment.nodes.map { _ in 0 }
    servers = try segment.nodes.map { try $0.run { try Self.listen() } }
    for _ in 0..<count {
      let client = try segment.client.run { try Self.connect() }
      var waiting = servers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&waiting, nfds_t(waiting.count), 3000) > 0,
        let node = waiting.firstIndex(where: { $0.revents != 0 })
      else { throw TestNamespace.Failure("a connection is at no node") }
      pairs.append((client, accept(servers[node], nil, nil)))
      shares[node] += 1
    }
  }

  deinit { for file in servers + pairs.flatMap({ [$0.client, $0.server] }) { close(file) } }

  /// Sends a byte each way over every connection.
  /// - Returns: how many did not carry it within some seconds, or had ended.
  func broken() -> Int {
    pairs.filter {
      !Self.carries(from: $0.client, to: $0.server) || !Self.carries(from: $0.server, to: $0.client)
    }
    .count
  }

  private static func carries(from sender: Int32, to receiver: Int32) -> Bool {
    guard send(sender, "x", 1, Int32(MSG_NOSIGNAL)) == 1 else { return false }
    var waiting = pollfd(fd: receiver, events: Int16(POLLIN), revents: 0)
    var byte: UInt8 = 0
    return poll(&waiting, 1, 5000) == 1 && recv(receiver, &byte, 1, 0) == 1
  }

  private static func listen() throws -> Int32 {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let isBound = IPAddress(parsing: "0.0.0.0")!.withSocketAddress(port: port) { bind(file, $0, $1) } == 0
    guard isBound, Glibc.listen(file, 200) == 0 else { throw TestNamespace.Failure("listen: errno \(errno)") }
    return file
  }

  private static func connect() throws -> Int32 {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard Segment.v4.withSocketAddress(port: port, { Glibc.connect(file, $0, $1) }) == 0 else {
      throw TestNamespace.Failure("connect: errno \(errno)")
    }
    return file
  }
}

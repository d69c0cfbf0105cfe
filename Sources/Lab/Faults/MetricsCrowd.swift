import Engine
import Foundation
import LinuxBackend
import Synchronization

/// A user of a node who asks for the daemon's metrics again and again, as fast as the daemon answers.
final class MetricsCrowd: Sendable {
  /// Where the daemons of a soak serve their metrics.
  static let endpoint = "127.0.0.1:9464"
  private static let port: UInt16 = 9464

  private let isOver = Atomic<Bool>(false)
  private let ended = DispatchGroup()

  init(in namespace: NetworkNamespace) {
    ended.enter()
    let thread = Thread { [self] in
      if (try? namespace.enter()) != nil {
        while !isOver.load(ordering: .relaxed) { MetricsCrowd.ask() }
      }
      ended.leave()
    }
    thread.name = "metrics crowd"
    thread.start()
  }

  func end() {
    isOver.store(true, ordering: .relaxed)
    ended.wait()
  }

  /// One request. There may be no daemon to answer.
  private static func ask() {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return }
    defer { LabSocket.closeHard(socket) }
    var patience = timeval(tv_sec: 0, tv_usec: 300_000)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(socket, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
    let isConnected =
      IPAddress(v4: 0x7f00_0001).withSocketAddress(port: port) { connect(socket, $0, $1) } == 0
    guard isConnected else {
      usleep(20_000)
      return
    }
    let request = Array("GET /metrics HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n".utf8)
    _ = send(socket, request, request.count, Int32(MSG_NOSIGNAL))
    var buffer = [UInt8](repeating: 0, count: 65536)
    while recv(socket, &buffer, buffer.count, 0) > 0 {}
  }
}

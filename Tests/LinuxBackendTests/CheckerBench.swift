import Engine
import FarmFile
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

@testable import LinuxBackend

/// A runner with short times, and its reports.
final class CheckerBench: Sendable {
  private let said: Mutex<[(at: Instant, isHealthy: Bool)]> = Mutex([])
  let runner: CheckerRunner

  /// - Parameter followed: succeeds once the node has acted on a report.
  init(
    _ checkers: [Checker], _ application: ApplicationSettings = ApplicationSettings(),
    followed: EventLoopFuture<Void> = MultiThreadedEventLoopGroup.singleton.next().makeSucceededVoidFuture()
  ) async throws {
    let box = Box()
    runner = try await CheckerRunner.make(
      farm: CheckerBench.farm(checkers, application),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { isHealthy in
      box.bench.withLock { $0 }?.note(isHealthy)
      return followed
    }
    box.bench.withLock { $0 = self }
  }

  private final class Box: Sendable {
    let bench = Mutex<CheckerBench?>(nil)
  }

  private func note(_ isHealthy: Bool) { said.withLock { $0.append((MonotonicClock.now, isHealthy)) } }

  var reports: [Bool] { said.withLock { $0.map(\.isHealthy) } }

  static func farm(_ checkers: [Checker], _ application: ApplicationSettings = ApplicationSettings()) -> Farm
  {
    Farm(
      nodes: ["node1"], virtualIPs: [IPAddress(v4: 0xc000_0201)], groups: ["web"], networks: ["lan"],
      settings: Settings(nodeCount: 1), checkers: checkers, application: application)
  }

  /// A checker with an interval of 100 ms, 400 ms to answer, and a threshold of two.
  static func checker(_ probe: Probe, action: CheckerAction = .wait, timeout: Int = 400) -> Checker {
    Checker(
      name: "it", probe: probe,
      settings: CheckerSettings(
        kind: probe.kind, interval: .milliseconds(100), timeout: .milliseconds(timeout), threshold: 2,
        recovery: 1, action: action))
  }

  /// Waits for the next report with this value.
  /// - Returns: when it came; `nil` if it did not come in time.
  func wait(for isHealthy: Bool, after: Instant = .zero, within: Duration = .seconds(30)) async -> Instant? {
    let end = MonotonicClock.now + within
    // It looks once more at the end, since the test itself may be kept waiting by others.
    while true {
      if let found = said.withLock({ $0.last }), found.isHealthy == isHealthy, found.at >= after {
        return found.at
      }
      if MonotonicClock.now >= end { return nil }
      try? await Task.sleep(nanoseconds: 2_000_000)
    }
  }
}

/// A web server on loopback whose manner of answering can be changed.
final class TestServer: Sendable {
  enum Manner: Sendable { case good, broken, silent }
  private let manner: Mutex<Manner> = Mutex(.good)
  private let channel: any Channel
  let hosts = Mutex<[String]>([])
  let connections = Mutex<(now: Int, most: Int)>((0, 0))
  var port: UInt16 { UInt16(channel.localAddress!.port!) }

  /// - Parameters:
  ///   - port: 0 for any free one.
  ///   - machine: where it listens; this machine if `nil`.
  init(port: UInt16 = 0, in machine: TestNamespace? = nil) async throws {
    var socket: Int32?
    if let machine {
      socket = try await offPool { Result { try machine.run { TestServer.bound(port) } } }.get()
    }
    let box = Box()
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Page(box.server.withLock { $0! }))
        }
      }
    channel =
      if let socket { try await bootstrap.withBoundSocket(socket).get() } else {
        try await bootstrap.bind(host: "127.0.0.1", port: Int(port)).get()
      }
    box.server.withLock { $0 = self }
  }

  private final class Box: Sendable { let server = Mutex<TestServer?>(nil) }

  /// A socket on loopback in the namespace of the calling thread.
  private static func bound(_ port: UInt16) -> Int32 {
    let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    _ = IPAddress(v4: 0x7f00_0001).withSocketAddress(port: port) { bind(handle, $0, $1) }
    return handle
  }

  func become(_ next: Manner) { manner.withLock { $0 = next } }
  func close() async throws { try await channel.close() }

  private final class Page: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    let server: TestServer
    init(_ server: TestServer) { self.server = server }

    func channelActive(context: ChannelHandlerContext) {
      server.connections.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
    }
    func channelInactive(context: ChannelHandlerContext) { server.connections.withLock { $0.now -= 1 } }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard case .head(let head) = unwrapInboundIn(data) else { return }
      server.hosts.withLock { $0.append("\(head.uri) \(head.headers["host"].first ?? "")") }
      let manner = server.manner.withLock { $0 }
      if manner == .silent { return }
      let status: HTTPResponseStatus = manner == .good ? .ok : .internalServerError
      context.write(
        wrapOutboundOut(
          .head(HTTPResponseHead(version: .http1_1, status: status, headers: ["Content-Length": "0"]))),
        promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}

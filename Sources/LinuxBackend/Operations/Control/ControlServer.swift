import Foundation
import NIOCore
import NIOPosix

/// Answers requests on a Unix domain socket that only the daemon's own user may open: one JSON line each.
///
/// It knows nothing of the farm: each request goes to a ``FarmService``. A client that stays silent, never reads or
/// sends garbage costs one connection for a while and nothing else.
public final class ControlServer: Sendable {
  /// The most that a client may cost.
  public struct Limits: Sendable {
    /// Longest request in bytes, its end included.
    public var line = 4096
    /// Clients at a time; further ones are closed at once.
    public var clients = 32
    /// How long a client may take to send a request or to read an answer.
    public var patience: TimeAmount = .seconds(10)

    public init() {}
  }

  public let path: String
  private let channel: any Channel
  private let identity: FileIdentity?

  private init(path: String, channel: any Channel) {
    self.path = path
    self.channel = channel
    identity = FileIdentity(path: path)
  }

  /// How many clients may wait to be accepted.
  private static let backlog: Int32 = 64

  /// Where the socket is in a daemon's run directory.
  public static func path(in runDirectory: String) -> String { runDirectory + "/farmd.sock" }

  /// Opens the socket and answers until ``stop()``.
  ///
  /// It replaces a socket that a daemon left behind, but not one that answers.
  /// - Parameter loops: must not be the driver's, since a client must not be able to delay a heartbeat.
  /// - Throws: ``ControlError``.
  public static func start(
    path: String, service: any FarmService, loops: any EventLoopGroup, limits: Limits = Limits()
  ) async throws -> ControlServer {
    let count = ClientCount(limit: limits.clients)
    let socket = try UnixSocket.listening(at: path, backlog: backlog)
    let bootstrap = ServerBootstrap(group: loops)
      .serverChannelOption(.backlog, value: backlog)
      // Each read is asked for, so that a client cannot fill the memory.
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard count.enter() else { throw ControlError.tooManyClients }
          channel.closeFuture.whenComplete { _ in count.leave() }
          let answer = ControlAnswer(service: service)
          try channel.pipeline.syncOperations.addHandler(ControlConnection(answer: answer, limits: limits))
        }
      }
    do {
      let channel = try await bootstrap.withBoundSocket(socket).get()
      return ControlServer(path: path, channel: channel)
    } catch {
      throw ControlError.cannotListen(path: path, reason: "\(error)")
    }
  }

  /// Closes the socket and removes its file, unless another daemon has put its own there.
  public func stop() async {
    if identity != nil, FileIdentity(path: path) == identity { unlink(path) }
    try? await channel.close()
  }
}

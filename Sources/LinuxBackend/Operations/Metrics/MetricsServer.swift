import Engine
import FarmFile
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves the metrics at `/metrics` to this machine alone.
public final class MetricsServer: Sendable {
  /// The daemon is asked at most once in this time, however many clients ask for metrics.
  static let moment = Duration.milliseconds(200)

  private let channel: any Channel

  private init(channel: any Channel) { self.channel = channel }

  /// Opens the port and answers until ``stop()``.
  /// - Parameter loops: must not be the driver's.
  /// - Throws: ``ControlError/notLoopback(_:)`` or ``ControlError/cannotListen(path:reason:)``.
  public static func start(
    at address: SocketEndpoint, service: any FarmService, loops: any EventLoopGroup,
    limits: ControlServer.Limits = ControlServer.Limits()
  ) async throws -> MetricsServer {
    guard address.address.isLoopback else { throw ControlError.notLoopback(address.text) }
    let count = ClientCount(limit: limits.clients)
    // Every user of the machine may ask, as often as he likes, so all share one look.
    let text = SharedLook(each: moment) { MetricsText(try await service.status()).text }
    let bootstrap = ServerBootstrap(group: loops)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard count.enter() else { throw ControlError.tooManyClients }
          channel.closeFuture.whenComplete { _ in count.leave() }
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
          try pipeline.addHandler(MetricsConnection(text: text, patience: limits.patience))
        }
      }
    do {
      let channel = try await bootstrap.bind(host: address.address.text, port: Int(address.port)).get()
      return MetricsServer(channel: channel)
    } catch {
      throw ControlError.cannotListen(path: address.text, reason: "\(error)")
    }
  }

  /// The port that it listens on: useful when the port asked for was 0.
  public var port: Int? { channel.localAddress?.port }

  public func stop() async { try? await channel.close() }
}

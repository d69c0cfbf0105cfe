import Engine
import FarmFile
import NIOCore
import NIOPosix

/// A running daemon: one engine node, its heartbeats, its kernel filter and the shared address, all on one event loop
/// with one thread.
///
/// This is the handle that others hold; every call hops onto the loop and may come from any thread.
public final class FarmDriver: Sendable {
  /// Where everything happens.
  public let loop: any EventLoop
  let core: NIOLoopBound<DriverCore>
  private let lock: RunLock
  /// For what would keep the loop waiting: the disk, and the kernel's table of flows.
  let pool: NIOThreadPool
  private let interval: Duration
  private let group: MultiThreadedEventLoopGroup

  init(
    core: NIOLoopBound<DriverCore>, group: MultiThreadedEventLoopGroup, lock: RunLock, pool: NIOThreadPool,
    interval: Duration
  ) {
    self.core = core
    self.group = group
    loop = group.next()
    self.lock = lock
    self.pool = pool
    self.interval = interval
  }

  /// Returns once the node has stopped and the kernel is clean.
  /// - Parameter last: done before the loop ends.
  public func waitUntilEnded(_ last: () async -> Void = {}) async throws {
    try await loop.flatSubmit { [core] in core.value.ended.futureResult }.get()
    await last()
    await pool.end()
    try await group.shutdownGracefully()
  }

  /// Gives the node an order. - Returns: why it does not follow it, if it refuses.
  public func follow(_ command: Command) async throws -> Refusal? {
    try await onLoop { $0.follow(command) }
  }

  /// What the checkers say of the application. - Returns: succeeds once the node, and its kernel, have followed.
  public func tell(isHealthy: Bool) -> EventLoopFuture<Void> {
    loop.submit { [core] in core.value.take(.health(isHealthy: isHealthy)) }
  }

  /// Tells the node whether the witness answers, until that is stopped.
  public func watch(gateway: IPAddress) -> GatewayWatch {
    GatewayWatch(gateway, interval: interval, pool: pool) { [self] in tell(.gateway(isReachable: $0)) }
  }

  private func tell(_ input: Input) { loop.execute { [core] in core.value.take(input) } }

  func onLoop<Answer: Sendable>(
    _ act: @escaping @Sendable (DriverCore) throws -> Answer
  ) async throws -> Answer {
    try await loop.submit { [core] in try act(core.value) }.get()
  }
}

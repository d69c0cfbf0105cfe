import Engine
import FarmFile
import NIOCore
import NIOPosix

/// A running daemon: one engine node, its heartbeats, its kernel filter and the shared address, all on one event loop
/// with one thread.
///
/// This is the handle that others hold; every call hops onto the loop and may come from any thread.
public final class FarmDriver: Sendable {
  /// The event loop of everything that the daemon does for the node.
  public let loop: any EventLoop
  let core: NIOLoopBound<DriverCore>
  private let lock: RunLock
  /// Threads for work that would keep the loop waiting: the disk, and the kernel's table of flows.
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
  /// - Parameter last: runs before the loop ends.
  public func waitUntilEnded(_ last: () async -> Void = {}) async throws {
    try await loop.flatSubmit { [core] in core.value.ended.futureResult }.get()
    await last()
    await pool.end()
    try await group.shutdownGracefully()
  }

  /// Gives the node an order.
  /// - Returns: the reason if the node refuses it.
  public func follow(_ command: Command) async throws -> Refusal? {
    try await onLoop { $0.follow(command) }
  }

  /// Tells the node whether the checkers find the application healthy.
  /// - Returns: succeeds once the node, and its kernel, have acted on it.
  public func tell(isHealthy: Bool) -> EventLoopFuture<Void> {
    loop.submit { [core] in core.value.take(.health(isHealthy: isHealthy)) }
  }

  /// Tells the node whether the witness answers, until the watch is stopped.
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

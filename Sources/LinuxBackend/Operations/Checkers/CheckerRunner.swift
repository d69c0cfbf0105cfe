import Engine
import FarmFile
import Logging
import NIOCore
import NIOPosix

/// Runs a node's checkers: real probes and real commands, on an event loop and threads of their own, so that none of
/// them ever keeps the farm's loop waiting.
public final class CheckerRunner: Sendable {
  private let core: NIOLoopBound<CheckerCore>
  private let loop: any EventLoop
  private let group: MultiThreadedEventLoopGroup

  /// Nothing runs before ``start(isServing:)``.
  /// - Parameters:
  ///   - onHealth: told whether the node may serve, at the start and at each change; called on the checkers' loop. Its
  ///     future must succeed once the node has acted on it: no command to the application runs before.
  public static func make(
    farm: Farm, logger: Logger, onHealth: @escaping @Sendable (Bool) -> EventLoopFuture<Void>
  ) async throws -> CheckerRunner {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let core = try await loop.submit {
      NIOLoopBound(
        CheckerCore(loop: loop, farm: farm, logger: logger, onHealth: onHealth), eventLoop: loop)
    }.get()
    return CheckerRunner(core: core, loop: loop, group: group)
  }

  private init(
    core: NIOLoopBound<CheckerCore>, loop: any EventLoop, group: MultiThreadedEventLoopGroup
  ) {
    self.core = core
    self.loop = loop
    self.group = group
  }

  /// Begins to probe.
  /// - Parameter isServing: see ``HealthInput/start(isServing:)``.
  public func start(isServing: Bool) { onLoop { $0.take(.start(isServing: isServing)) } }

  /// Resumes the node for an operator. That may begin a new life of the node, so the node is told again whether it is
  /// healthy.
  public func resume() {
    onLoop { core in
      core.take(.resume)
      core.tellAgain()
    }
  }

  /// Takes over the checkers of a file that was read again.
  public func replace(_ farm: Farm) { onLoop { $0.replace(farm) } }

  public func report() async throws -> CheckerReport {
    try await loop.submit { [core] in core.value.report }.get()
  }

  /// Ends every probe and command. Returns once they are gone, except for a command that the kernel does not let end.
  public func stop() async {
    if let pool = try? await loop.submit({ [core] in core.value.stop() }).get(), await !pool.end() {
      try? await loop.submit { [core] in core.value.log.leftBehind() }.get()
    }
    try? await group.shutdownGracefully()
  }

  private func onLoop(_ act: @escaping @Sendable (CheckerCore) -> Void) {
    loop.execute { [core] in act(core.value) }
  }
}

import Engine
import FarmFile
import Foundation
import NIOCore
import NIOPosix

/// Tries each checker of the file once, as a running daemon does again and again.
public struct CheckerTrial {
  private let farm: Farm

  public init(_ farm: Farm) { self.farm = farm }

  /// One check for each checker, in the file's order. It takes at most as long as all time-outs together.
  public func checks() -> [PreflightCheck] {
    if farm.checkers.isEmpty { return [] }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer { group.shutdownGracefully { _ in } }
    return farm.checkers.map { checker in
      let outcome = Self.outcome(of: checker, group.next())
      return PreflightCheck("checker \(checker.name)", finding(outcome))
    }
  }

  private func finding(_ outcome: ProbeOutcome) -> PreflightCheck.Finding {
    if outcome.result == .ok { return .ok("succeeds") }
    guard farm.application.start == nil else {
      return .notChecked("fails now (\(outcome.reason)); farmd starts the application before it looks")
    }
    return .fails(
      outcome.reason,
      fix: "start the application, or correct the checker: a node whose checkers fail serves nobody")
  }

  private static func outcome(of checker: Checker, _ loop: any EventLoop) -> ProbeOutcome {
    let timeout = checker.settings.timeout
    switch checker.probe {
    case .tcp(let address, let port): return connect(to: address, port, nil, timeout, loop)
    case .http(let request): return connect(to: request.address, request.port, request, timeout, loop)
    case .ping(let address): return Ping.check(address, timeout: timeout)
    case .interface(let name): return NetworkInterface.check(name)
    case .process(let name): return RunningProcess.check(name)
    case .command(let command):
      let child = ChildProcess(command, isOrder: false)
      let killing = loop.scheduleTask(in: .nanoseconds(timeout.nanoseconds)) { child.kill() }
      let ending = child.wait()
      killing.cancel()
      return ending == .signal(SIGKILL) ? .timedOut : ending.outcome
    }
  }

  private static func connect(
    to address: IPAddress, _ port: UInt16, _ request: HTTPProbe?, _ timeout: Duration, _ loop: any EventLoop
  ) -> ProbeOutcome {
    let outcome = loop.flatSubmit { () -> EventLoopFuture<ProbeOutcome> in
      let probe = ConnectionProbe(loop: loop)
      let bound = NIOLoopBound(probe, eventLoop: loop)
      let first = loop.makePromise(of: ProbeOutcome.self)
      let clock = loop.scheduleTask(in: .nanoseconds(timeout.nanoseconds)) {
        first.succeed(.timedOut)
        bound.value.end()
      }
      probe.run(to: address, port: port, request: request, timeout: timeout).whenSuccess {
        clock.cancel()
        first.succeed($0)
      }
      return first.futureResult
    }
    return (try? outcome.wait()) ?? .failed("no answer")
  }
}

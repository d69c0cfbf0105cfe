import LinuxBackend
import Logging
import Synchronization

/// Keeps the results of asking for real-time care until the daemon has something else to log: a daemon that cannot
/// start logs only why.
final class RealTimeWords: Sendable {
  private let outcomes = Mutex<[RealTime.Outcome]>([])
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  func keep(_ outcome: RealTime.Outcome) { outcomes.withLock { $0.append(outcome) } }

  /// Logs the kept results, once.
  func say() {
    let kept = outcomes.withLock { outcomes in
      defer { outcomes = [] }
      return outcomes
    }
    for outcome in kept { logger.log(level: outcome.isPermitted ? .info : .warning, "\(outcome.text)") }
  }
}

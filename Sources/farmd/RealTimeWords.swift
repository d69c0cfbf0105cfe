import LinuxBackend
import Logging
import Synchronization

/// What came of asking for real-time care, kept until the daemon has something else to say: one that cannot start
/// says that alone.
final class RealTimeWords: Sendable {
  private let outcomes = Mutex<[RealTime.Outcome]>([])
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  func keep(_ outcome: RealTime.Outcome) { outcomes.withLock { $0.append(outcome) } }

  /// Logs what was kept, once.
  func say() {
    let kept = outcomes.withLock { outcomes in
      defer { outcomes = [] }
      return outcomes
    }
    for outcome in kept { logger.log(level: outcome.isPermitted ? .info : .warning, "\(outcome.text)") }
  }
}

import Engine
import FarmFile
import Logging

/// Writes lines about the checkers to the log.
package struct CheckerLog {
  private let logger: Logger
  private let limit: LogLimit

  init(logger: Logger) {
    self.logger = logger
    limit = LogLimit(logger)
  }

  /// Said when the node may serve, be it for the first time or again.
  package static let mayServe = "the node may serve: every check succeeds"

  func report(_ isHealthy: Bool) {
    if isHealthy {
      logger.notice("\(CheckerLog.mayServe)")
    } else {
      logger.warning("the node goes, or stays, out of service until its checks succeed")
    }
  }

  func leftBehind() {
    logger.warning("a check's command does not end although it was killed, and is left behind")
  }

  func ended(_ command: ApplicationCommand, _ ending: ChildProcess.Ending) {
    if ending == .exit(0) { return }
    logger.error("the application's \(command) command: \(ending.outcome.reason)")
  }

  func note(_ notice: HealthNotice, _ checkers: [Checker], _ reasons: [String?]) {
    func name(_ checker: CheckerID) -> String { "check '\(checkers[checker.index].name)'" }
    switch notice {
    case .probeFailed(let checker, let result, let inARow):
      let reason = result == .timedOut ? ProbeOutcome.timedOut.reason : reasons[checker.index] ?? "failed"
      let settings = checkers[checker.index].settings
      // Beyond the threshold the lines would repeat.
      let text =
        "\(name(checker)): \(reason)\(inARow > 0 ? " (\(inARow) in a row)" : ", while the application starts")"
      if inARow > 0, inARow <= settings.threshold {
        limit.log(.info, text, kind: "probe \(checker.index), \(inARow) in a row")
      } else {
        logger.debug("\(text)")
      }
    case .failed(let checker, let action):
      limit.log(
        .warning,
        "\(name(checker)) fails: \(reasons[checker.index] ?? "no answer in time"); action \(action.name)",
        kind: "fails \(checker.index)")
    case .acting: break
    case .recovered(let checker):
      limit.log(.notice, "\(name(checker)) succeeds", kind: "succeeds \(checker.index)")
    case .performing(let command): logger.notice("the application is told to \(command)")
    case .performed(let command, let result):
      if result == .timedOut {
        logger.error("the application's \(command) command took too long and was killed")
      } else {
        logger.info("the application's \(command) command has ended")
      }
    case .heldOut(.checker(let checker)):
      logger.error("the node stays out of service until it is resumed: \(name(checker)) says so")
    case .heldOut(.tooManyActions(let checker)):
      logger.error(
        "the node stays out of service until it is resumed: \(name(checker)) has had the application restarted too often"
      )
    case .resumed: logger.notice("resumed: the application is looked at again")
    }
  }
}

/// Everything that can happen to a ``Health``.
public enum HealthInput: Sendable, Hashable {
  /// The daemon starts.
  /// - isServing: whether the node serves already, as after an upgrade in place. Then it is taken for healthy until a
  ///   checker fails; else for unhealthy until every checker has succeeded once.
  case start(isServing: Bool)
  /// A probe that ``HealthAction/probe(_:timeout:)`` asked for has ended. The result of any other probe, or of one that
  /// was ended since, changes nothing.
  case probed(ProbeID, ProbeResult)
  /// A command that ``HealthAction/perform(_:timeout:)`` asked for has ended. Any other changes nothing.
  case performed(CommandID, succeeded: Bool)
  /// The timer that ``HealthAction/wake(at:)`` asked for fired. Early or twice changes nothing.
  case timer
  /// An operator takes the node back into service; the actions so far are forgotten.
  case resume
}

/// Everything a ``Health`` can ask for.
public enum HealthAction: Sendable, Hashable {
  /// Begin a probe; answered by ``HealthInput/probed(_:_:)``.
  case probe(ProbeID, timeout: Duration)
  /// End a probe that has not answered. A later answer is void.
  case endProbe(ProbeID)
  /// Give the application a command; answered by ``HealthInput/performed(_:succeeded:)``. At most one is under way.
  case perform(CommandID, timeout: Duration)
  /// End a command that takes too long. A later answer is void.
  case endCommand(CommandID)
  /// Tell the node: ``Input/health(isHealthy:)``.
  case report(isHealthy: Bool)
  /// Give a ``HealthInput/timer`` at this instant; replaces the one asked for before.
  case wake(at: Instant)
  case notice(HealthNotice)
}

/// A command to the application.
public enum ApplicationCommand: UInt8, Sendable, Hashable, CaseIterable {
  case start, stop, restart
}

/// Something worth a line in a log or on a timeline. Nothing depends on notices.
public enum HealthNotice: Sendable, Hashable {
  /// A probe failed. `inARow` numbers the failures in a row; it stays 0 while the application starts.
  case probeFailed(CheckerID, ProbeResult, inARow: Int)
  /// A checker failed: as many probes in a row as its threshold.
  case failed(CheckerID, CheckerAction)
  /// The action of a failed checker begins: each time, or a stop once ``HealthSettings/maximumActions`` is reached.
  case acting(CheckerID, CheckerAction)
  /// A checker is well, after a failure or for the first time.
  case recovered(CheckerID)
  /// A command to the application begins.
  case performing(ApplicationCommand)
  case performed(ApplicationCommand, CommandResult)
  /// The node stays out until an operator resumes it.
  case heldOut(HoldReason)
  case resumed
}

/// How a command to the application ended.
public enum CommandResult: UInt8, Sendable, Hashable {
  case succeeded, failed, timedOut
}

/// Why a node stays out of service until an operator resumes it.
public enum HoldReason: Sendable, Hashable {
  /// The action of a checker is to stop.
  case checker(CheckerID)
  /// A checker wants one action more than is allowed within the interval.
  case tooManyActions(CheckerID)

  public var checker: CheckerID {
    switch self {
    case .checker(let checker), .tooManyActions(let checker): checker
    }
  }
}

/// Everything that can happen to a ``Health``.
public enum HealthInput: Sendable, Hashable {
  /// The daemon starts.
  /// - isServing: whether the node serves already, as after an upgrade in place. Then it is taken for healthy until a
  ///   checker fails; else for unhealthy until every checker has succeeded once.
  case start(isServing: Bool)
  /// A probe asked for by ``HealthAction/probe(_:timeout:)`` has ended. One that was not asked for, or that
  /// was ended since, changes nothing.
  case probed(ProbeID, ProbeResult)
  /// A command asked for by ``HealthAction/perform(_:timeout:)`` has ended. Another one changes nothing.
  case performed(CommandID, succeeded: Bool)
  /// The timer asked for by ``HealthAction/wake(at:)`` fired. Early or twice changes nothing.
  case timer
  /// An operator takes the node back into service; the actions so far are forgotten.
  case resume
}

/// Everything a ``Health`` can want done.
public enum HealthAction: Sendable, Hashable {
  /// Begin a probe; answered by ``HealthInput/probed(_:_:)``.
  case probe(ProbeID, timeout: Duration)
  /// End a probe that has not answered; its answer would be void.
  case endProbe(ProbeID)
  /// Tell the application; answered by ``HealthInput/performed(_:succeeded:)``. There is never more than one under way.
  case perform(CommandID, timeout: Duration)
  /// End a command that takes too long; its answer would be void.
  case endCommand(CommandID)
  /// Tell the node: ``Input/health(isHealthy:)``.
  case report(isHealthy: Bool)
  /// Give a ``HealthInput/timer`` at this instant; replaces the one asked for before.
  case wake(at: Instant)
  case notice(HealthNotice)
}

/// What an application is told.
public enum ApplicationCommand: UInt8, Sendable, Hashable, CaseIterable {
  case start, stop, restart
}

/// Something worth a line in a log or on a timeline. Nothing depends on notices.
public enum HealthNotice: Sendable, Hashable {
  /// A probe failed, the so-manieth in a row; failures while the application starts are numbered 0.
  case probeFailed(CheckerID, ProbeResult, inARow: Int)
  /// A checker fails: as many probes in a row as its threshold.
  case failed(CheckerID, CheckerAction)
  /// What a checker that fails wants done is done: each time, as far as it is allowed.
  case acting(CheckerID, CheckerAction)
  /// A checker that failed, or had not succeeded yet, is well.
  case recovered(CheckerID)
  /// The application is about to be told.
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
  /// A checker wants one more action than is allowed within the interval.
  case tooManyActions(CheckerID)

  public var checker: CheckerID {
    switch self {
    case .checker(let checker), .tooManyActions(let checker): checker
    }
  }
}

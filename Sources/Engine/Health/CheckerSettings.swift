/// How often a checker looks, what it takes for a failure, and what is done about it.
///
/// Only the backend knows what a checker looks at (a port, a page, a process). Checkers are a node's own policy: no
/// other node needs to agree, so they are not part of the ``Settings`` and their digest.
public struct CheckerSettings: Sendable, Hashable {
  public var kind: CheckerKind
  /// From the start of one probe to the start of the next. See ``Limits/checkInterval``.
  public var interval: Duration
  /// A probe without an answer for this long has failed and is ended. See ``Limits/checkTimeout``. When it is
  /// longer than ``interval``, the next probe waits for its end: no two run at once.
  public var timeout: Duration
  /// Failures in a row after which the checker counts as failed. See ``Limits/checkCount``.
  public var threshold: Int
  /// Successes in a row after which it is well again. After the start of a daemon one is enough.
  public var recovery: Int
  public var action: CheckerAction

  public init(
    kind: CheckerKind, interval: Duration = .seconds(1), timeout: Duration = .seconds(1), threshold: Int = 3,
    recovery: Int = 2, action: CheckerAction = .wait
  ) {
    self.kind = kind
    self.interval = interval
    self.timeout = timeout
    self.threshold = threshold
    self.recovery = recovery
    self.action = action
  }

  /// The longest time between the starts of two probes.
  public var period: Duration { max(interval, timeout) }

  /// Within this time after an application stops answering, the node is reported unhealthy:
  /// `interval + (threshold - 1) * max(interval, timeout) + timeout`.
  ///
  /// The last probe that was answered began at most an interval before the next; then each of the failing ones
  /// takes its whole time-out. The backend's lateness comes on top.
  public var noticesWithin: Duration { interval + (threshold - 1) * period + timeout }

  /// Within this time after an application answers again, the checker is well again:
  /// `max(interval, timeout) + (recovery - 1) * max(interval, timeout) + timeout`.
  public var recoversWithin: Duration { recovery * period + timeout }
}

/// What a checker looks at.
public enum CheckerKind: UInt8, Sendable, Hashable, CaseIterable {
  /// Whether a TCP connection can be opened. The kernel answers even for an application that hangs.
  case tcp
  /// Whether a request is answered with an expected status.
  case http
  /// Whether an address answers an ICMP echo.
  case ping
  /// Whether a network interface is up and has a carrier.
  case interface
  /// Whether a process of some name runs.
  case process
  /// Whether a command ends with exit code 0.
  case command

  /// Whether it looks at the application, and not at the node's surroundings.
  public var looksAtApplication: Bool {
    switch self {
    case .tcp, .http, .process, .command: true
    case .ping, .interface: false
    }
  }
}

/// What is done when a checker fails. In each case the node goes out of service first.
public enum CheckerAction: UInt8, Sendable, Hashable, CaseIterable {
  /// Nothing: the node is back once the checker is well again.
  case wait
  /// The application is restarted on the spot; the node is back once the checkers are well again.
  case restart
  /// The application is stopped and, once that is done, started; the node is back once the checkers are well again.
  case stopStart
  /// The application is stopped; the node is out until an operator resumes it.
  case stop

  /// Whether it counts against ``HealthSettings/maximumActions``.
  public var isCounted: Bool { self == .restart || self == .stopStart }
}

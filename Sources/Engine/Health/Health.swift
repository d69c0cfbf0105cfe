/// The checkers of one node: probe results go in, and out come probes, commands to the application, and whether the
/// node may serve.
///
/// ```
/// unproven --every checker succeeded--> healthy --a checker fails--> unhealthy --wait: succeeded again--> healthy
///                                                                      | restart, stop_start: commands, then unproven
///                                                                      | stop, or too many actions: held out
///                                                                      +--operator resumes--> start, then unproven
/// ```
/// It is a value like ``Node``: no clock, no I/O; it keeps the time-outs itself. While a checker of the surroundings
/// fails (an interface, a gateway), no checker of the application acts on the application: a restart would not help.
public struct Health: Sendable {
  public let settings: HealthSettings
  /// What the node was told last; `nil` before the start.
  public internal(set) var isHealthy: Bool?
  /// Why the node stays out until an operator resumes it.
  public internal(set) var hold: HoldReason?

  var checkers: [CheckerState]
  var serial: UInt32 = 0
  /// The commands that are still to be performed; the one under way comes first.
  var commands: [ApplicationCommand] = []
  /// The command under way, and when it will have taken too long.
  var running: (id: CommandID, due: Instant)?
  /// Until when failures of the application do not count, because it starts.
  var graceUntil = Instant.zero
  /// When the application was restarted, newest last; no more than ``HealthSettings/maximumActions``.
  var actedAt: [Instant] = []
  var requestedWake = Instant.never

  /// - Precondition: at most ``Limits/maximumCheckers`` checkers, each within the limits.
  public init(_ settings: HealthSettings) {
    precondition(settings.checkers.count <= Limits.maximumCheckers, "more checkers than a node may have")
    for checker in settings.checkers {
      precondition(checker.interval > .zero && checker.timeout > .zero, "a checker without time")
      precondition(checker.threshold > 0 && checker.recovery > 0, "a checker that needs no probe")
    }
    self.settings = settings
    checkers = settings.checkers.map { _ in CheckerState() }
  }

  /// The checkers of the same node under other settings, not started yet. Answers to earlier requests are void.
  public func replaced(by settings: HealthSettings) -> Health {
    var next = Health(settings)
    next.serial = serial
    return next
  }

  /// Whether a command to the application is under way.
  public var isActing: Bool { !commands.isEmpty }

  /// Whether a checker does not fail and has succeeded since the start.
  public func isWell(_ checker: CheckerID) -> Bool { checkers[checker.index].needed == 0 }

  /// Takes one input and appends what must be done. Instants never decrease.
  public mutating func step(_ input: HealthInput, at now: Instant, into actions: inout [HealthAction]) {
    if case .start(let isServing) = input {
      start(isServing: isServing, at: now, into: &actions)
    } else if isHealthy == nil {
      return
    }
    switch input {
    case .start: break
    case .probed(let probe, let result): take(result, of: probe, at: now, into: &actions)
    case .performed(let command, let succeeded):
      if command == running?.id { finish(succeeded ? .succeeded : .failed, at: now, into: &actions) }
    case .timer: fire(at: now, into: &actions)
    case .resume: resume(at: now, into: &actions)
    }
    beginProbes(at: now, into: &actions)
    let wake = nextDue
    if wake != requestedWake {
      requestedWake = wake
      actions.append(.wake(at: wake))
    }
  }

  private mutating func start(isServing: Bool, at now: Instant, into actions: inout [HealthAction]) {
    let serial = serial
    self = Health(settings)
    self.serial = serial
    for i in checkers.indices {
      checkers[i].needed = isServing ? 0 : 1
      checkers[i].due = now
    }
    isHealthy = isServing || checkers.isEmpty
    actions.append(.report(isHealthy: isServing || checkers.isEmpty))
  }

  /// An operator's resume: the application is started, and then every checker of it must succeed again.
  private mutating func resume(at now: Instant, into actions: inout [HealthAction]) {
    actedAt.removeAll()
    guard hold != nil else { return }
    hold = nil
    actions.append(.notice(.resumed))
    // If a stop is still under way, the start waits for its end.
    if settings.commands.contains(.start) { commands.append(.start) }
    if running == nil { performNext(at: now, into: &actions) }
  }

  mutating func report(_ isHealthy: Bool, into actions: inout [HealthAction]) {
    if self.isHealthy == isHealthy { return }
    self.isHealthy = isHealthy
    actions.append(.report(isHealthy: isHealthy))
  }
}

/// What a node knows of one checker.
struct CheckerState: Sendable, Hashable {
  /// When the next probe begins.
  var due = Instant.never
  /// The serial of the probe under way, and when it began.
  var probe: UInt32?
  var beganAt = Instant.zero
  var failures = 0
  /// How many successes in a row it still takes; 0: it is well.
  var needed = 1
  var hasFailed = false
}

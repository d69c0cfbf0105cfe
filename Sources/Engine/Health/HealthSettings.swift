/// The checkers of a node, and how often they may act on its application.
public struct HealthSettings: Sendable, Hashable {
  /// At most ``Limits/maximumCheckers``; by ``CheckerID``.
  public var checkers: [CheckerSettings]
  /// What the application can be told.
  public var commands: ApplicationCommands
  /// How long an application may take to answer after its start: failures do not count for this long after it was
  /// started, successes do.
  public var startTime: Duration
  /// A command to the application that takes longer has failed and is ended.
  public var commandTimeout: Duration
  /// Restarts and stop-starts within ``loopInterval``. The next one is not done: the application is stopped and the
  /// node stays out until an operator resumes it. 0 allows none.
  public var maximumActions: Int
  public var loopInterval: Duration

  public init(
    checkers: [CheckerSettings] = [], commands: ApplicationCommands = [], startTime: Duration = .seconds(5),
    commandTimeout: Duration = .seconds(60), maximumActions: Int = 3,
    loopInterval: Duration = .seconds(24 * 3600)
  ) {
    self.checkers = checkers
    self.commands = commands
    self.startTime = startTime
    self.commandTimeout = commandTimeout
    self.maximumActions = maximumActions
    self.loopInterval = loopInterval
  }
}

/// What an application can be told.
public struct ApplicationCommands: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let start = ApplicationCommands(rawValue: 1)
  public static let stop = ApplicationCommands(rawValue: 2)
  public static let restart = ApplicationCommands(rawValue: 4)

  /// Whether it can be told to begin anew, in one command or in two.
  public var canRestart: Bool { contains(.restart) || contains([.start, .stop]) }
}

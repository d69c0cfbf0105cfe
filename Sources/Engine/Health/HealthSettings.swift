/// The checkers of a node, and how often they may act on its application.
public struct HealthSettings: Sendable, Hashable {
  /// At most ``Limits/maximumCheckers``; by ``CheckerID``.
  public var checkers: [CheckerSettings]
  /// The commands that the application has.
  public var commands: ApplicationCommands
  /// How long an application may take to answer after its start. Failures within this time do not count; successes do.
  public var startTime: Duration
  /// A command to the application that takes longer has failed and is ended.
  public var commandTimeout: Duration
  /// How many restarts and stop-starts are allowed within ``loopInterval``. Instead of the next one the application is
  /// stopped, and the node stays out until an operator resumes it. 0 allows none.
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

/// A set of commands to the application.
public struct ApplicationCommands: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let start = ApplicationCommands(rawValue: 1)
  public static let stop = ApplicationCommands(rawValue: 2)
  public static let restart = ApplicationCommands(rawValue: 4)

  /// Whether the application can be restarted, by one command or by two.
  public var canRestart: Bool { contains(.restart) || contains([.start, .stop]) }
}

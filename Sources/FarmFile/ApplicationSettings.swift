import Engine

/// How the application of a node is started and stopped, and how often checkers may do so.
public struct ApplicationSettings: Sendable, Hashable {
  public var start: ShellCommand?
  public var stop: ShellCommand?
  /// What is run in place of stop and start.
  public var restart: ShellCommand?
  /// How long it may take to answer after its start. The simulated application takes exactly this long.
  public var startTime: Duration
  /// A command that takes longer has failed and is killed.
  public var timeout: Duration
  /// ``HealthSettings/maximumActions``.
  public var maximumActions: Int
  public var loopInterval: Duration

  public init(
    start: ShellCommand? = nil, stop: ShellCommand? = nil, restart: ShellCommand? = nil,
    startTime: Duration = .seconds(5), timeout: Duration = .seconds(60), maximumActions: Int = 3,
    loopInterval: Duration = .seconds(24 * 3600)
  ) {
    self.start = start
    self.stop = stop
    self.restart = restart
    self.startTime = startTime
    self.timeout = timeout
    self.maximumActions = maximumActions
    self.loopInterval = loopInterval
  }

  public var commands: ApplicationCommands {
    var commands: ApplicationCommands = []
    if start != nil { commands.insert(.start) }
    if stop != nil { commands.insert(.stop) }
    if restart != nil { commands.insert(.restart) }
    return commands
  }

  public subscript(command: ApplicationCommand) -> ShellCommand? {
    switch command {
    case .start: start
    case .stop: stop
    case .restart: restart
    }
  }
}

extension Farm {
  /// What the engine needs to know of the checkers and the application.
  public var health: HealthSettings {
    HealthSettings(
      checkers: checkers.map(\.settings), commands: application.commands, startTime: application.startTime,
      commandTimeout: application.timeout, maximumActions: application.maximumActions,
      loopInterval: application.loopInterval)
  }
}

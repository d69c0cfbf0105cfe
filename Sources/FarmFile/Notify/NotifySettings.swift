import Engine

/// The command that a node runs once for each event. A node's own policy, not part of the settings.
public struct NotifySettings: Sendable, Hashable {
  public var command: ShellCommand
  /// The events that it is run for, in the order of the kinds.
  public var events: [FarmEventKind]
  /// A hole that lasts longer than this is told.
  public var hole: Duration
  /// A run that takes longer has failed and is killed.
  public var timeout: Duration

  /// The ranges of ``hole`` and ``timeout`` in a file.
  static let holes = Duration.zero...Duration.seconds(24 * 3600)
  static let timeouts = Duration.milliseconds(10)...Duration.seconds(3600)

  public init(
    command: ShellCommand, events: [FarmEventKind] = FarmEventKind.allCases, hole: Duration = .seconds(2),
    timeout: Duration = .seconds(5)
  ) {
    self.command = command
    self.events = events
    self.hole = hole
    self.timeout = timeout
  }
}

extension NotifySettings {
  /// Reads `notify:` of the `farm:` block; `nil` without one, or without a command.
  init?(_ reader: YAMLReader?) {
    guard let keys = reader?.keys(of: FarmSection.notify) else { return nil }
    let value = keys.required(
      "command", expected: "a command line, or a list of a program's path and its arguments")
    let events = keys["events"].map { NotifySettings.events($0) }
    let hole = keys["hole"]?.duration(in: NotifySettings.holes)
    let timeout = keys["timeout"]?.duration(in: NotifySettings.timeouts)
    guard let command = value?.command() else { return nil }
    self.init(command: command)
    self.events = events ?? self.events
    self.hole = hole ?? self.hole
    self.timeout = timeout ?? self.timeout
  }

  private static func events(_ reader: YAMLReader) -> [FarmEventKind] {
    let kinds = FarmEventKind.allCases
    var chosen: [FarmEventKind] = []
    let items = reader.itemsOrSelf(atMost: kinds.count)
    for item in items {
      let event = YAMLReader(item.node, name: "event", log: item.log)
      guard let kind = event.choice(kinds.map { ($0.rawValue, $0) }) else { continue }
      if chosen.contains(kind) { event.report("event '\(kind.rawValue)' is listed twice") }
      chosen.append(kind)
    }
    if items.isEmpty { reader.report("no event", expected: "at least one, or no 'events' for all of them") }
    return kinds.filter { chosen.contains($0) }
  }
}

import Engine

/// The entries of `checkers:`, in the order of the file.
struct ConfiguredCheckers {
  var list: [Checker] = []

  /// What a checker can look at; each has exactly one of these keys.
  static let kinds = ["tcp", "http", "ping", "interface", "process", "command"]
  private static let actions: [(name: String, value: CheckerAction)] = [
    ("wait", .wait), ("restart", .restart), ("stop_start", .stopStart), ("stop", .stop),
  ]

  /// - Parameter commands: the commands that the application has.
  init(_ value: YAMLReader?, commands: ApplicationCommands) {
    for item in value?.itemsOrSelf(atMost: Limits.maximumCheckers) ?? [] {
      guard let keys = item.keys(of: FarmSection.checker) else { continue }
      // Everything else is read first, so that its problems are reported whatever the kind is.
      var settings = ConfiguredCheckers.settings(keys)
      for key in keys.present(among: ["expect", "host"]) where keys["http"] == nil {
        keys[key]?.report("'\(key)' is for 'http' alone")
      }
      guard let (kind, what) = keys.one(of: ConfiguredCheckers.kinds) else { continue }
      guard let probe = Probe(kind, what, keys) else { continue }
      settings.kind = probe.kind
      settings.action = ConfiguredCheckers.action(keys, kind: probe.kind, commands: commands)
      let name = keys["name"]?.text(expected: "a name") ?? probe.name
      let isTaken = list.contains { $0.name == name }
      if isTaken, keys["name"] != nil { item.report("checker '\(name)' is listed twice") }
      list.append(
        Checker(name: isTaken ? "\(name)#\(list.count + 1)" : name, probe: probe, settings: settings))
    }
  }

  private static func settings(_ keys: YAMLKeys) -> CheckerSettings {
    var settings = CheckerSettings(kind: .tcp)
    settings.interval = keys["interval"]?.duration(in: Limits.checkInterval) ?? settings.interval
    settings.timeout = keys["timeout"]?.duration(in: Limits.checkTimeout) ?? settings.timeout
    settings.threshold = keys["threshold"]?.integer(in: Limits.checkCount) ?? settings.threshold
    settings.recovery = keys["recovery"]?.integer(in: Limits.checkCount) ?? settings.recovery
    return settings
  }

  /// The default is to restart an application that can be restarted, and to wait otherwise: a gateway that is gone
  /// comes back by waiting alone.
  private static func action(
    _ keys: YAMLKeys, kind: CheckerKind, commands: ApplicationCommands
  ) -> CheckerAction {
    guard let reader = keys["action"] else {
      return kind.looksAtApplication && commands.canRestart ? .restart : .wait
    }
    guard let action = reader.choice(actions) else { return .wait }
    switch action {
    case .restart where !commands.canRestart:
      reader.report(
        "'restart' of an application without commands",
        expected: "'restart', or 'start' and 'stop', in 'application'")
    case .stopStart where !commands.contains([.start, .stop]):
      reader.report(
        "'stop_start' of an application without commands", expected: "'start' and 'stop' in 'application'")
    default: break
    }
    return action
  }
}

import Engine

/// What each node may set for itself.
extension FileKeys {
  /// The keys that nodes do not compare. With those of ``shared(_:_:)`` they are all that a daemon reads.
  public static func own(_ farm: Farm, _ linux: LinuxSettings) -> FileKeys {
    var keys: [FileKey] = []
    func add(_ path: String, _ value: String) { keys.append(FileKey(path, value)) }
    keys.append(FileKey("farm.rules.name", list: farm.rules))
    keys.append(FileKey("farm.checkers", list: farm.checkers.map(\.fileText)))
    let application = farm.application
    for (name, command) in [
      ("start", application.start), ("stop", application.stop), ("restart", application.restart),
    ] { add("farm.application.\(name)", command?.text ?? "none") }
    add("farm.application.start_time", application.startTime.exactText)
    add("farm.application.timeout", application.timeout.exactText)
    add("farm.application.maxloop", "\(application.maximumActions)")
    add("farm.application.loop_interval", application.loopInterval.exactText)
    add("farm.notify.command", farm.notify?.command.text ?? "none")
    if let notify = farm.notify {
      add("farm.notify.events", notify.events.map(\.rawValue).joined(separator: ", "))
      add("farm.notify.hole", notify.hole.exactText)
      add("farm.notify.timeout", notify.timeout.exactText)
    }
    for (node, places) in zip(farm.nodes, linux.attachments) {
      for (network, place) in zip(farm.networks, places) {
        add("linux.addresses.\(node).\(network).interface", place.interface)
      }
    }
    add("linux.key_file", linux.keyFile)
    add("linux.previous_key_file", linux.previousKeyFile ?? "none")
    add("linux.run_directory", linux.runDirectory)
    add("linux.state_directory", linux.stateDirectory)
    add("linux.metrics", linux.metrics?.text ?? "no")
    if farm.settings.life.alone != .witness { add("linux.gateway", linux.gateway?.text ?? "none") }
    add("linux.table", linux.table)
    return FileKeys(keys)
  }
}

extension Checker {
  /// Everything that the file says of the checker.
  fileprivate var fileText: String {
    var parts = [name]
    if probe.name != name { parts.append(probe.name) }
    if case .http(let probe) = probe {
      let statuses = probe.expected.map {
        $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
      }
      parts += ["host \(probe.host)", "expect \(statuses.joined(separator: " or "))"]
    }
    parts += [
      "interval \(settings.interval.exactText)", "timeout \(settings.timeout.exactText)",
      "threshold \(settings.threshold)", "recovery \(settings.recovery)", "action \(settings.action.name)",
    ]
    return parts.joined(separator: ", ")
  }
}

extension CheckerAction {
  /// The action as the farm file spells it.
  package var name: String {
    switch self {
    case .wait: "wait"
    case .restart: "restart"
    case .stopStart: "stop_start"
    case .stop: "stop"
    }
  }
}

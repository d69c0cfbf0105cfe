/// What is done about a checker that fails.
extension Health {
  /// A checker has reached its threshold, or has gone on failing beyond it.
  mutating func fail(_ i: Int, at now: Instant, into actions: inout [HealthAction]) {
    let checker = CheckerID(i)
    let action = settings.checkers[i].action
    let isNew = !checkers[i].hasFailed
    if isNew {
      checkers[i].hasFailed = true
      checkers[i].needed = settings.checkers[i].recovery
      actions.append(.notice(.failed(checker, action)))
    }
    report(false, into: &actions)
    // A checker that keeps failing under a hold or a command asks for nothing more.
    if hold != nil || isActing { return }
    switch action {
    case .wait:
      if isNew { actions.append(.notice(.acting(checker, .wait))) }
    case .stop: holdOut(.checker(checker), at: now, into: &actions)
    case .restart, .stopStart:
      if lacksSurroundings, settings.checkers[i].kind.looksAtApplication { return }
      actedAt.removeAll { now - $0 >= settings.loopInterval }
      if actedAt.count >= settings.maximumActions {
        return holdOut(.tooManyActions(checker), at: now, into: &actions)
      }
      actedAt.append(now)
      actions.append(.notice(.acting(checker, action)))
      commands = action == .restart && settings.commands.contains(.restart) ? [.restart] : [.stop, .start]
      endProbes(into: &actions)
      performNext(at: now, into: &actions)
    }
  }

  /// Whether a checker of the surroundings fails: no command to the application can mend that.
  private var lacksSurroundings: Bool {
    checkers.indices.contains { !settings.checkers[$0].kind.looksAtApplication && checkers[$0].hasFailed }
  }

  private mutating func holdOut(_ reason: HoldReason, at now: Instant, into actions: inout [HealthAction]) {
    hold = reason
    actions.append(.notice(.acting(reason.checker, .stop)))
    actions.append(.notice(.heldOut(reason)))
    endProbes(into: &actions)
    if settings.commands.contains(.stop) {
      commands = [.stop]
      performNext(at: now, into: &actions)
    }
  }

  /// Performs the first of the commands. If none is left, the application must prove again that it serves, unless the
  /// node is held out.
  mutating func performNext(at now: Instant, into actions: inout [HealthAction]) {
    guard let command = commands.first else {
      if hold == nil { proveAnew(at: now) }
      return
    }
    serial &+= 1
    let id = CommandID(command, serial: serial)
    running = (id, now + settings.commandTimeout)
    actions.append(.notice(.performing(command)))
    actions.append(.perform(id, timeout: settings.commandTimeout))
  }

  /// Ends the command under way. A failed command changes nothing: the probes find out what it left.
  mutating func finish(_ result: CommandResult, at now: Instant, into actions: inout [HealthAction]) {
    let command = commands.removeFirst()
    actions.append(.notice(.performed(command, result)))
    running = nil
    performNext(at: now, into: &actions)
  }

  /// The application has begun anew: every checker that looks at it must succeed again.
  private mutating func proveAnew(at now: Instant) {
    graceUntil = now + settings.startTime
    for i in checkers.indices where settings.checkers[i].kind.looksAtApplication {
      checkers[i].needed = settings.checkers[i].recovery
      checkers[i].failures = 0
      checkers[i].hasFailed = true
      checkers[i].due = now
    }
  }
}

/// Probes: when they begin and what their results mean.
extension Health {
  /// Begins the probes that are due. None begins while a command is under way, or while the node is held out.
  mutating func beginProbes(at now: Instant, into actions: inout [HealthAction]) {
    if isActing || hold != nil { return }
    for i in checkers.indices where checkers[i].probe == nil && checkers[i].due <= now {
      serial &+= 1
      checkers[i].probe = serial
      checkers[i].beganAt = now
      checkers[i].due = now + settings.checkers[i].interval
      actions.append(
        .probe(ProbeID(checker: CheckerID(i), serial: serial), timeout: settings.checkers[i].timeout))
    }
  }

  /// Ends every probe under way without counting it.
  mutating func endProbes(into actions: inout [HealthAction]) {
    for i in checkers.indices {
      guard let probe = checkers[i].probe else { continue }
      checkers[i].probe = nil
      actions.append(.endProbe(ProbeID(checker: CheckerID(i), serial: probe)))
    }
  }

  mutating func take(
    _ result: ProbeResult, of probe: ProbeID, at now: Instant, into actions: inout [HealthAction]
  ) {
    let i = probe.checker.index
    guard i < checkers.count, checkers[i].probe == probe.serial else { return }
    checkers[i].probe = nil
    count(result, of: i, at: now, into: &actions)
  }

  func timesOut(_ i: Int) -> Instant {
    checkers[i].probe == nil ? .never : checkers[i].beganAt + settings.checkers[i].timeout
  }

  /// Handles what is due: the command under way, then the probes that have taken too long.
  mutating func fire(at now: Instant, into actions: inout [HealthAction]) {
    if let running, running.due <= now {
      actions.append(.endCommand(running.id))
      finish(.timedOut, at: now, into: &actions)
    }
    for i in checkers.indices where timesOut(i) <= now {
      guard let probe = checkers[i].probe else { continue }
      let isLate = now - timesOut(i) > settings.checkers[i].period
      checkers[i].probe = nil
      actions.append(.endProbe(ProbeID(checker: CheckerID(i), serial: probe)))
      // A timer this late shows that the daemon stood still. It says nothing of the application: probe again.
      if isLate { checkers[i].due = now } else { count(.timedOut, of: i, at: now, into: &actions) }
    }
  }

  private mutating func count(
    _ result: ProbeResult, of i: Int, at now: Instant, into actions: inout [HealthAction]
  ) {
    let checker = CheckerID(i)
    if result == .ok {
      checkers[i].failures = 0
      if checkers[i].needed == 0 { return }
      checkers[i].needed -= 1
      if checkers[i].needed > 0 { return }
      checkers[i].hasFailed = false
      actions.append(.notice(.recovered(checker)))
      if checkers.allSatisfy({ $0.needed == 0 }) { report(true, into: &actions) }
      return
    }
    // A row of successes begins anew.
    if checkers[i].needed > 0, !isUnproven(i) { checkers[i].needed = settings.checkers[i].recovery }
    let counts = now >= graceUntil || !settings.checkers[i].kind.looksAtApplication
    if counts { checkers[i].failures += 1 }
    actions.append(.notice(.probeFailed(checker, result, inARow: checkers[i].failures)))
    if checkers[i].failures >= settings.checkers[i].threshold { fail(i, at: now, into: &actions) }
  }

  /// Whether the checker has not failed yet and lacks only its first success.
  private func isUnproven(_ i: Int) -> Bool { !checkers[i].hasFailed && checkers[i].needed == 1 }

  /// The next instant at which something is due.
  var nextDue: Instant {
    if let running { return running.due }
    if hold != nil { return .never }
    var next = Instant.never
    for i in checkers.indices {
      next = min(next, checkers[i].probe == nil ? checkers[i].due : timesOut(i))
    }
    return next
  }
}

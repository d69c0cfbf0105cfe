import Engine

/// How long a probe takes to a node's own application that answers at once.
private let probeTime = Duration.microseconds(200)

/// The nodes' checkers: the same ``Engine/Health`` that a daemon runs, on simulated applications.
///
/// ``World/check(_:_:)`` feeds a node's checkers and performs their actions: probes and wake-ups go into the event
/// queue, a verdict goes to the node's engine, and a command goes to the application once the kernel has done all that
/// it was asked for. Answers wait while the daemon stands still.
extension World {
  /// Lets a node's checkers take an input and performs the actions that they ask for.
  mutating func check(_ input: HealthInput, _ n: Int) {
    guard !checks.isEmpty, machines[n].isDaemonRunning else { return }
    var inputs = [input]
    var wanted: [HealthAction] = []
    while !inputs.isEmpty {
      checks[n].health.step(inputs.removeFirst(), at: now, into: &wanted)
      for action in wanted {
        switch action {
        case .probe(let probe, _): sendProbe(probe, n)
        case .perform(let command, _):
          // The kernel must have released the buckets before the application is touched.
          guard filters[n].isIdle else {
            checks[n].command = command
            continue
          }
          tell(command.command, n)
          inputs.append(.performed(command, succeeded: true))
        case .report(let isHealthy): report(isHealthy, n)
        case .wake(let at): wakeChecks(n, at: at)
        case .notice(let notice):
          story.health(notice, of: NodeID(n), checkers: policy(of: n).checkers, at: now)
        case .endCommand: checks[n].command = nil
        // A slow answer to a probe that has ended comes all the same, and the checkers ignore it.
        case .endProbe: break
        }
      }
      wanted.removeAll(keepingCapacity: true)
    }
  }

  /// Sends the command that waits for the kernel, once the kernel has done all that it was asked for.
  mutating func performWaiting(_ n: Int) {
    guard !checks.isEmpty, let command = checks[n].command, filters[n].isIdle, machines[n].canStep else {
      return
    }
    checks[n].command = nil
    tell(command.command, n)
    check(.performed(command, succeeded: true), n)
  }

  /// The daemon starts: its checkers know nothing yet. After an upgrade in place the node serves already, and does so
  /// until a check fails.
  mutating func startChecks(_ n: Int) {
    guard !checks.isEmpty else { return }
    let status = nodes[n].status
    beginChecks(n, isServing: status == .up || status == .detached || status == .draining)
  }

  /// Starts the checkers of the node's file; probes and commands of the former ones are void.
  mutating func beginChecks(_ n: Int, isServing: Bool) {
    checks[n].health = checks[n].health.replaced(by: policy(of: n).health)
    checks[n].waiting.removeAll()
    checks[n].command = nil
    wakeChecks(n, at: .never)
    check(.start(isServing: isServing), n)
  }

  private mutating func report(_ isHealthy: Bool, _ n: Int) {
    if !isHealthy, let fault = checks[n].struckBy { meters.rebalances.acts(fault, at: now) }
    give(.health(isHealthy: isHealthy), to: n)
    let wasOut = checks[n].isOut
    checks[n].isOut = !isHealthy
    // Checkers that a reload has just started may report a node healthy before they have looked: that is no return.
    guard isHealthy, wasOut, let fault = checks[n].struckBy else { return }
    checks[n].struckBy = nil
    // The return into service counts as the end of the fault that took the node out.
    meters.edge(
      fault, isEnd: true, kind: scenario.faults[fault].kind, healthy: NodeID(n), at: now)
  }

  private mutating func sendProbe(_ probe: ProbeID, _ n: Int) {
    let kind = policy(of: n).checkers[probe.checker.index].settings.kind
    // The process exists and the kernel answers, however slow the application is.
    let delay = kind == .http || kind == .command ? applications[n].delay : .zero
    queue.insert(
      at: now + probeTime + delay,
      Event(.probe, node: n, network: probe.checker.rawValue, index: probe.serial))
  }

  /// A probe arrives at the application, or at whatever else it looks at.
  mutating func probeArrives(_ probe: ProbeID, _ n: Int) {
    if machines[n].isHeld {
      checks[n].waiting.append(probe)
      return
    }
    let checkers = policy(of: n).checkers
    // A reload may have removed the probe's checker.
    guard probe.checker.index < checkers.count else { return }
    let kind = checkers[probe.checker.index].settings.kind
    let isReached = meters.coverage.reachable.contains(NodeID(n))
    guard let result = applications[n].answer(to: kind, isReached: isReached) else { return }
    check(.probed(probe, result), n)
  }

  private mutating func wakeChecks(_ n: Int, at: Instant) {
    checks[n].wakeAt = at
    checks[n].timerSerial &+= 1
    if at != .never {
      queue.insert(at: max(at, now), Event(.check, node: n, index: checks[n].timerSerial))
    }
  }

  mutating func checksFire(_ n: Int, serial: UInt32) {
    guard serial == checks[n].timerSerial, machines[n].canStep else { return }
    check(.timer, n)
  }

  /// The daemon resumes: its checkers take the answers that wait before they look at the time.
  mutating func goOnChecking(_ n: Int) {
    guard !checks.isEmpty else { return }
    performWaiting(n)
    let waiting = checks[n].waiting
    checks[n].waiting.removeAll()
    for probe in waiting { probeArrives(probe, n) }
    if checks[n].wakeAt <= now { check(.timer, n) }
  }
}

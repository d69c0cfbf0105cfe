import Engine
import FarmFile
import Logging
import NIOCore
import NIOPosix

/// The loop between one ``Health`` and the machine. Confined to one event loop.
///
/// Each result of a probe or command goes into ``Health`` as an input, and every action that comes out is performed.
/// Probes over TCP run on the loop; others, and commands, each keep a thread of the pool. A command runs only after the
/// node has done what it was last told.
final class CheckerCore {
  let loop: any EventLoop
  private var farm: Farm
  private var health: Health
  /// One thread for each checker whose probe keeps it waiting, and one for the application's commands, so that none
  /// waits for another's.
  private var pool: NIOThreadPool
  let log: CheckerLog
  private let onHealth: @Sendable (Bool) -> EventLoopFuture<Void>
  /// Completes once the node, and its kernel, has done what it was last told.
  private var told: EventLoopFuture<Void>

  private var actions: [HealthAction] = []
  private var timer: Scheduled<Void>?
  private var probes: [ProbeID: @Sendable () -> Void] = [:]
  private var command: (id: CommandID, child: ChildProcess?)?
  private var reasons: [String?]
  /// By checker.
  private var tallies: [CheckerTally]
  private var isStopped = false

  init(
    loop: any EventLoop, farm: Farm, logger: Logger,
    onHealth: @escaping @Sendable (Bool) -> EventLoopFuture<Void>
  ) {
    self.loop = loop
    told = loop.makeSucceededVoidFuture()
    self.farm = farm
    pool = CheckerCore.pool(for: farm)
    self.onHealth = onHealth
    log = CheckerLog(logger: logger)
    health = Health(farm.health)
    reasons = farm.checkers.map { _ in nil }
    tallies = farm.checkers.map { _ in CheckerTally() }
  }

  func take(_ input: HealthInput) {
    if isStopped { return }
    health.step(input, at: MonotonicClock.now, into: &actions)
    let wanted = actions
    actions.removeAll(keepingCapacity: true)
    for action in wanted { perform(action) }
  }

  /// Tells the node again whether it is healthy: it may have begun a new life since.
  func tellAgain() {
    if let isHealthy = health.isHealthy { tell(isHealthy) }
  }

  /// Changes to other checkers. A node that serves goes on serving until one of them fails.
  func replace(_ next: Farm) {
    if next.checkers == farm.checkers && next.application == farm.application { return }
    let isServing = health.isHealthy ?? false
    endAll()
    pool.shutdownGracefully { _ in }
    pool = CheckerCore.pool(for: next)
    // A checker that keeps its name keeps its counts.
    let before = Dictionary(zip(farm.checkers.map(\.name), tallies), uniquingKeysWith: { a, _ in a })
    tallies = next.checkers.map { before[$0.name] ?? CheckerTally() }
    farm = next
    health = Health(next.health)
    reasons = next.checkers.map { _ in nil }
    take(.start(isServing: isServing))
  }

  /// Ends every probe and kills every command.
  /// - Returns: the threads, which the caller must end.
  func stop() -> NIOThreadPool {
    isStopped = true
    endAll()
    return pool
  }

  private static func pool(for farm: Farm) -> NIOThreadPool {
    let waiting = farm.checkers.count { $0.settings.kind != .tcp && $0.settings.kind != .http }
    let pool = NIOThreadPool(numberOfThreads: waiting + 1)
    pool.start()
    return pool
  }

  private func endAll() {
    timer?.cancel()
    for end in probes.values { end() }
    probes.removeAll()
    command?.child?.kill()
    command = nil
  }

  var report: CheckerReport {
    let now = MonotonicClock.now
    return CheckerReport(
      isHealthy: health.isHealthy ?? true, isHeldOut: health.hold != nil,
      checkers: farm.checkers.indices.map { i in
        let tally = tallies[i]
        return CheckerReport.Entry(
          name: farm.checkers[i].name, isWell: health.isWell(CheckerID(i)), reason: reasons[i],
          runs: tally.runs, failures: tally.failures, secondsOfRun: tally.lastRun?.seconds,
          secondsSinceFailure: tally.failedAt.map { max(0, (now - $0).seconds) }, actions: tally.counts)
      })
  }

  private func perform(_ action: HealthAction) {
    switch action {
    case .probe(let probe, let timeout): begin(probe, timeout: timeout)
    case .endProbe(let probe):
      reasons[probe.checker.index] = ProbeOutcome.timedOut.reason
      tallies[probe.checker.index].end(at: MonotonicClock.now)
      probes.removeValue(forKey: probe)?()
    case .perform(let id, _): begin(id)
    case .endCommand(let id): end(id)
    case .report(let isHealthy):
      log.report(isHealthy)
      tell(isHealthy)
    case .wake(let at): wake(at: at)
    case .notice(let notice):
      count(notice)
      log.note(notice, farm.checkers, reasons)
    }
  }

  private func count(_ notice: HealthNotice) {
    switch notice {
    case .probeFailed(let checker, _, _): tallies[checker.index].fail(at: MonotonicClock.now)
    case .acting(let checker, let action): tallies[checker.index].act(action)
    case .failed, .recovered, .performing, .performed, .heldOut, .resumed: break
    }
  }

  private func tell(_ isHealthy: Bool) { told = onHealth(isHealthy).hop(to: loop) }

  private func wake(at: Instant) {
    timer?.cancel()
    timer = nil
    if at == .never { return }
    let bound = NIOLoopBound(self, eventLoop: loop)
    timer = loop.scheduleTask(deadline: .uptimeNanoseconds(at.nanoseconds)) { bound.value.take(.timer) }
  }

  // MARK: Probes

  private func begin(_ probe: ProbeID, timeout: Duration) {
    tallies[probe.checker.index].begin(at: MonotonicClock.now)
    let bound = NIOLoopBound(self, eventLoop: loop)
    let outcome: EventLoopFuture<ProbeOutcome>
    switch farm.checkers[probe.checker.index].probe {
    case .tcp(let address, let port):
      outcome = connect(probe, to: address, port: port, request: nil, timeout: timeout)
    case .http(let request):
      outcome = connect(probe, to: request.address, port: request.port, request: request, timeout: timeout)
    // These end by themselves, in time.
    case .ping(let address):
      outcome = onThread(probe) { Ping.check(address, timeout: timeout) }
    case .interface(let name): outcome = onThread(probe) { NetworkInterface.check(name) }
    case .process(let name): outcome = onThread(probe) { RunningProcess.check(name) }
    case .command(let command):
      let child = ChildProcess(command, isOrder: false)
      outcome = onThread(probe, end: child.kill) { child.wait().outcome }
    }
    outcome.whenSuccess { bound.value.end(probe, $0) }
  }

  private func connect(
    _ probe: ProbeID, to address: IPAddress, port: UInt16, request: HTTPProbe?, timeout: Duration
  ) -> EventLoopFuture<ProbeOutcome> {
    let connection = ConnectionProbe(loop: loop)
    let bound = NIOLoopBound(connection, eventLoop: loop)
    probes[probe] = { bound.value.end() }
    return connection.run(to: address, port: port, request: request, timeout: timeout)
  }

  private func onThread(
    _ probe: ProbeID, end: @escaping @Sendable () -> Void = {},
    _ look: @escaping @Sendable () -> ProbeOutcome
  ) -> EventLoopFuture<ProbeOutcome> {
    probes[probe] = end
    return pool.runIfActive(eventLoop: loop, look)
  }

  private func end(_ probe: ProbeID, _ outcome: ProbeOutcome) {
    // A probe that was ended has no outcome any more.
    guard probes.removeValue(forKey: probe) != nil else { return }
    tallies[probe.checker.index].end(at: MonotonicClock.now)
    reasons[probe.checker.index] = outcome.result == .ok ? nil : outcome.reason
    take(.probed(probe, outcome.result))
  }

  // MARK: Commands

  private func begin(_ id: CommandID) {
    let bound = NIOLoopBound(self, eventLoop: loop)
    guard let line = farm.application[id.command] else {
      // A command that is not configured has succeeded. The loop says so after this step, which is not over yet.
      loop.execute { bound.value.take(.performed(id, succeeded: true)) }
      return
    }
    command = (id, nil)
    // The node goes out of service first: otherwise a client that the kernel still lets in would reach an application
    // that is being stopped.
    told.whenComplete { _ in bound.value.run(line, id) }
  }

  private func run(_ line: ShellCommand, _ id: CommandID) {
    // The command may have been ended meanwhile.
    guard command?.id == id else { return }
    let bound = NIOLoopBound(self, eventLoop: loop)
    let child = ChildProcess(line, isOrder: true)
    command = (id, child)
    pool.runIfActive(eventLoop: loop) { child.wait() }.whenSuccess { ending in
      let core = bound.value
      if core.command?.id == id { core.command = nil }
      core.log.ended(id.command, ending)
      core.take(.performed(id, succeeded: ending == .exit(0)))
    }
  }

  private func end(_ id: CommandID) {
    guard let (running, child) = command, running == id else { return }
    if let child { child.kill() } else { command = nil }
  }
}

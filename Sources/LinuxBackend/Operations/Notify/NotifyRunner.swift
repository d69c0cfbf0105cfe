import Engine
import FarmFile
import Foundation
import Logging
import NIOPosix
import Synchronization

/// Tells an operator's command of events: one run for each event, one after the other, on a thread of its own.
///
/// The caller never waits. When more than ``capacity`` events wait, the oldest is dropped and counted, so that the
/// command always gets the latest state. The next run and the log say how many were dropped.
public final class NotifyRunner: Sendable {
  /// How many events may wait.
  public static let capacity = 100
  /// How long all events of the daemon's end may take together.
  static let lastWords = Duration.seconds(5)

  private struct Told {
    var event: FarmEvent
    var moment: DriverMoment
    /// Seconds since 1970 by the wall clock, which nothing else in the daemon depends on.
    var time: Double
  }

  private struct State {
    var farm: Farm
    var waiting: [Told] = []
    var dropped = 0
    var isWorking = false
    var isOver = false
    var running: ChildProcess?
  }

  private let state: Mutex<State>
  private let node: NodeID
  private let logger: Logger
  private let limit: LogLimit
  private let pool: NIOThreadPool

  /// - Parameter farm: if its ``FarmFile/Farm/notify`` is `nil`, no command runs.
  public init(farm: Farm, node: NodeID, logger: Logger) {
    state = Mutex(State(farm: farm))
    self.node = node
    self.logger = logger
    limit = LogLimit(logger)
    // The thread starts here, so it has the caller's ordinary priority.
    pool = NIOThreadPool(numberOfThreads: 1)
    pool.start()
  }

  /// Takes an event of a driver; may be called from its loop.
  public func note(_ event: DriverEvent, _ moment: DriverMoment) {
    guard case .farm(let event) = event else { return }
    let told = Told(event: event, moment: moment, time: Date().timeIntervalSince1970)
    let mustBegin = state.withLock { state in
      if state.isOver || state.farm.notify == nil { return false }
      if state.waiting.count == Self.capacity {
        state.waiting.removeFirst()
        state.dropped += 1
      }
      state.waiting.append(told)
      if state.isWorking { return false }
      state.isWorking = true
      return true
    }
    if mustBegin { pool.submit { [self] _ in work() } }
  }

  /// Uses a file that was read again, from the next run on.
  public func replace(_ farm: Farm) { state.withLock { $0.farm = farm } }

  /// Gives waiting events a moment to be told, then kills what still runs. Returns once nothing is left, except for a
  /// command that the kernel does not let end.
  public func stop() async {
    let end = MonotonicClock.now + Self.lastWords
    while MonotonicClock.now < end, state.withLock({ $0.isWorking }) {
      try? await Task.sleep(nanoseconds: 5_000_000)
    }
    let (running, lost) = state.withLock { state in
      state.isOver = true
      defer { state.waiting.removeAll() }
      return (state.running, state.waiting.count)
    }
    running?.kill()
    if lost > 0 { logger.warning("notify: farmd ends, and \(lost) events were not told any more") }
    if await !pool.end() {
      logger.warning("notify: the command does not end although it was killed, and is left behind")
    }
  }

  /// Tells the waiting events, one after the other.
  private func work() {
    // Logged at most once a second; the count includes all.
    var (unsaid, saidAt) = (0, Instant?.none)
    func say() {
      if unsaid == 0 { return }
      logger.warning("notify: \(unsaid) events were dropped, since the command is slower than they come")
      (unsaid, saidAt) = (0, MonotonicClock.now)
    }
    while let (told, farm, settings, dropped) = next() {
      var message = NotifyMessage(told.event, told.moment, node: node, farm: farm, seconds: told.time)
      message.dropped = dropped
      unsaid += dropped
      if saidAt.map({ MonotonicClock.now - $0 >= LogLimit.pause }) ?? true { say() }
      run(ChildProcess(settings.command, reads: message.line, within: settings.timeout), message, settings)
    }
    say()
  }

  private func next() -> (Told, Farm, NotifySettings, dropped: Int)? {
    state.withLock { state in
      guard !state.isOver, !state.waiting.isEmpty, let settings = state.farm.notify else {
        state.isWorking = false
        state.waiting.removeAll()
        return nil
      }
      defer { state.dropped = 0 }
      return (state.waiting.removeFirst(), state.farm, settings, state.dropped)
    }
  }

  private func run(_ child: ChildProcess, _ message: NotifyMessage, _ settings: NotifySettings) {
    let isOver = state.withLock { state in
      state.running = child
      return state.isOver
    }
    if isOver { child.kill() }
    let ending = child.wait()
    state.withLock { $0.running = nil }
    if ending == .exit(0) || isOver { return }
    let words = child.complaints.isEmpty ? "" : ": \(child.complaints)"
    limit.log(
      .error,
      "notify: \(settings.command.text.prefix(80)) for \(message.event): \(ending.outcome.reason)\(words)",
      kind: "failed")
  }
}

import Engine
import FarmFile
import Glibc
import Synchronization

/// A command in a process group of its own, which can be killed as a whole.
///
/// ``wait()`` keeps a thread until the command has ended; ``kill()`` may come from any other thread. A command that
/// ends by itself may leave processes running in groups of their own. A command that is killed leaves none, whatever
/// groups and sessions they have moved to, unless it is an order.
final class ChildProcess: Sendable {
  private enum State {
    case waiting
    case running(pid_t)
    /// Killed before it began, or over. Nothing may be signalled any more: another process may have its number.
    case over
  }

  private let command: ShellCommand
  /// Whether it gives the application an order, such as to start. Processes that it leaves running are then the
  /// application, and are not killed with it. Its output goes to the daemon's own (the journal) instead of nowhere.
  private let isOrder: Bool
  /// Its input and how long it may take. With `nil` it reads nothing and runs until it ends or is killed.
  private let terms: (input: [UInt8], timeout: Duration)?
  private let state = Mutex(State.waiting)
  private let said = Mutex("")

  init(_ command: ShellCommand, isOrder: Bool) {
    self.command = command
    self.isOrder = isOrder
    terms = nil
  }

  /// A command that reads some input and must end within a time, with the root as its working directory. Its output
  /// goes nowhere, except that the beginning of its standard error is kept.
  init(_ command: ShellCommand, reads input: [UInt8], within timeout: Duration) {
    self.command = command
    isOrder = false
    terms = (input, timeout)
  }

  /// What a command with a time-out wrote to its standard error, on one line.
  var complaints: String { said.withLock { $0 } }

  /// How a command ended.
  enum Ending: Sendable, Hashable {
    case exit(Int32)
    case signal(Int32)
    /// It could not be started.
    case failed(String)
    /// It took too long and was killed.
    case timedOut

    var outcome: ProbeOutcome {
      switch self {
      case .exit(0): .ok
      case .exit(let code): .failed("exit code \(code)")
      case .signal(let number): .failed("killed by signal \(number)")
      case .failed(let reason): .failed(reason)
      case .timedOut: .timedOut
      }
    }
  }

  /// Starts the command and waits for its end.
  func wait() -> Ending {
    let streams = terms.flatMap { CommandStreams(reads: $0.input) }
    if terms != nil, streams == nil { return .failed("no file descriptor is left") }
    // The lock is held while the command starts, so that a kill comes before or after, never in between.
    let started: Result<pid_t, ProcessStart.Failure>? = state.withLock { state in
      guard case .waiting = state else { return nil }
      do throws(ProcessStart.Failure) {
        let heard = isOrder ? STDERR_FILENO : nil
        let pid = try ProcessStart.spawn(
          command.words[0], Array(command.words.dropFirst()), input: streams?.input, output: heard,
          errors: streams?.errors ?? heard, in: streams.map { _ in "/" }, isOrdinary: true)
        state = .running(pid)
        return .success(pid)
      } catch {
        state = .over
        return .failure(error)
      }
    }
    streams?.letGo()
    guard let started else { return .signal(SIGKILL) }
    switch started {
    case .failure(let error): return .failed(error.text)
    case .success(let pid): return finish(pid, streams)
    }
  }

  private func finish(_ pid: pid_t, _ streams: CommandStreams?) -> Ending {
    var isInTime = true
    if let terms, let streams {
      isInTime = streams.attend(pid, until: MonotonicClock.now + terms.timeout)
      if !isInTime { kill() }
      said.withLock { $0 = streams.text }
    }
    var info = siginfo_t()
    // The process stays a zombie for now: until it is reaped, no other process can get its number or its group's.
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
    return state.withLock { state in
      if !isOrder { _ = Glibc.kill(-pid, SIGKILL) }
      var status: Int32 = 0
      while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
      state = .over
      if !isInTime { return .timedOut }
      let signal = status & 0x7f
      return signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal)
    }
  }

  /// Kills the command and all of its process group. Unless the command is an order, it also kills descendants that
  /// have left the group.
  func kill() {
    state.withLock { state in
      switch state {
      case .waiting: state = .over
      case .running(let pid):
        if !isOrder { ProcessTree.kill(pid) }
        _ = Glibc.kill(-pid, SIGKILL)
        // The command itself may have left its group.
        _ = Glibc.kill(pid, SIGKILL)
      case .over: break
      }
    }
  }
}

import Engine
import FarmFile
import Glibc
import Synchronization

/// A command in a process group of its own, which can be killed as a whole.
///
/// ``wait()`` keeps a thread until the command has ended; ``kill()`` may come from any other.
final class ChildProcess: Sendable {
  private enum State {
    case waiting
    case running(pid_t)
    /// Killed before it began, or over: nothing is to be signalled any more, its number may be another's.
    case over
  }

  private let command: ShellCommand
  /// Whether what it writes goes to the daemon's own output (the journal), or nowhere.
  private let isHeard: Bool
  private let state = Mutex(State.waiting)

  init(_ command: ShellCommand, isHeard: Bool) {
    self.command = command
    self.isHeard = isHeard
  }

  /// How a command ended.
  enum Ending: Sendable, Hashable {
    case exit(Int32)
    case signal(Int32)
    /// It could not be started.
    case failed(String)

    var outcome: ProbeOutcome {
      switch self {
      case .exit(0): .ok
      case .exit(let code): .failed("exit code \(code)")
      case .signal(let number): .failed("killed by signal \(number)")
      case .failed(let reason): .failed(reason)
      }
    }
  }

  /// Starts the command and waits for its end.
  /// - Parameter endsGroup: whether what it leaves behind in its process group is killed with its end.
  func wait(endsGroup: Bool) -> Ending {
    // The lock is held while it starts, so that a kill comes before or after, never in between.
    let started: Result<pid_t, ProcessStart.Failure>? = state.withLock { state in
      guard case .waiting = state else { return nil }
      do throws(ProcessStart.Failure) {
        let heard = isHeard ? STDERR_FILENO : nil
        let pid = try ProcessStart.spawn(
          command.words[0], Array(command.words.dropFirst()), output: heard, errors: heard)
        state = .running(pid)
        return .success(pid)
      } catch {
        state = .over
        return .failure(error)
      }
    }
    guard let started else { return .signal(SIGKILL) }
    switch started {
    case .failure(let error): return .failed(error.text)
    case .success(let pid): return finish(pid, endsGroup: endsGroup)
    }
  }

  private func finish(_ pid: pid_t, endsGroup: Bool) -> Ending {
    var info = siginfo_t()
    // It stays a zombie for now: until it is reaped its number, and its group's, are nobody else's.
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
    return state.withLock { state in
      if endsGroup { _ = Glibc.kill(-pid, SIGKILL) }
      var status: Int32 = 0
      while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
      state = .over
      let signal = status & 0x7f
      return signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal)
    }
  }

  /// Kills the command and all of its process group.
  func kill() {
    state.withLock { state in
      switch state {
      case .waiting: state = .over
      case .running(let pid): _ = Glibc.kill(-pid, SIGKILL)
      case .over: break
      }
    }
  }
}

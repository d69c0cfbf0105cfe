import Foundation
import Synchronization

/// A program that runs until it is told to end.
public final class ChildProcess: Sendable {
  public let pid: pid_t
  let name: String
  private let status = Mutex<Int32?>(nil)

  init(pid: pid_t, name: String) {
    self.pid = pid
    self.name = name
  }

  deinit { kill() }

  /// The status from `waitpid` once it has ended; `nil` while it runs.
  public var end: Int32? {
    status.withLock { known in
      if known == nil {
        var status: Int32 = 0
        if waitpid(pid, &status, WNOHANG) == pid { known = status }
      }
      return known
    }
  }

  /// Sends a signal, unless the process has ended.
  func send(_ signal: Int32) {
    if end == nil { Glibc.kill(pid, signal) }
  }

  /// Ends it at once and waits until it is gone.
  func kill() {
    status.withLock { known in
      if known != nil { return }
      Glibc.kill(pid, SIGKILL)
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
      known = status
    }
  }

  /// Waits until it ends by itself.
  /// - Returns: whether it did within that many seconds.
  func waitForEnd(seconds: Double) -> Bool {
    let deadline = Date().addingTimeInterval(seconds)
    while end == nil {
      if Date() > deadline { return false }
      usleep(5000)
    }
    return true
  }
}

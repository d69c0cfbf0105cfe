import Foundation
import Synchronization

/// Opens a pipe for reading, on a thread of its own: opening waits until somebody opens the pipe for writing.
final class PipeOpening: Sendable {
  private let path: String
  private let result = Mutex<(descriptor: Int32, code: Int32)?>(nil)
  private let done = DispatchSemaphore(value: 0)

  init(path: String) {
    self.path = path
    Thread { [self] in
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      let code = errno
      result.withLock { $0 = (descriptor, code) }
      done.signal()
    }.start()
  }

  /// The open pipe, or why it cannot be opened; `nil` if nobody has opened it for writing within this time.
  func wait(seconds: Double) -> (descriptor: Int32, code: Int32)? {
    if done.wait(timeout: .now() + seconds) == .success { return result.withLock { $0 } }
    // Opening it for writing lets the thread go.
    let writer = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    if writer >= 0 { close(writer) }
    return nil
  }
}

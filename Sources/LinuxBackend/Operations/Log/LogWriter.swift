import Dispatch
import Foundation
import Synchronization

/// Writes lines to a descriptor from a thread of its own, so that a log that is read slowly never delays a heartbeat.
///
/// When ``capacity`` lines wait, further ones are lost and counted; the next line that is written says so.
public final class LogWriter: Sendable {
  /// Lines that may wait.
  public static let capacity = 1000

  private struct State {
    var waiting = 0
    var lost = 0
  }

  private let descriptor: Int32
  private let queue = DispatchQueue(label: "log")
  private let state = Mutex(State())

  /// - Parameter descriptor: stays open; the writer does not close it.
  public init(descriptor: Int32 = STDERR_FILENO) { self.descriptor = descriptor }

  /// - Parameter line: without its line break.
  public func write(_ line: String) {
    let isTaken = state.withLock { state in
      guard state.waiting < Self.capacity else {
        state.lost += 1
        return false
      }
      state.waiting += 1
      return true
    }
    guard isTaken else { return }
    queue.async { [self] in
      let lost = state.withLock { state in
        defer { state.lost = 0 }
        return state.lost
      }
      if lost > 0 { put("\(lost) lines of the log were lost: it is read too slowly\n") }
      put(line + "\n")
      state.withLock { $0.waiting -= 1 }
    }
  }

  /// Waits until all earlier lines are written, but no longer than `milliseconds`.
  public func flush(milliseconds: Int = 500) {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + .milliseconds(milliseconds))
  }

  /// A line that cannot be written is lost: there is nowhere to report it.
  private func put(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
    }
  }
}

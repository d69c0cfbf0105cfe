import Engine
import Glibc
import LinuxBackend

/// How a lab's server begins: with a name, at a given time, and with a notice to the lab.
public struct LabServerStart: Sendable {
  private let servesAt: UInt64?
  private let pipe: String?

  /// Gives the calling process its name.
  /// - Parameters:
  ///   - name: the name that `ps` shows, at most 15 bytes; `nil` to keep it.
  ///   - servesAt: by `CLOCK_MONOTONIC`, in nanoseconds; `nil` for at once.
  ///   - pipe: the pipe for the notice that it listens.
  public init(name: String?, servesAt: UInt64?, pipe: String?) {
    (self.servesAt, self.pipe) = (servesAt, pipe)
    guard let name else { return }
    // The first thread's name is the process's. This may be another thread.
    let file = open("/proc/self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    let bytes = Array(name.utf8.prefix(15))
    _ = write(file, bytes, bytes.count)
  }

  /// Returns when it is time to listen.
  public func wait() {
    while let servesAt {
      let now = MonotonicClock.now.nanoseconds
      if now >= servesAt { return }
      usleep(UInt32(min(500_000, (servesAt - now + 999) / 1000)))
    }
  }

  /// Tells the lab that the process listens.
  public func tell() {
    guard let pipe else { return }
    let file = open(pipe, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    let line = Array("\(LabOrder.serving) \(getpid())\n".utf8)
    _ = write(file, line, line.count)
  }
}

import CLinux
import Engine
import Glibc

/// A command's standard input and standard error. Its input is there before it starts, and the beginning of its
/// complaints is kept.
///
/// Nothing waits for the command to read, and the command never waits for somebody to read its complaints. Confined to
/// one thread.
final class CommandStreams {
  /// The ends for the command.
  let input: Int32
  let errors: Int32
  /// The end where its complaints are read.
  private let complaints: Descriptor
  private var kept: [UInt8] = []

  /// How many bytes of complaints are kept.
  static let limit = 1000

  /// - Parameter bytes: at most what a pipe holds: bytes beyond 64 KiB are cut off.
  /// - Returns: `nil` if there is no descriptor left.
  init?(reads bytes: [UInt8]) {
    var (into, from): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard pipe(&into) == 0 else { return nil }
    guard pipe(&from) == 0 else {
      for end in into { close(end) }
      return nil
    }
    for end in into + from { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    for end in [into[1], from[0]] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    // The reading end is open here, so the write cannot raise `SIGPIPE`.
    _ = write(into[1], bytes, bytes.count)
    close(into[1])
    (input, errors) = (into[0], from[1])
    complaints = Descriptor(owning: from[0])
  }

  /// Closes the command's ends in this process: the command has inherited them by now, or never will.
  func letGo() {
    close(input)
    close(errors)
  }

  /// Reads complaints until the command has ended.
  /// - Returns: whether it ended in time.
  func attend(_ command: pid_t, until deadline: Instant) -> Bool {
    let handle = clinux_pidfd_open(command)
    if handle < 0 { return false }
    defer { close(handle) }
    var isOpen = true
    while true {
      let now = MonotonicClock.now
      // Rounded up, so that it does not poll again and again within the last millisecond.
      let left = now < deadline ? (deadline - now).nanoseconds / 1_000_000 + 1 : 0
      var waits = [
        pollfd(fd: handle, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isOpen ? complaints.number : -1, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&waits, 2, Int32(min(left, 60_000)))
      if waits[1].revents != 0 { isOpen = read() }
      if waits[0].revents != 0 {
        _ = read()
        return true
      }
      if MonotonicClock.now >= deadline { return false }
    }
  }

  /// - Returns: whether more may come.
  private func read() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    // A flood must not keep the caller from looking at the time.
    for _ in 0..<16 {
      let count = Glibc.read(complaints.number, &buffer, buffer.count)
      if count == 0 { return false }
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      kept += buffer[..<min(count, CommandStreams.limit - kept.count)]
    }
    return true
  }

  /// The complaints on one line.
  var text: String {
    String(decoding: kept, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " | ")
  }
}

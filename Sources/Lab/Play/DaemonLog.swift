import Engine
import Foundation
import LinuxBackend

/// Lines of a daemon's log, with the times at which they were written, by the monotonic clock.
enum DaemonLog {
  struct Line: Sendable, Hashable {
    /// To the millisecond.
    var at: Instant
    var text: String
  }

  /// - Returns: the lines that begin with a time.
  static func lines(_ log: String) -> [Line] {
    let offset = Double(MonotonicClock.now.nanoseconds) * 1e-9 - Date().timeIntervalSince1970
    let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    return log.split(separator: "\n").compactMap { line in
      guard let word = line.split(separator: " ").first, let date = try? format.parse(String(word)) else {
        return nil
      }
      let seconds = max(0, date.timeIntervalSince1970 + offset)
      return Line(at: Instant(nanoseconds: UInt64(seconds * 1e9)), text: String(line))
    }
  }
}

import Dispatch
import Engine
import Logging
import Synchronization

/// Writes at most one line a second of each kind, so that a full disk, a kernel that refuses or a fight over tables
/// leaves the rest of the log readable.
///
/// Lines that are held back are counted. The last of them is written, with their number, once the second is over.
package final class LogLimit: Sendable {
  private struct Line: Sendable {
    var level: Logger.Level
    var text: String
    var metadata: Logger.Metadata?
  }

  private struct Kind: Sendable {
    var saidAt: Instant
    var last: Line?
    var kept = 0
  }

  private let logger: Logger
  private let kinds = Mutex<[String: Kind]>([:])
  private let queue = DispatchQueue(label: "log limit")

  /// The time between two lines of a kind.
  static let pause = Duration.seconds(1)

  package init(_ logger: Logger) { self.logger = logger }

  /// Writes a line, now or once its kind may come again.
  /// - Parameters:
  ///   - kind: a few words; there must not be many kinds.
  ///   - now: on the machine's monotonic clock.
  package func log(
    _ level: Logger.Level, _ text: String, kind name: String, metadata: Logger.Metadata? = nil,
    at now: Instant = MonotonicClock.now
  ) {
    let line = Line(level: level, text: text, metadata: metadata)
    let (isDue, isFirst) = kinds.withLock { kinds in
      // Lines that are held back are written by their own timer, before any newer one.
      guard var kind = kinds[name], kind.kept > 0 || now - kind.saidAt < Self.pause else {
        kinds = kinds.filter { $0.value.kept > 0 || now < $0.value.saidAt + Self.pause }
        kinds[name] = Kind(saidAt: now)
        return (true, false)
      }
      kind.last = line
      kind.kept += 1
      kinds[name] = kind
      return (false, kind.kept == 1)
    }
    if isDue { say(line) }
    if isFirst {
      queue.asyncAfter(deadline: .now() + .nanoseconds(Int(Self.pause.nanoseconds))) { self.sayKept(name) }
    }
  }

  private func sayKept(_ name: String) {
    let kept = kinds.withLock { kinds in
      defer { kinds[name] = Kind(saidAt: MonotonicClock.now) }
      return kinds[name]
    }
    guard let kept, var line = kept.last else { return }
    if kept.kept > 1 { line.text += " (the last of \(kept.kept) such lines)" }
    say(line)
  }

  private func say(_ line: Line) { logger.log(level: line.level, "\(line.text)", metadata: line.metadata) }
}

import Dispatch
import Foundation
import Sim

/// Draws how far the trials are on standard error, ten times a second, once the work has taken a second.
///
/// Silent unless standard error is a terminal. It only reads ``RunControl``, so it changes nothing.
final class ProgressBar: Sendable {
  private let timer: any DispatchSourceTimer
  private let queue = DispatchQueue(label: "progress")

  /// - Parameter total: simulated seconds of all trials of all files together.
  /// - Returns: `nil` when nobody would look at it.
  init?(control: RunControl, total: Double, isQuiet: Bool) {
    guard !isQuiet, Console.isErrorTerminal else { return nil }
    let start = ContinuousClock.now
    timer = DispatchSource.makeTimerSource(queue: queue)
    timer.setEventHandler {
      let line = ProgressLine(
        simulated: Double(control.simulatedNanoseconds) / 1e9, total: total, events: control.events,
        elapsed: (ContinuousClock.now - start) / .seconds(1), width: Console.errorWidth,
        hasColour: Console.errorHasColour)
      Self.draw(line.text)
    }
    timer.schedule(deadline: .now() + .seconds(1), repeating: .milliseconds(100))
    timer.activate()
  }

  /// Takes the bar off the screen; nothing is drawn after it returns.
  func end() {
    timer.cancel()
    queue.sync { Self.draw("") }
  }

  /// Replaces what stands on the line.
  private static func draw(_ text: String) {
    try? Console.write(Array("\r\u{1b}[K\(text)".utf8), to: STDERR_FILENO)
  }
}

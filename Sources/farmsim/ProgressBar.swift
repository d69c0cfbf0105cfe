import Commands
import Dispatch
import Foundation
import Sim

/// Draws the progress of a scenario's trials on standard error, ten times a second, once a second has passed.
///
/// It draws nothing unless standard error is a terminal. It only reads ``RunControl``, so that it changes nothing.
final class ProgressBar {
  private let timer: any DispatchSourceTimer
  private let queue = DispatchQueue(label: "progress")

  /// - Parameters:
  ///   - control: counts from now on are drawn; earlier ones belong to other scenarios.
  ///   - total: simulated seconds of all trials.
  /// - Returns: `nil` if nobody would see the bar.
  init?(control: RunControl, total: Double, isQuiet: Bool) {
    guard !isQuiet, Console.isErrorTerminal else { return nil }
    let start = ContinuousClock.now
    let (nanosecondsBefore, eventsBefore) = (control.simulatedNanoseconds, control.events)
    timer = DispatchSource.makeTimerSource(queue: queue)
    timer.setEventHandler {
      let line = ProgressLine(
        simulated: Double(control.simulatedNanoseconds &- nanosecondsBefore) / 1e9, total: total,
        events: control.events &- eventsBefore, elapsed: (ContinuousClock.now - start) / .seconds(1),
        width: Console.errorWidth, hasColour: Console.errorHasColour)
      Self.draw(line.text)
    }
    timer.schedule(deadline: .now() + .seconds(1), repeating: .milliseconds(100))
    timer.activate()
  }

  /// Removes the bar from the screen. Nothing is drawn after it returns.
  func end() {
    timer.cancel()
    queue.sync { Self.draw("") }
  }

  /// Replaces the text of the line.
  private static func draw(_ text: String) {
    Console.draw("\r\u{1b}[K\(text)")
  }
}

import Commands
import Foundation
import Lab
import Sim

/// Runs a lab for a command: with a progress bar, and until Ctrl-C at most.
struct LabPlay {
  let control = Interrupt.control
  private let bar: ProgressBar?

  /// - Parameter seconds: expected length of all of it.
  init(seconds: Double, isQuiet: Bool) {
    Interrupt.listen()
    bar = ProgressBar(control: control, total: seconds, isQuiet: isQuiet)
  }

  /// Runs `work` on a thread of its own, since a lab blocks.
  /// - Throws: ``ExitReason/unavailable``, after a line that says why it cannot run here.
  func run<Played: Sendable>(
    _ work: @escaping @Sendable () throws(LabError) -> Played
  ) async throws -> Played {
    let result = await withCheckedContinuation { continuation in
      Thread { continuation.resume(returning: Result { () throws(LabError) in try work() }) }.start()
    }
    if case .failure = result { end() }
    return try Self.saying { () throws(LabError) in try result.get() }
  }

  /// Removes the bar from the screen.
  func end() { bar?.end() }

  /// - Throws: ``ExitReason/unavailable``, after a line that says why `work` cannot be done here.
  static func saying<Done>(_ work: () throws(LabError) -> Done) throws -> Done {
    do throws(LabError) { return try work() } catch {
      throw ExitReason.unavailable.saying("error: \(error)")
    }
  }
}

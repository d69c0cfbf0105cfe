import Foundation
import Lab
import Sim

/// What a play needs, and the play itself.
extension LabCommand {
  /// On a thread of its own, which the lab may block.
  func play(
    _ plan: LabPlan, text: String, programs: LabPrograms
  ) async throws -> LabOutcome {
    Interrupt.listen()
    let control = Interrupt.control
    let seconds = Double(plan.cycle.nanoseconds) / 1e9 * Double(plan.repeats)
    let bar = ProgressBar(control: control, total: seconds, isQuiet: quiet)
    defer { bar?.end() }
    let player = LabPlayer(plan, text: text, file: file, overrides: overrides, programs: programs)
    let keeps = keep
    let result = await withCheckedContinuation { continuation in
      Thread {
        let result = Result { () throws(LabError) in
          try player.play(control: control) { places in
            guard keeps else { return }
            Console.complain("The farm stands until Ctrl-C. To look around:")
            for line in places.lines { Console.complain("  \(line)") }
            while !control.isStopRequested { usleep(100_000) }
          }
        }
        continuation.resume(returning: result)
      }.start()
    }
    switch result {
    case .success(let outcome): return outcome
    case .failure(let error):
      bar?.end()
      Console.complain("error: \(error)")
      throw ExitReason.unavailable.exit
    }
  }

  func calibrated() throws -> Calibration {
    do throws(LabError) {
      return try Calibration.measure()
    } catch {
      Console.complain("error: \(error)")
      throw ExitReason.unavailable.exit
    }
  }
}

import Commands
import Foundation
import Lab

extension LabCommand {
  /// Plays the plan. With `--keep` the farm stands afterwards until Ctrl-C.
  func play(_ plan: LabPlan, text: String, programs: LabPrograms) async throws -> LabOutcome {
    let seconds = Double(plan.cycle.nanoseconds) / 1e9 * Double(plan.repeats)
    let play = LabPlay(seconds: seconds, isQuiet: lab.quiet)
    defer { play.end() }
    let player = LabPlayer(
      plan, text: text, file: file, overrides: changes.overrides, programs: programs)
    let (control, keeps) = (play.control, keep)
    return try await play.run { () throws(LabError) in
      try player.play(control: control) { places in
        guard keeps else { return }
        Console.complain("The farm stands until Ctrl-C. To look around:")
        for line in places.lines { Console.complain("  \(line)") }
        while !control.isStopRequested { usleep(100_000) }
      }
    }
  }
}

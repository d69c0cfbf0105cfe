import ArgumentParser
import Commands
import Foundation
import Lab
import Sim

/// Options of every command that plays a lab.
struct LabOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The daemon; the one beside this program if left out.", valueName: "path"))
  var farmd: String?

  @Flag(name: .shortAndLong, help: "No progress bar.") var quiet = false

  /// The programs that a lab starts.
  /// - Throws: ``ExitReason/unavailable``, after a line that says what this machine lacks.
  func programs() throws -> LabPrograms {
    guard let daemon = farmd ?? LabPrograms.usualFarmd else {
      throw ExitReason.unavailable.saying("error: the lab needs the program farmd; give it with --farmd")
    }
    guard LabPrograms.isProgram(daemon) else {
      throw ExitReason.unavailable.saying("error: --farmd \(daemon): no such program")
    }
    if let missing = LabNeeds.missing { throw ExitReason.unavailable.saying("error: \(missing)") }
    return LabPrograms(farmd: URL(fileURLWithPath: daemon).path, server: LabPrograms.own)
  }

  /// The plan of a lab for a scenario.
  /// - Throws: ``ExitReason/badInput``, after one line for each thing that cannot be played for real;
  ///   ``ExitReason/unavailable`` if this machine cannot carry so many nodes.
  static func plan(_ scenario: Scenario, repeats: Int, file: String) throws -> LabPlan {
    let plan = LabPlan(scenario, repeats: repeats)
    for refusal in plan.refusals { Console.complain("\(file): \(refusal)") }
    guard plan.refusals.isEmpty else { throw ExitReason.badInput.exit }
    let burden = LabBurden(plan.scenario)
    if let refusal = burden.refusal { throw ExitReason.unavailable.saying("\(file): \(refusal)") }
    if let warning = burden.warning { Console.complain("\(file): \(warning)") }
    return plan
  }
}

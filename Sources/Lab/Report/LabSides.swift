import Engine
import Foundation
import Sim

/// A lab's play and the simulator's trials of the same plan, compared.
public struct LabSides: Sendable {
  public let comparison: Comparison
  /// Against the simulator with this machine's own figures.
  public let calibrated: Comparison?
  private let scenario: Scenario
  private let simulated: [TrialResult]
  private let real: [TrialResult]
  private let changes: [String]
  private let calibration: Calibration?

  /// So many trials at least: of fewer nothing could be said about where their 95 % quantile lies.
  static let fewestTrials = 200

  /// Plays the simulator's side; trial `r` has the clients of repeat `r`.
  /// - Parameter calibration: of this machine, if there is one.
  /// - Throws: the watch did not see everything.
  public init(
    _ plan: LabPlan, watch: LabWatch, outcome: LabOutcome, calibration: Calibration?
  ) async throws(LabError) {
    real = try watch.trials(of: outcome)
    scenario = plan.scenario
    self.calibration = calibration
    simulated = await LabSides.play(plan.scenario, atLeast: plan.repeats)
    comparison = Comparison(plan.scenario, simulated: simulated, real: real)
    if let calibration {
      let trials = await LabSides.play(calibration.applied(to: plan.scenario), atLeast: plan.repeats)
      calibrated = Comparison(plan.scenario, simulated: trials, real: real)
    } else {
      calibrated = nil
    }
    let overruns =
      watch.overruns == 0
      ? []
      : [
        "A kernel announced more than could be read \(watch.overruns) times: owners around then are not exact."
      ]
    changes = plan.notes + overruns
  }

  private static func play(_ scenario: Scenario, atLeast repeats: Int) async -> [TrialResult] {
    await TrialRunner.run(
      scenario, seed: scenario.run.seed, trials: max(repeats, fewestTrials),
      width: ProcessInfo.processInfo.activeProcessorCount, keepsDetails: true, control: RunControl())
  }

  /// Both sides as a table.
  public var text: String { ComparisonSummary.text(scenario, comparison) }

  public var json: String { ComparisonSummary.json(scenario, comparison, changes: changes) }

  /// - Parameters:
  ///   - machine: what it is, as pairs.
  ///   - command: that makes the report again.
  public func report(machine: [(what: String, value: String)], command: String) -> ComparisonReport {
    ComparisonReport(
      scenario: scenario, comparison: comparison, calibrated: calibrated, simulated: simulated[0],
      real: real[0], changes: changes, calibration: calibration?.sentences ?? [], machine: machine,
      command: command)
  }
}

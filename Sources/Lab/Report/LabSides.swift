import Engine
import Foundation
import Sim

/// A lab's play and the simulator's trials of the same plan, compared.
///
/// The play is measured from its filters, as a trial for each repeat. The simulator plays once with the scenario's own
/// delays and, if this machine was calibrated, once more with its figures. Text, JSON and report come from the same
/// comparison.
public struct LabSides: Sendable {
  public let comparison: Comparison
  /// The comparison with a simulator that has this machine's own figures; `nil` without a calibration.
  public let calibrated: Comparison?
  /// Properties of the protocol that the simulator's trials violate. An observer of a real farm cannot tell.
  public let violations: [PropertyViolation]
  private let scenario: Scenario
  private let simulated: [TrialResult]
  private let real: [TrialResult]
  private let changes: [String]
  private let calibration: Calibration?
  private let isPartial: Bool

  /// Plays the simulator's side. Trial `r` has the clients of repeat `r`.
  /// - Parameter calibration: the figures of this machine, if they were measured.
  /// - Precondition: at least one repeat was played.
  public init(_ plan: LabPlan, outcome: LabOutcome, calibration: Calibration?) async {
    real = outcome.trials(of: plan.scenario)
    scenario = plan.scenario
    isPartial = outcome.isPartial
    self.calibration = calibration
    simulated = await LabSides.play(plan) { $0 }
    comparison = Comparison(plan.scenario, simulated: simulated, real: real)
    violations = PropertyViolation.all(in: simulated)
    if let calibration {
      let trials = await LabSides.play(plan) { calibration.applied(to: $0) }
      calibrated = Comparison(plan.scenario, simulated: trials, real: real)
    } else {
      calibrated = nil
    }
    changes =
      plan.notes
      + LabSides.differences(FarmRecord(scenario: plan.scenario, filters: outcome.filters), outcome)
  }

  /// Differences between the sides besides those of the plan, one sentence each.
  private static func differences(_ record: FarmRecord, _ outcome: LabOutcome) -> [String] {
    var sentences: [String] = []
    if let text = starts(outcome.repeats.flatMap { record.startTimes($0.events) }) { sentences.append(text) }
    let (nodes, cores) = (record.scenario.farm.nodes.count, ProcessInfo.processInfo.activeProcessorCount)
    if cores < nodes {
      sentences.append(
        """
        The \(nodes) real nodes share \(cores) cores, each simulated node has a machine of its own: daemons that act at \
        the same instant, as survivors of a crash do, commit one after the other, which shows as spread.
        """)
    }
    if outcome.overruns > 0 {
      sentences.append(
        "A kernel announced more than could be read \(outcome.overruns) times: owners around then are not exact."
      )
    }
    return sentences
  }

  /// A sentence about the daemons that faults started; `nil` if there were none.
  /// - Parameter times: seconds from the start of each to its first change of the kernel.
  private static func starts(_ times: [Double]) -> String? {
    guard let least = times.min(), let most = times.max() else { return nil }
    let mean = times.reduce(0, +) / Double(times.count)
    return """
      A real daemon takes \(Readable.time(mean)) (\(Readable.time(least)) to \(Readable.time(most))) from its start to \
      its first change of the kernel, the simulator’s none: what starts daemons counts from that change. What it \
      still does before it listens, the shared address mostly, is in the detection.
      """
  }

  /// - Parameter change: a change of the plan's scenarios.
  private static func play(_ plan: LabPlan, _ change: (Scenario) -> Scenario) async -> [TrialResult] {
    let trials = max(plan.repeats, LabPlan.fewestTrials)
    let seed = plan.scenario.run.seed
    if !plan.isScattered {
      return await TrialRunner.run(
        change(plan.scenario), seed: seed, trials: trials,
        width: ProcessInfo.processInfo.activeProcessorCount,
        keepsDetails: true, control: RunControl())
    }
    var results: [TrialResult] = []
    for trial in 0..<trials {
      results += await TrialRunner.run(
        change(plan.scenario(of: trial)), seed: seed, first: trial, trials: 1, width: 1,
        keepsDetails: trial == 0, control: RunControl())
    }
    return results
  }

  /// The answer of each side to the scenario's question.
  private var answers: (simulated: String, real: String) {
    (
      Report.answer(scenario: scenario, result: simulated[0], trials: simulated),
      Report.answer(scenario: scenario, result: real[0], trials: real)
    )
  }

  /// Both answers, and both sides as a table.
  public var text: String {
    "Real farm: \(answers.real)\nSimulator: \(answers.simulated)\n\n"
      + ComparisonSummary.text(scenario, comparison, violations: violations)
  }

  public var json: String {
    ComparisonSummary.json(
      scenario, comparison, answers: answers, violations: violations, changes: changes, isPartial: isPartial)
  }

  /// - Parameters:
  ///   - machine: a description of the machine, as pairs.
  ///   - command: the command that makes the report again.
  public func report(machine: [(what: String, value: String)], command: String) -> ComparisonReport {
    ComparisonReport(
      scenario: scenario, comparison: comparison, calibrated: calibrated, answers: answers,
      violations: violations, simulated: simulated[0], real: real[0], changes: changes,
      calibration: calibration?.sentences ?? [],
      machine: machine,
      command: command)
  }
}

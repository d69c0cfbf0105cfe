/// A property of the protocol that does not hold in a run, whatever its scenario expects.
///
/// It is a fault of the engine and not of the farm, unless the farm's file shortens a wait that the engine needs (a
/// `flow_grace` of seconds). So reports give it a line of its own, and commands an exit code of its own. Only
/// properties that a measure decides are judged: each is violated if its measure is above 0.
public struct PropertyViolation: Sendable, Hashable {
  /// Its name in documentation and reports.
  public var property: String
  /// The statement that should hold.
  public var meaning: String
  public var measure: Measure
  /// The measure's largest value, and the trial that has it.
  public var value: Double
  public var trial: Int
  public var violatingTrials: Int
  public var trials: Int

  private static let judged = [
    (
      property: "S13", measure: Measure.flowsResetOutsideFailedNodes,
      meaning: "no flow is reset that a live node still has"
    )
  ]

  /// Every property that is violated in some trial.
  public static func all(in trials: [TrialResult]) -> [PropertyViolation] {
    judged.compactMap { rule in
      func value(_ trial: TrialResult) -> Double { trial[rule.measure]?.value ?? 0 }
      let violating = trials.filter { value($0) > 0 }
      guard let worst = violating.max(by: { value($0) < value($1) }) else { return nil }
      return PropertyViolation(
        property: rule.property, meaning: rule.meaning, measure: rule.measure,
        value: value(worst), trial: worst.trial, violatingTrials: violating.count,
        trials: trials.count)
    }
  }

  /// `S13, no flow is reset that a live node still has: flows_reset.outside_failed_nodes is 3 in trial 2, 1 of 5
  /// trials`
  var sentence: String {
    let found = "\(measure.name) is \(Readable.value(value, measure.unit))"
    let extent = trials == 1 ? "" : " in trial \(trial), violated in \(violatingTrials) of \(trials) trials"
    return "\(property), \(meaning): \(found)\(extent)"
  }
}

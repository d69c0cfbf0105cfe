/// The verdict of a run: text, JSON, report, index page and exit code all use this one.
///
/// A violated property weighs more than any expectation: such a run proves nothing about its scenario.
public struct RunVerdict: Sendable {
  /// The raw values are those in JSON.
  public enum Outcome: String, Sendable, Hashable {
    /// No expectation is stated, and no property is violated.
    case none
    /// Every expectation holds in every trial, and no property is violated.
    case passed
    /// No expectation fails, but one is undecided: what it asks for was not over when the run ended.
    case undecided
    /// An expectation fails.
    case failed
    /// A property of the protocol is violated, whatever the expectations say.
    case violated
  }

  public let expectations: [ExpectationVerdict]
  public let violations: [PropertyViolation]
  private let trials: Int

  /// - Parameter trials: every trial of the run.
  public init(_ scenario: Scenario, _ trials: [TrialResult]) {
    expectations = ExpectationVerdict.all(scenario.expectations, in: trials)
    violations = PropertyViolation.all(in: trials)
    self.trials = trials.count
  }

  public var outcome: Outcome {
    if !violations.isEmpty { return .violated }
    if expectations.isEmpty { return .none }
    switch expectations.map(\.outcome).max() {
    case .fails: return .failed
    case .undecided: return .undecided
    case .holds, nil: return .passed
    }
  }

  /// Whether a command that is asked for the verdict exits with 0.
  public var isGood: Bool { outcome == .passed || outcome == .none }

  /// The words behind the verdict: `4 of 4 expectations hold in every one of 20 trials`, `0 of 2 expectations hold, 2
  /// are undecided`.
  var reason: String {
    let count = expectations.count
    let held = expectations.filter(\.passed).count
    let noun =
      held == 1 && count == 1 ? "expectation holds" : held == 1 ? "expectations holds" : "expectations hold"
    let over = trials > 1 ? " in every one of \(Readable.count(trials)) trials" : ""
    let open = expectations.filter { $0.outcome == .undecided }.count
    let rest = open == 0 ? "" : ", \(Readable.count(open)) \(open == 1 ? "is" : "are") undecided"
    let stated =
      count == 0
      ? "the scenario states no expectations" : "\(held) of \(Readable.count(count)) \(noun)\(over)\(rest)"
    if violations.isEmpty { return stated }
    let broken =
      violations.count == 1
      ? "a property of the protocol does not hold"
      : "\(violations.count) properties of the protocol do not hold"
    return "\(broken); \(stated)"
  }
}

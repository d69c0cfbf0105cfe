/// Whether an expectation held, and the value that decides it.
///
/// It must hold in every trial. The value reported is that of the trial that breaks the bound most, or comes closest to
/// breaking it.
///
/// A measure without a value means that what it measures never happened. A bound that expects this (`== 0`, `<= 0`)
/// holds. Any other upper bound (`<`, `<=`) is not broken by such a trial, but at least one trial must have a value: a
/// scenario whose fault had no effect must not pass unseen. Every other comparison fails. The reason is then
/// ``nothingToMeasure``.
///
/// A value may be a lower bound, because what it measures was not over when the run ended. It then satisfies a lower
/// bound that it reaches, and breaks an upper bound that it exceeds. Anything else is *undecided*, which is not passed.
/// If no node is left in the farm, what it measures never ends and breaks every upper bound. In a trial that was
/// stopped early, every value is a lower bound or says nothing. It says nothing before measuring began, and if more of
/// the run could make it smaller.
public struct ExpectationVerdict: Sendable, Hashable {
  public static let nothingToMeasure = "nothing to measure"

  /// What becomes of an expectation, from best to worst.
  public enum Outcome: String, Sendable, Hashable, Comparable {
    case holds, undecided, fails

    private var rank: Int { self == .holds ? 0 : self == .undecided ? 1 : 2 }
    public static func < (a: Outcome, b: Outcome) -> Bool { a.rank < b.rank }
  }

  public var expectation: Expectation
  /// In the measure's unit, of ``trial``; `nil` if there was nothing to measure.
  public var value: Double?
  /// Whether the value is a lower bound.
  public var isCensored = false
  /// Whether the value is a lower bound because no node was left.
  public var isForsaken = false
  public var outcome: Outcome
  /// The trial that failed worst, or came closest to failing; `nil` without trials.
  public var trial: Int?
  public var failedTrials: Int
  public var undecidedTrials: Int
  public var trials: Int

  public var passed: Bool { outcome == .holds }

  public var reason: String? { value == nil ? ExpectationVerdict.nothingToMeasure : nil }

  /// The value in words: `517 ms`, `at least 100 ms, not over when the run ended`.
  public var found: String {
    guard let value else { return ExpectationVerdict.nothingToMeasure }
    let text = Readable.measured(Measured(value, isCensored: isCensored), expectation.measure.unit)
    if !isCensored { return text }
    return text + (isForsaken ? ", and no node was left to end it" : ", not over when the run ended")
  }

  /// Judges every expectation of a scenario over all trials, in the order of the scenario.
  public static func all(_ expectations: [Expectation], in trials: [TrialResult]) -> [ExpectationVerdict] {
    expectations.map { ExpectationVerdict($0, in: trials) }
  }

  /// Judges one expectation over all trials.
  public init(_ expectation: Expectation, in trials: [TrialResult]) {
    let measure = expectation.measure
    self.expectation = expectation
    self.trials = trials.count
    (failedTrials, undecidedTrials) = (0, 0)
    outcome = trials.isEmpty ? .fails : .holds
    let isAnyMeasured = trials.contains { $0[measure] != nil }
    var worst: (outcome: Outcome, excess: Double) = (.holds, -.infinity)
    for result in trials {
      let measured = result.isPartial ? result.soFar(measure) : result[measure]
      let excess = expectation.excess(of: measured?.value, isAnyMeasured: isAnyMeasured)
      let outcome =
        result.isPartial && measured == nil
        ? .undecided
        : expectation.outcome(
          measured, excess: excess, isNeverOver: result.isForsaken && measured?.isCensored == true)
      if outcome == .fails { failedTrials += 1 }
      if outcome == .undecided { undecidedTrials += 1 }
      if trial == nil || (outcome, excess) > worst {
        worst = (outcome, excess)
        (value, isCensored) = (measured?.value, measured?.isCensored ?? false)
        isForsaken = isCensored && result.isForsaken
        trial = result.trial
      }
    }
    if !trials.isEmpty { outcome = worst.outcome }
  }
}

extension TrialResult {
  /// What a measure says of a trial that was stopped early: a lower bound, or `nil`.
  fileprivate func soFar(_ measure: Measure) -> Measured? {
    guard measure.onlyGrows, let begin = measuredFrom, end > begin else { return nil }
    return self[measure].map { Measured($0.value, isCensored: true) }
  }
}

extension Expectation {
  /// The outcome of a trial's value.
  func outcome(_ measured: Measured?, excess: Double, isNeverOver: Bool) -> ExpectationVerdict.Outcome {
    guard let measured, measured.isCensored else { return excess > 0 ? .fails : .holds }
    switch comparison {
    case .greater, .greaterOrEqual: return excess > 0 && !isNeverOver ? .undecided : .holds
    case .notEqual: return measured.value > bound || isNeverOver ? .holds : .undecided
    case .less: return measured.value >= bound || isNeverOver ? .fails : .undecided
    case .lessOrEqual, .equal: return measured.value > bound || isNeverOver ? .fails : .undecided
    }
  }

  /// By how much a value breaks the bound: above 0 it fails, otherwise it holds. The nearer to 0, the closer to the
  /// bound.
  func excess(of value: Double?, isAnyMeasured: Bool) -> Double {
    guard let value else {
      let saysNothingHappens = bound == 0 && (comparison == .equal || comparison == .lessOrEqual)
      let isUpperBound = comparison == .less || comparison == .lessOrEqual
      return saysNothingHappens || (isUpperBound && isAnyMeasured) ? -.greatestFiniteMagnitude : .infinity
    }
    // NaN compares false with everything: no comparison below would fail.
    guard !value.isNaN else { return .infinity }
    switch comparison {
    case .lessOrEqual: return value - bound
    case .greaterOrEqual: return bound - value
    case .less: return value < bound ? value - bound : (value - bound).nextUp
    case .greater: return value > bound ? bound - value : (bound - value).nextUp
    case .equal: return abs(value - bound)
    case .notEqual: return value == bound ? .infinity : -abs(value - bound)
    }
  }
}

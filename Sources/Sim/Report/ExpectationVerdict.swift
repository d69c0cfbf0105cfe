/// Whether an expectation held, and the value that decides it.
///
/// It must hold in every trial. The value reported is that of the trial that comes closest to breaking the
/// bound, or breaks it most.
///
/// A measure without a value means that what it speaks of never happened. A bound that says exactly that
/// (`== 0`, `<= 0`) holds. Any other upper bound (`<`, `<=`) is not broken by such a trial, but needs at least
/// one trial that has a value: a scenario whose fault never bit must not pass unseen. Every other comparison
/// fails. The reason is then ``nothingToMeasure``.
///
/// A value that is a lower bound, because what it measures was not over when the run ended, holds a lower bound that it
/// reaches and breaks an upper bound that it exceeds. Anything else it leaves *undecided*, which is not passed; in a
/// farm that no node is left of it never ends, and so breaks every upper bound. Of a trial that was stopped every value is
/// a lower bound, or says nothing: before measuring began, and where more of the run could make it smaller.
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
  /// Whether that is because no node was left to end it.
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
  /// - Precondition: the measure is one of ``Measures/all``.
  public init(_ expectation: Expectation, in trials: [TrialResult]) {
    guard let index = Measures.index(of: expectation.measure.name) else {
      preconditionFailure("an expectation of an unknown measure")
    }
    self.expectation = expectation
    self.trials = trials.count
    (failedTrials, undecidedTrials) = (0, 0)
    outcome = trials.isEmpty ? .fails : .holds
    let isAnyMeasured = trials.contains { $0.values[index] != nil }
    var worst: (outcome: Outcome, excess: Double) = (.holds, -.infinity)
    for result in trials {
      let measured = result.isPartial ? result.soFar(index) : result.measured(index)
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
  /// What a trial that was stopped says of a measure: a lower bound, or nothing.
  fileprivate func soFar(_ index: Int) -> Measured? {
    guard Measures.all[index].onlyGrows, let begin = measuredFrom, end > begin else { return nil }
    return values[index].map { Measured($0, isCensored: true) }
  }
}

extension Expectation {
  /// What a trial's value makes of the bound.
  func outcome(_ measured: Measured?, excess: Double, isNeverOver: Bool) -> ExpectationVerdict.Outcome {
    guard let measured, measured.isCensored else { return excess > 0 ? .fails : .holds }
    switch comparison {
    case .greater, .greaterOrEqual: return excess > 0 && !isNeverOver ? .undecided : .holds
    case .notEqual: return measured.value > bound || isNeverOver ? .holds : .undecided
    case .less: return measured.value >= bound || isNeverOver ? .fails : .undecided
    case .lessOrEqual, .equal: return measured.value > bound || isNeverOver ? .fails : .undecided
    }
  }

  /// By how much a value breaks the bound: above 0 fails, otherwise it holds, and the nearer to 0 the closer.
  func excess(of value: Double?, isAnyMeasured: Bool) -> Double {
    guard let value else {
      let saysNothingHappens = bound == 0 && (comparison == .equal || comparison == .lessOrEqual)
      let isUpperBound = comparison == .less || comparison == .lessOrEqual
      return saysNothingHappens || (isUpperBound && isAnyMeasured) ? -.greatestFiniteMagnitude : .infinity
    }
    // NaN compares false with everything and must not pass for that.
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

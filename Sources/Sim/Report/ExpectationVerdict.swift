/// Whether an expectation held, and the value that decides it.
///
/// It must hold in every trial. The value reported is that of the trial that comes closest to breaking the
/// bound, or breaks it most.
///
/// A measure without a value means that what it speaks of never happened. A bound that says exactly that
/// (`== 0`, `<= 0`) holds. Any other upper bound (`<`, `<=`) is not broken by such a trial, but needs at least
/// one trial that has a value: a scenario whose fault never bit must not pass unseen. Every other comparison
/// fails. The reason is then ``nothingToMeasure``.
public struct ExpectationVerdict: Sendable, Hashable {
  public static let nothingToMeasure = "nothing to measure"

  public var expectation: Expectation
  /// In the measure's unit, of ``trial``; `nil` if there was nothing to measure.
  public var value: Double?
  public var passed: Bool
  /// The trial that failed worst, or came closest to failing; `nil` without trials.
  public var trial: Int?
  public var failedTrials: Int
  public var trials: Int

  public var reason: String? { value == nil ? ExpectationVerdict.nothingToMeasure : nil }

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
    failedTrials = 0
    let values = trials.map { $0.values[index] }
    let isAnyMeasured = values.contains { $0 != nil }
    var worst = -Double.infinity
    for (position, value) in values.enumerated() {
      let excess = expectation.excess(of: value, isAnyMeasured: isAnyMeasured)
      if excess > 0 { failedTrials += 1 }
      if excess > worst {
        worst = excess
        self.value = value
        trial = trials[position].trial
      }
    }
    passed = failedTrials == 0 && !trials.isEmpty
  }
}

extension Expectation {
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

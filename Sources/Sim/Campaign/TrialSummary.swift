/// One measure over repeated trials.
///
/// Trials in which there was nothing to measure are left out and counted: ``count`` of ``trials`` had a value.
public struct TrialSummary: Sendable, Hashable {
  public var measure: Measure
  public var trials: Int
  public var count: Int
  /// `nil` without any value.
  public var mean: Double?
  /// Of the sample, divided by n - 1; `nil` for fewer than two values.
  public var standardDeviation: Double?
  /// Half the width of the 95 % interval of the mean; `nil` for fewer than two values.
  public var halfWidth: Double?
  public var minimum: Double?
  /// The 5 % quantile.
  public var low: Double?
  public var median: Double?
  /// The 95 % quantile.
  public var high: Double?
  public var maximum: Double?

  /// Every measure that at least one trial has a value of, in the order of ``Measures/all``.
  public static func all(of trials: [TrialResult]) -> [TrialSummary] {
    Measures.all.indices.map { index in
      TrialSummary(Measures.all[index], values: trials.map { $0.values[index] })
    }.filter { $0.count > 0 }
  }

  /// - Parameter values: one a trial. Values that are not finite count as nothing to measure.
  public init(_ measure: Measure, values: [Double?]) {
    self.measure = measure
    trials = values.count
    let sorted = values.compactMap { $0 }.filter(\.isFinite).sorted()
    count = sorted.count
    guard let first = sorted.first, let last = sorted.last else { return }
    (minimum, maximum) = (first, last)
    summarize(sorted)
  }
}

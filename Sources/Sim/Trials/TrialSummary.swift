/// One measure over repeated trials.
///
/// Trials in which there was nothing to measure are left out: ``count`` of ``trials`` had a value. A value that is a
/// lower bound could have been any larger. Exactly the figures that such a value could change are lower bounds too: ask
/// ``measured(_:)``. An estimate (Kaplan and Meier's) is not made: it would assume that the end of a run has nothing to
/// do with the measure, which is wrong for the longest of several times.
public struct TrialSummary: Sendable, Hashable {
  public var measure: MeasureLabel
  public var trials: Int
  public var count: Int
  /// How many of the values are lower bounds.
  public var censored: Int
  /// `nil` without any value.
  public var mean: Double?
  /// Of the population (divided by n - 1); `nil` for fewer than two values, or if some are lower bounds.
  public var standardDeviation: Double?
  /// Half the width of the 95 % interval of the mean; `nil` for fewer than two values, or if some are lower bounds.
  public var halfWidth: Double?
  public var minimum: Double?
  /// The 5 % quantile.
  public var low: Double?
  public var median: Double?
  /// The 95 % quantile.
  public var high: Double?
  public var maximum: Double?
  /// The trials that have the smallest and the largest value, of several the first. A lower bound counts as larger than
  /// an equal exact value.
  public var minimumTrial: Int?
  public var maximumTrial: Int?
  private var bounds: [Figure] = []

  /// The fewest trials that say anything about one in twenty.
  static let fewest = 20

  public enum Figure: Sendable, Hashable, CaseIterable { case mean, minimum, low, median, high, maximum }

  /// One summary for every measure that at least one trial has a value of, in the order of ``Measure``.
  public static func all(of trials: [TrialResult]) -> [TrialSummary] {
    Measure.allCases.map { TrialSummary($0, of: trials) }.filter { $0.count > 0 }
  }

  public init(_ measure: Measure, of trials: [TrialResult]) {
    self.init(measure.label, values: trials.map { $0[measure] }, numbers: trials.map(\.trial))
  }

  /// - Parameter values: one for each trial, all of them exact.
  public init(_ measure: MeasureLabel, values: [Double?]) {
    self.init(measure, values: values.map { $0.map { Measured($0) } }, numbers: Array(values.indices))
  }

  /// - Parameters:
  ///   - values: one for each trial. Values that are not finite count as nothing to measure.
  ///   - numbers: of the trials.
  public init(_ measure: MeasureLabel, values: [Measured?], numbers: [Int]) {
    precondition(values.count == numbers.count, "a number for every trial")
    self.measure = measure
    trials = values.count
    let found = zip(values, numbers).compactMap { value, number in
      value.flatMap { $0.value.isFinite ? (measured: $0, trial: number) : nil }
    }
    count = found.count
    censored = found.count { $0.measured.isCensored }
    let sorted = found.enumerated().sorted { a, b in
      let (x, y) = (a.element.measured, b.element.measured)
      if x.value != y.value { return x.value < y.value }
      return x.isCensored != y.isCensored ? y.isCensored : a.offset < b.offset
    }.map(\.element)
    guard let first = sorted.first, let last = sorted.last else { return }
    (minimum, maximum) = (first.measured.value, last.measured.value)
    minimumTrial = first.trial
    maximumTrial = sorted.first { $0.measured == last.measured }?.trial
    if first.measured.isCensored { bounds.append(.minimum) }
    if censored > 0 { bounds.append(.maximum) }
    summarize(sorted.map(\.measured))
  }

  /// A figure, and whether it is a lower bound; `nil` without any value.
  public func measured(_ figure: Figure) -> Measured? {
    let value =
      switch figure {
      case .mean: mean
      case .minimum: minimum
      case .low: low
      case .median: median
      case .high: high
      case .maximum: maximum
      }
    return value.map { Measured($0, isCensored: bounds.contains(figure)) }
  }

  /// Fills in the figures. - Parameter sorted: ascending, finite, at least one.
  private mutating func summarize(_ sorted: [Measured]) {
    do {
      let values = sorted.map(\.value)
      let fractions = [0.05, 0.5, 0.95]
      let quantiles = try Statistics.quantiles(fractions, of: values)
      (low, median, high) = (quantiles[0], quantiles[1], quantiles[2])
      guard censored == 0 else {
        mean = try Statistics.mean(values)
        bounds.append(.mean)
        // The quantiles if each lower bound were larger than all other values: one that stays the same is known.
        let most = try Statistics.quantiles(
          fractions, of: sorted.map { $0.isCensored ? values[values.count - 1] + 1 : $0.value })
        for (i, figure) in [Figure.low, .median, .high].enumerated() where most[i] != quantiles[i] {
          bounds.append(figure)
        }
        return
      }
      let interval = try Statistics.meanInterval(values)
      (mean, halfWidth) = (interval.mean, interval.halfWidth)
      if values.count > 1 { standardDeviation = try Statistics.standardDeviation(values) }
    } catch {
      preconditionFailure("finite samples, at least one: \(error)")
    }
  }
}

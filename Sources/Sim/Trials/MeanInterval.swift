internal import CGSL

/// A mean and its confidence interval.
public struct MeanInterval: Sendable, Hashable {
  public var mean: Double
  /// The true mean is in `mean - halfWidth ... mean + halfWidth` with the confidence asked for, if the
  /// samples are independent and about normal; `nil` for a single sample.
  public var halfWidth: Double?

  public init(mean: Double, halfWidth: Double?) {
    self.mean = mean
    self.halfWidth = halfWidth
  }
}

extension Statistics {
  /// The mean of samples with its two-sided confidence interval.
  /// - Parameter confidence: strictly between 0 and 1.
  /// - Returns: mean and half-width; `nil` half-width for fewer than two samples.
  /// - Throws: ``StatisticsError/tooFew(needed:got:)`` for no samples, ``StatisticsError/notFinite``,
  ///   ``StatisticsError/outOfRange(_:)`` for the confidence.
  /// - Source: Student's t interval, `gsl_cdf_tdist_Pinv`.
  public static func meanInterval(
    _ samples: [Double], confidence: Double = 0.95
  ) throws(StatisticsError) -> MeanInterval {
    let mean = try mean(samples)
    guard confidence > 0 && confidence < 1 else {
      throw .outOfRange("a confidence is between 0 and 1, not \(confidence)")
    }
    guard samples.count > 1 else { return MeanInterval(mean: mean, halfWidth: nil) }
    let n = Double(samples.count)
    let t = gsl_cdf_tdist_Pinv((1 + confidence) / 2, n - 1)
    return MeanInterval(mean: mean, halfWidth: try t * standardDeviation(samples) / n.squareRoot())
  }
}

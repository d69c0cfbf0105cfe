internal import CGSL

extension Statistics {
  /// Where the true quantile of what samples come from may lie, whatever its law: between two of the samples.
  /// - Parameters:
  ///   - fraction: of the quantile, strictly between 0 and 1.
  ///   - confidence: strictly between 0 and 1; each side is missed with at most half of the rest.
  /// - Returns: `nil` if the samples are too few to say: for the 95 % quantile with 95 % confidence below 72.
  /// - Throws: ``StatisticsError/tooFew(needed:got:)`` for no samples, ``StatisticsError/notFinite``,
  ///   ``StatisticsError/outOfRange(_:)``.
  /// - Source: order statistics with binomial ranks, W. J. Conover, Practical Nonparametric Statistics, section 3.2;
  ///   `gsl_cdf_binomial_P`.
  public static func quantileInterval(
    _ fraction: Double, of samples: [Double], confidence: Double = 0.95
  ) throws(StatisticsError) -> ClosedRange<Double>? {
    try check(samples, atLeast: 1)
    guard fraction > 0 && fraction < 1 && confidence > 0 && confidence < 1 else {
      throw .outOfRange("a fraction and a confidence are between 0 and 1")
    }
    let n = UInt32(samples.count)
    let miss = (1 - confidence) / 2
    let low = (1...n).last { gsl_cdf_binomial_P($0 - 1, fraction, n) <= miss }
    let high = (1...n).first { gsl_cdf_binomial_Q($0 - 1, fraction, n) <= miss }
    guard let low, let high else { return nil }
    let sorted = samples.sorted()
    return sorted[Int(low) - 1]...sorted[Int(high) - 1]
  }
}

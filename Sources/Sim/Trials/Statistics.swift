internal import CGSL

/// Moments and quantiles of samples, in the samples' unit.
public enum Statistics {
  /// The arithmetic mean.
  /// - Throws: ``StatisticsError/tooFew(needed:got:)`` for no samples, ``StatisticsError/notFinite``.
  /// - Source: `gsl_stats_mean`.
  public static func mean(_ samples: [Double]) throws(StatisticsError) -> Double {
    try check(samples, atLeast: 1)
    return gsl_stats_mean(samples, 1, samples.count)
  }

  /// The standard deviation of the population that the samples come from (divided by n - 1).
  /// - Throws: ``StatisticsError/tooFew(needed:got:)`` for fewer than two samples, ``StatisticsError/notFinite``.
  /// - Source: `gsl_stats_sd`.
  public static func standardDeviation(_ samples: [Double]) throws(StatisticsError) -> Double {
    try check(samples, atLeast: 2)
    return gsl_stats_sd(samples, 1, samples.count)
  }

  /// The quantile at `fraction` (0 to 1), between samples by linear interpolation (type 7 of Hyndman and Fan).
  /// - Throws: ``StatisticsError/tooFew(needed:got:)`` for no samples, ``StatisticsError/notFinite``,
  ///   ``StatisticsError/outOfRange(_:)`` for the fraction.
  /// - Source: `gsl_stats_quantile_from_sorted_data`.
  public static func quantile(_ fraction: Double, of samples: [Double]) throws(StatisticsError) -> Double {
    try quantiles([fraction], of: samples)[0]
  }

  /// Several quantiles for one sort; see ``quantile(_:of:)``.
  public static func quantiles(
    _ fractions: [Double], of samples: [Double]
  ) throws(StatisticsError) -> [Double] {
    try check(samples, atLeast: 1)
    for fraction in fractions where !(0...1).contains(fraction) {
      throw .outOfRange("a quantile is at 0 to 1, not \(fraction)")
    }
    let sorted = samples.sorted()
    return fractions.map { gsl_stats_quantile_from_sorted_data(sorted, 1, sorted.count, $0) }
  }

  static func check(_ samples: [Double], atLeast needed: Int) throws(StatisticsError) {
    guard samples.count >= needed else { throw .tooFew(needed: needed, got: samples.count) }
    guard samples.allSatisfy(\.isFinite) else { throw .notFinite }
  }
}

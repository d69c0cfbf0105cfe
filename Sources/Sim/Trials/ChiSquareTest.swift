internal import CGSL

/// A test whether counts may come from expected shares.
public struct ChiSquareTest: Sendable, Hashable {
  /// The sum of (observed - expected)^2 / expected.
  public var statistic: Double
  public var degreesOfFreedom: Int
  /// The probability of a statistic at least as large if the shares are true.
  public var pValue: Double
}

extension Statistics {
  /// Pearson's chi-square test of counts against expected values.
  ///
  /// The expected values are scaled to the observed total, so they may be shares, weights or counts. A class with
  /// expectation 0 is left out if it was never observed; if it was, the p-value is 0. The law is asymptotic: trust it
  /// for expectations of about 5 and more.
  /// - Parameter fitted: parameters of the expectation that were estimated from the same counts.
  /// - Throws: ``StatisticsError``: lists of unequal length, values that are negative or not finite, fewer than two
  ///   classes besides the fitted parameters, or no observation at all.
  /// - Source: `gsl_cdf_chisq_Q`.
  public static func chiSquareTest(
    observed: [Double], expected: [Double], fitted: Int = 0
  ) throws(StatisticsError) -> ChiSquareTest {
    guard observed.count == expected.count else { throw .lengthsDiffer(observed.count, expected.count) }
    try check(observed, atLeast: 2)
    try check(expected, atLeast: 2)
    guard (observed + expected).allSatisfy({ $0 >= 0 }) else {
      throw .outOfRange("counts and expectations are not negative")
    }
    let total = observed.reduce(0, +)
    let weights = expected.reduce(0, +)
    guard total > 0 && weights > 0 else { throw .outOfRange("something is observed and expected") }
    let classes = expected.count { $0 > 0 }
    guard classes >= 2 + fitted else { throw .tooFew(needed: 2 + fitted, got: classes) }
    var statistic = 0.0
    for (seen, weight) in zip(observed, expected) where seen > 0 || weight > 0 {
      let mean = weight / weights * total
      statistic += (seen - mean) * (seen - mean) / mean
    }
    let freedom = classes - 1 - fitted
    let p = statistic.isFinite ? gsl_cdf_chisq_Q(statistic, Double(freedom)) : 0
    return ChiSquareTest(statistic: statistic, degreesOfFreedom: freedom, pValue: p)
  }
}

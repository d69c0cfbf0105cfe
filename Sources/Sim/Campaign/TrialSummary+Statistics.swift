internal import CGSL

extension TrialSummary {
  /// Fills in what the values say. - Parameter sorted: ascending, finite, at least one.
  mutating func summarize(_ sorted: [Double]) {
    let n = sorted.count
    mean = gsl_stats_mean(sorted, 1, n)
    low = gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.05)
    median = gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.5)
    high = gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.95)
    guard n > 1 else { return }
    let sd = gsl_stats_sd(sorted, 1, n)
    standardDeviation = sd
    halfWidth = gsl_cdf_tdist_Pinv(0.975, Double(n - 1)) * sd / Double(n).squareRoot()
  }
}

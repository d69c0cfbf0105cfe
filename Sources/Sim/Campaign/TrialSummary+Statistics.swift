extension TrialSummary {
  /// Fills in what the values say. - Parameter sorted: ascending, finite, at least one.
  mutating func summarize(_ sorted: [Double]) {
    do {
      let interval = try Statistics.meanInterval(sorted)
      (mean, halfWidth) = (interval.mean, interval.halfWidth)
      let quantiles = try Statistics.quantiles([0.05, 0.5, 0.95], of: sorted)
      (low, median, high) = (quantiles[0], quantiles[1], quantiles[2])
      if sorted.count > 1 { standardDeviation = try Statistics.standardDeviation(sorted) }
    } catch {
      preconditionFailure("finite samples, at least one: \(error)")
    }
  }
}

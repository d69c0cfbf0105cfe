import Engine

/// The range in which a figure of a small sample lies in 95 of 100 draws from known values: what chance alone explains.
///
/// Source: the bootstrap's percentile interval, B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993,
/// chapter 13, with draws of the other sample's size.
enum SampledInterval {
  private static let draws = 4000

  /// - Parameters:
  ///   - values: the values to draw from, with replacement; at least one.
  ///   - size: the number of values in a draw, at least 1.
  ///   - figure: computes the figure of a draw.
  /// - Returns: the range; the same for the same input, since the seed is fixed.
  static func interval(
    of values: [Double], size: Int, _ figure: ([Double]) throws(StatisticsError) -> Double
  ) throws(StatisticsError) -> ClosedRange<Double> {
    precondition(!values.isEmpty && size >= 1, "nothing to draw from")
    var dice = RandomStream(seed: 1, trial: 0, entity: 0, purpose: .resampling)
    var figures: [Double] = []
    for _ in 0..<draws {
      let draw = (0..<size).map { _ in values[Int(dice.uniform() * Double(values.count))] }
      figures.append(try figure(draw))
    }
    let ends = try Statistics.quantiles([0.025, 0.975], of: figures)
    return ends[0]...ends[1]
  }
}

internal import CGSL

/// How uneven loads are, relative to weights.
///
/// It describes the unevenness but does not test whether it is due to chance. A test needs independent loads, and those
/// of a run are not: packets belong to connections, connections to clients, and the hash sees only the client.
public struct SkewSummary: Sendable, Hashable {
  /// The largest load over the mean, each first divided by its weight; 1 is even.
  public var maxOverMean: Double
  /// The coefficient of variation of the loads over their weights: the standard deviation (divided by n) over the mean;
  /// 0 is even.
  public var variation: Double
  /// Jain's fairness index, `1 / (1 + variation^2)`: 1 is even, 1/n is all on one.
  public var jain: Double
}

extension Statistics {
  /// How uneven loads are.
  /// - Parameters:
  ///   - loads: counts, one for each node that serves; not negative.
  ///   - weights: the share that each should get, above 0; `nil` for equal shares.
  /// - Returns: the summary; 1, 0 and 1 if there is no load at all.
  /// - Throws: ``StatisticsError``: no loads, unequal lengths, values that are not finite or out of range.
  /// - Source: R. Jain, D. Chiu and W. Hawe, DEC-TR-301, 1984.
  public static func skew(_ loads: [Double], weights: [Double]? = nil) throws(StatisticsError) -> SkewSummary
  {
    let weights = weights ?? [Double](repeating: 1, count: loads.count)
    guard loads.count == weights.count else { throw .lengthsDiffer(loads.count, weights.count) }
    try check(loads, atLeast: 1)
    try check(weights, atLeast: 1)
    guard loads.allSatisfy({ $0 >= 0 }) else { throw .outOfRange("a load is not negative") }
    guard weights.allSatisfy({ $0 > 0 }) else { throw .outOfRange("a weight is above 0") }
    guard loads.contains(where: { $0 > 0 }) else {
      return SkewSummary(maxOverMean: 1, variation: 0, jain: 1)
    }
    let relative = zip(loads, weights).map { $0 / $1 }
    let mean = try mean(relative)
    let variation = try coefficientOfVariation(relative)
    return SkewSummary(
      maxOverMean: relative.max()! / mean, variation: variation, jain: 1 / (1 + variation * variation))
  }

  /// How uneven nodes' loads are relative to the share due to each; nodes that nothing is due to are left out.
  /// - Parameters:
  ///   - loads: by node, finite and not negative.
  ///   - due: by node, finite and not negative.
  /// - Returns: `nil` if the others have no load at all.
  static func skew(_ loads: [Double], due: [Double]) -> SkewSummary? {
    precondition(loads.count == due.count, "what is due for every node")
    let serving = loads.indices.filter { due[$0] > 0 }
    guard serving.contains(where: { loads[$0] > 0 }) else { return nil }
    return try? skew(serving.map { loads[$0] }, weights: serving.map { due[$0] })
  }

  /// Standard deviation over mean of exactly these values (divided by n), 0 for a single one.
  /// - Throws: ``StatisticsError/outOfRange(_:)`` if the mean is not above 0; no values; not finite.
  /// - Source: `gsl_stats_variance_with_fixed_mean`.
  public static func coefficientOfVariation(_ values: [Double]) throws(StatisticsError) -> Double {
    let mean = try mean(values)
    guard mean > 0 else { throw .outOfRange("the mean is above 0") }
    return gsl_stats_variance_with_fixed_mean(values, 1, values.count, mean).squareRoot() / mean
  }
}

/// How uneven some amounts are.
struct Evenness: Sendable, Hashable {
  var maxOverMean: Double
  /// Standard deviation (of all, not of a sample) over mean.
  var variation: Double
  /// Jain's fairness index, `1 / (1 + variation^2)`.
  var jain: Double

  /// `nil` without amounts or if all are 0.
  init?(_ amounts: [Double]) {
    let sum = amounts.reduce(0, +)
    guard sum > 0, let most = amounts.max() else { return nil }
    let mean = sum / Double(amounts.count)
    var squares = 0.0
    for x in amounts { squares += (x - mean) * (x - mean) }
    maxOverMean = most / mean
    variation = (squares / Double(amounts.count)).squareRoot() / mean
    jain = 1 / (1 + variation * variation)
  }
}

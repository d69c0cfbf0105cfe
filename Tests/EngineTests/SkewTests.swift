import Engine
import Testing

/// How uneven rendezvous hashing is: exactly as a random owner for each bucket.
@Suite struct SkewTests {
  /// Exact expectation of the largest share over the mean share, for a random owner a bucket.
  @Test(arguments: [(60, 4, 600, 1.271), (60, 8, 600, 1.548), (256, 4, 300, 1.130), (256, 8, 300, 1.259)])
  func theLargestShareOverTheMeanIsAsExpected(buckets: Int, nodes: Int, tables: Int, expected: Double) {
    var sum = 0.0
    for seed in 0..<tables {
      let loads = loads(buckets, nodes, seed)
      sum += Double(loads.max() ?? 0) * Double(nodes) / Double(buckets)
    }
    // The standard error is below 0.007 in all four.
    #expect(abs(sum / Double(tables) - expected) < 0.02)
  }

  /// The coefficient of variation is sqrt((N - 1) / B).
  @Test(arguments: [(60, 4, 600), (256, 8, 300)])
  func sharesVaryAsTheLawOfTheirNumberSays(buckets: Int, nodes: Int, tables: Int) {
    var squares = 0.0
    let mean = Double(buckets) / Double(nodes)
    for seed in 0..<tables {
      for load in loads(buckets, nodes, seed) {
        squares += (Double(load) / mean - 1) * (Double(load) / mean - 1)
      }
    }
    let measured = squares / Double(tables * nodes)
    let expected = Double(nodes - 1) / Double(buckets)
    // A sum of chi-squares: relative standard error sqrt(2 / (tables (N - 1))), below 0.034 and 0.031.
    #expect(abs(measured / expected - 1) < 0.12)
  }

  @Test func withWeightsSharesAreProportionalOnAverage() {
    let weights: [UInt16] = [100, 200, 300, 400]
    let loads = Tables.loads(
      Tables.targets(.rendezvous, buckets: 4096, nodes: 4, seed: 1, configured: weights), nodes: 4)
    for n in 0..<4 {
      let p = Double(weights[n]) / 1000
      // Binomial; four standard deviations.
      #expect(abs(Double(loads[n]) - 4096 * p) < 4 * (4096 * p * (1 - p)).squareRoot())
    }
  }

  private func loads(_ buckets: Int, _ nodes: Int, _ seed: Int) -> [Int] {
    Tables.loads(
      Tables.targets(.rendezvous, buckets: buckets, nodes: nodes, seed: UInt32(seed)), nodes: nodes)
  }
}

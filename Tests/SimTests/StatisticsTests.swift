import Foundation
import Testing

@testable import Sim

/// Against published tables and worked examples.
@Suite struct StatisticsTests {
  /// The example of the GNU Scientific Library's manual, chapter "Statistics".
  let manual = [17.2, 18.1, 16.5, 18.3, 12.6]

  @Test func theExampleOfTheManualComesOut() throws {
    #expect(abs(try Statistics.mean(manual) - 16.54) < 1e-12)
    #expect(abs(pow(try Statistics.standardDeviation(manual), 2) - 5.373) < 1e-12)
    #expect(try Statistics.quantiles([0.5, 0.75, 0.25, 0, 1], of: manual) == [17.2, 18.1, 16.5, 12.6, 18.3])
  }

  /// R's `quantile(1:10, c(.25, .5, .9))`, its default type 7.
  @Test func quantilesLieBetweenSamples() throws {
    let quantiles = try Statistics.quantiles([0.25, 0.5, 0.9], of: [10, 3, 8, 1, 6, 2, 9, 4, 7, 5])
    for (quantile, expected) in zip(quantiles, [3.25, 5.5, 9.1]) { #expect(abs(quantile - expected) < 1e-12) }
    #expect(try Statistics.quantile(0.3, of: [4]) == 4)
  }

  /// Two-sided critical values of Student's t: degrees of freedom, confidence, t.
  @Test(arguments: [
    (1, 0.95, 12.706), (4, 0.99, 4.604), (9, 0.95, 2.262), (9, 0.90, 1.833), (30, 0.95, 2.042),
    (120, 0.99, 2.617),
  ])
  func theTIntervalIsAsWideAsTheTableSays(freedom: Int, confidence: Double, t: Double) throws {
    // Mean 0 and a standard deviation that is known: alternate -1 and 1.
    let samples = (0...freedom).map { $0.isMultiple(of: 2) ? -1.0 : 1.0 }
    let interval = try Statistics.meanInterval(samples, confidence: confidence)
    let n = Double(samples.count)
    let mean = samples.reduce(0, +) / n
    let sd = (samples.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / (n - 1)).squareRoot()
    #expect(abs(interval.mean - mean) < 1e-12)
    #expect(abs(try #require(interval.halfWidth) * n.squareRoot() / sd - t) < 6e-4)
  }

  @Test func oneSampleHasAMeanAndNoInterval() throws {
    #expect(try Statistics.meanInterval([5]) == MeanInterval(mean: 5, halfWidth: nil))
    #expect(try Statistics.meanInterval([5, 5, 5]) == MeanInterval(mean: 5, halfWidth: 0))
  }

  @Test func whatHasNoValueIsSaid() {
    #expect(throws: StatisticsError.tooFew(needed: 1, got: 0)) { try Statistics.mean([]) }
    #expect(throws: StatisticsError.tooFew(needed: 2, got: 1)) { try Statistics.standardDeviation([1]) }
    #expect(throws: StatisticsError.notFinite) { try Statistics.meanInterval([1, .nan]) }
    #expect(throws: StatisticsError.notFinite) { try Statistics.quantile(0.5, of: [.infinity]) }
    #expect(throws: StatisticsError.self) { try Statistics.quantile(1.5, of: [1]) }
    #expect(throws: StatisticsError.self) { try Statistics.quantile(.nan, of: [1]) }
    #expect(throws: StatisticsError.self) { try Statistics.meanInterval([1, 2], confidence: 1) }
    #expect(throws: StatisticsError.lengthsDiffer(2, 3)) {
      try Statistics.chiSquareTest(observed: [1, 2], expected: [1, 2, 3])
    }
    #expect(throws: StatisticsError.self) {
      try Statistics.chiSquareTest(observed: [-1, 2], expected: [1, 2])
    }
    #expect(throws: StatisticsError.self) {
      try Statistics.chiSquareTest(observed: [0, 0], expected: [1, 2])
    }
    #expect(throws: StatisticsError.notFinite) { try Statistics.kolmogorovSmirnovTest([1]) { _ in .nan } }
    #expect(throws: StatisticsError.self) { try Statistics.skew([]) }
    #expect(throws: StatisticsError.self) { try Statistics.skew([1, 2], weights: [1, 0]) }
  }

  /// Upper critical values of the chi-square distribution: degrees of freedom, statistic, p.
  @Test(arguments: [
    (1, 3.841, 0.05), (3, 7.815, 0.05), (5, 15.086, 0.01), (10, 18.307, 0.05), (10, 29.588, 0.001),
  ])
  func chiSquarePValuesAreTheTables(freedom: Int, statistic: Double, p: Double) throws {
    // Equal shares of 100, the first class up and the second down by d: the statistic is 2 d^2 / 100.
    let d = (statistic * 50).squareRoot()
    var observed = [Double](repeating: 100, count: freedom + 1)
    observed[0] += d
    observed[1] -= d
    let expected = [Double](repeating: 3, count: freedom + 1)
    let test = try Statistics.chiSquareTest(observed: observed, expected: expected)
    #expect(test.degreesOfFreedom == freedom)
    #expect(abs(test.statistic - statistic) < 1e-9)
    #expect(abs(test.pValue - p) < 0.002 * p)
  }

  /// G. Mendel's peas against 9:3:3:1, the textbook example: 0.47, p = 0.925.
  @Test func mendelsPeasFitTheirRatios() throws {
    let test = try Statistics.chiSquareTest(observed: [315, 108, 101, 32], expected: [9, 3, 3, 1])
    #expect(abs(test.statistic - 0.470) < 5e-4)
    #expect(abs(test.pValue - 0.925) < 5e-4)
  }

  @Test func classesThatNobodyExpectsCountNoDegreeOfFreedom() throws {
    let left = try Statistics.chiSquareTest(observed: [10, 20, 0], expected: [1, 1, 0])
    #expect(left.degreesOfFreedom == 1)
    #expect(abs(left.statistic - 10.0 / 3) < 1e-12)
    #expect(try Statistics.chiSquareTest(observed: [10, 20, 1], expected: [1, 1, 0]).pValue == 0)
  }

  /// Critical values of L. H. Miller, JASA 51(273), 1956: size, distance, p.
  @Test(arguments: [
    (10, 0.40925, 0.05), (10, 0.48893, 0.01), (20, 0.29408, 0.05), (20, 0.35241, 0.01), (40, 0.21012, 0.05),
  ])
  func kolmogorovSmirnovPValuesAreTheTables(size: Int, distance: Double, p: Double) throws {
    // Uniform samples at the middles of equal steps, all moved up so that the largest gap is as given.
    let n = Double(size)
    let samples = (0..<size).map { (Double($0) + 0.5) / n }
    let shift = distance - 0.5 / n
    let test = try Statistics.kolmogorovSmirnovTest(samples) { min(1, $0 + shift) }
    #expect(abs(test.distance - distance) < 1e-12)
    #expect(abs(test.pValue - p) < 0.05 * p)
  }

  /// Critical values of Kolmogorov's limit law, as tables of the two-sample test print them.
  @Test(arguments: [(1.22385, 0.10), (1.35810, 0.05), (1.62762, 0.01), (1.94947, 0.001)])
  func theLimitLawIsTheTables(t: Double, p: Double) {
    let size = 1e14
    #expect(abs(Statistics.kolmogorov(t / size.squareRoot(), size: size) - p) < 1e-4 * p)
  }

  @Test func twoSamplesAreFarApartWhereTheirLawsDiffer() throws {
    // Steps worked by hand: after 3 the first stands at 3/4, the second at 0.
    let test = try Statistics.kolmogorovSmirnovTest([1, 2, 3, 6], [4, 5, 7, 8])
    #expect(test.distance == 0.75)
    #expect(try Statistics.kolmogorovSmirnovTest([1, 2, 2, 3], [1, 2, 2, 3]).distance == 0)
    #expect(try Statistics.kolmogorovSmirnovTest([1, 2], [3, 4]).distance == 1)
    var random = RandomStream(seed: 31, trial: 0, entity: 0, purpose: .test)
    let first = (0..<3_000).map { _ in random.exponential(mean: 1) }
    let second = (0..<2_000).map { _ in random.exponential(mean: 1) }
    #expect(try Statistics.kolmogorovSmirnovTest(first, second).pValue > 0.001)
    #expect(try Statistics.kolmogorovSmirnovTest(first, second.map { $0 * 1.4 }).pValue < 0.001)
  }

  /// R. Jain's own example: if k of n get equal shares and the others nothing, the index is k/n.
  @Test func skewIsThatOfJainsExample() throws {
    let some = try Statistics.skew([5, 5, 5, 0, 0, 0, 0, 0])
    #expect(abs(some.jain - 3.0 / 8) < 1e-12)
    #expect(abs(some.maxOverMean - 8.0 / 3) < 1e-12)
    #expect(abs(some.variation - (5.0 / 3).squareRoot()) < 1e-12)
    #expect(abs(some.jain - 1 / (1 + some.variation * some.variation)) < 1e-12)
    let weighted = try Statistics.skew([100, 200, 300], weights: [1, 2, 3])
    #expect(weighted == SkewSummary(maxOverMean: 1, variation: 0, jain: 1))
    #expect(try Statistics.skew([7]) == SkewSummary(maxOverMean: 1, variation: 0, jain: 1))
    #expect(try Statistics.skew([0, 0]) == SkewSummary(maxOverMean: 1, variation: 0, jain: 1))
  }
}

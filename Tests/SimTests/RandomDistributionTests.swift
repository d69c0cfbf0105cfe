import Foundation
import Testing

@testable import Sim

/// Each distribution against its closed form.
@Suite struct RandomDistributionTests {
  var random = RandomStream(seed: 21, trial: 0, entity: 0, purpose: .test)

  mutating func fits(
    _ draw: (inout RandomStream) -> Double, _ distribution: (Double) -> Double
  ) throws -> Bool {
    let samples = (0..<50_000).map { _ in draw(&random) }
    return try Statistics.kolmogorovSmirnovTest(samples, distribution: distribution).pValue > 0.001
  }

  /// Counts of 0, 1, ... with everything from `probabilities.count` on in a last class.
  mutating func fits(_ probabilities: [Double], _ draw: (inout RandomStream) -> Int) throws -> Bool {
    var counts = [Double](repeating: 0, count: probabilities.count + 1)
    for _ in 0..<100_000 { counts[min(draw(&random), probabilities.count)] += 1 }
    let rest = 1 - probabilities.reduce(0, +)
    return try Statistics.chiSquareTest(observed: counts, expected: probabilities + [max(0, rest)]).pValue
      > 0.001
  }

  func normal(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

  @Test mutating func exponentialNumbersFollowTheirLaw() throws {
    #expect(
      try fits {
        $0.exponential(mean: 7)
      } _: {
        1 - exp(-$0 / 7)
      })
  }

  @Test mutating func normalNumbersFollowTheirLaw() throws {
    let law = normal
    #expect(
      try fits {
        $0.gaussian(mean: 200, standardDeviation: 50)
      } _: {
        law(($0 - 200) / 50)
      })
  }

  @Test mutating func lognormalNumbersFollowTheirLaw() throws {
    let law = normal
    #expect(
      try fits {
        $0.lognormal(median: 3, sigma: 0.7)
      } _: {
        law(log($0 / 3) / 0.7)
      })
  }

  @Test mutating func paretoNumbersFollowTheirLaw() throws {
    #expect(
      try fits {
        $0.pareto(minimum: 2, shape: 1.5)
      } _: {
        $0 < 2 ? 0 : 1 - pow(2 / $0, 1.5)
      })
  }

  /// Of shape 2: the sum of two exponentials.
  @Test mutating func gammaNumbersFollowTheirLaw() throws {
    #expect(
      try fits {
        $0.gamma(shape: 2, scale: 3)
      } _: {
        1 - (1 + $0 / 3) * exp(-$0 / 3)
      })
  }

  @Test mutating func geometricNumbersFollowTheirLaw() throws {
    let shares = [0] + (1...15).map { pow(0.75, Double($0 - 1)) / 4 }
    #expect(try fits(shares) { $0.geometric(mean: 4) })
    #expect(random.geometric(mean: 1) == 1)
  }

  @Test mutating func poissonNumbersFollowTheirLaw() throws {
    let shares = (0...9).map { exp(-3.5) * pow(3.5, Double($0)) / tgamma(Double($0) + 1) }
    #expect(try fits(shares) { $0.poisson(mean: 3.5) })
  }

  @Test mutating func binomialNumbersFollowTheirLaw() throws {
    let ways = [1.0, 6, 15, 20, 15, 6, 1]
    let shares = (0...6).map { ways[$0] * pow(0.3, Double($0)) * pow(0.7, Double(6 - $0)) }
    #expect(try fits(shares) { $0.binomial(0.3, count: 6) })
  }

  @Test(arguments: [
    [1], [0, 1, 0], [0.2, 0.3, 0.5], [1, 1, 1, 1], [1e-9, 1, 1e9], [3, 0, 0, 0, 0, 0, 0, 1],
    (1...1_000).map { 1 / Double($0) },
  ])
  func anAliasTableHasTheSharesItWasMadeOf(shares: [Double]) {
    let sum = shares.reduce(0, +)
    let table = AliasTable(shares: shares)
    #expect(table.count == shares.count)
    for (probability, share) in zip(table.probabilities, shares) {
      #expect(abs(probability - share / sum) < 1e-9)
      if share == 0 { #expect(probability == 0) }
    }
  }

  @Test mutating func drawsFromAnAliasTableFollowItsShares() throws {
    let shares = [0.5, 0.25, 0.125, 0.0625, 0.03125, 0.03125]
    let table = AliasTable(shares: shares)
    #expect(try fits(shares) { $0.draw(from: table) })
  }

  /// For exponent 1 over 10,000 clients: the first has 1 / H(10000) = 1 / 9.787606 of the draws.
  @Test mutating func drawsOfRanksFollowZipfsLaw() throws {
    let table = AliasTable.zipf(count: 10_000, exponent: 1)
    #expect(abs(table.probabilities[0] - 1 / 9.787606036) < 1e-9)
    #expect(try fits((1...40).map { 1 / (9.787606036 * Double($0)) }) { $0.draw(from: table) })
    let even = AliasTable.zipf(count: 8, exponent: 0)
    #expect(even.probabilities == [Double](repeating: 0.125, count: 8))
  }
}

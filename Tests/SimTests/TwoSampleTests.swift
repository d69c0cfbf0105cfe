import Testing

@testable import Sim

/// Against values of SciPy 1.17: `ks_2samp(method="exact")`.
@Suite struct TwoSampleTests {
  private static let first = [
    0.61, 0.29, 0.06, 0.59, -1.73, -0.74, 0.51, -0.56, 0.39, 1.64, 0.05, -0.06, 0.64, -0.82, 0.37, 1.77, 1.09,
    -1.28, 2.36, 1.31, 1.05, -0.32, -0.40, 1.06, -2.47,
  ]
  private static let second = [0.12, 1.34, 0.88, 2.10, 1.72, 0.33, 1.91, 0.77, 2.45, 1.02, 0.57, 1.66]

  struct Case: Sendable {
    var a: [Double]
    var b: [Double]
    var distance: Double
    var p: Double
  }

  private static let cases: [Case] = {
    let ten: [Double] = (1...10).map(Double.init)
    let shifted: [Double] = ten.map { $0 + 4.5 }
    let fine: [Double] = (0..<200).map { Double($0) / 200 }
    let coarse: [Double] = (0..<30).map { Double($0) / 30 + 0.07 }
    return [
      Case(a: first, b: second, distance: 0.47, p: 0.03906610217543935),
      Case(a: ten, b: shifted, distance: 0.5, p: 0.16782134274394334),
      Case(a: [1, 2], b: [3, 4], distance: 1, p: 1.0 / 3),
      Case(a: [1, 1, 2, 2, 3], b: [1, 2, 2, 3, 3, 3], distance: 0.3, p: 0.8961038961038962),
      Case(a: fine, b: coarse, distance: 0.075, p: 0.9960685095935538),
    ]
  }()

  @Test(arguments: cases)
  func exactPValuesAreThoseOfSciPy(_ c: Case) throws {
    let (a, b, distance, p) = (c.a, c.b, c.distance, c.p)
    let test = try Statistics.kolmogorovSmirnovTest(a, b)
    #expect(abs(test.distance - distance) < 1e-12)
    #expect(abs(test.pValue - p) < 1e-12)
    let swapped = try Statistics.kolmogorovSmirnovTest(b, a)
    #expect(abs(swapped.pValue - p) < 1e-12)
  }

  @Test func manyPairsAreJudgedByTheLimitLaw() throws {
    let a = (0..<1200).map { Double($0) }
    let near = try Statistics.kolmogorovSmirnovTest(a, a.map { $0 + 60.5 })
    // The exact law with as many values, a little less: 1000 of each.
    #expect(abs(near.pValue - Statistics.exactKolmogorov(61 * 1200, 1200, 1200)) < 0.005)
  }
}

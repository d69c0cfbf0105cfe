import Testing

@testable import Sim

@Suite struct KaplanMeierTests {
  /// Weeks of remission under 6-mercaptopurine, E. J. Freireich et al., Blood 21, 1963, and the estimate as textbooks
  /// print it (D. R. Cox and D. Oakes, Analysis of Survival Data, 1984, table 4.1); negative: cut short.
  private let weeks: [Double] = [
    6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35,
  ]

  private func estimate(_ samples: [Double]) throws -> KaplanMeier {
    try KaplanMeier(samples.map(abs), isCut: samples.map { $0 < 0 })
  }

  @Test func theTextbooksExample() throws {
    let found = try estimate(weeks)
    #expect(found.steps.map(\.time) == [6, 7, 10, 13, 16, 22, 23])
    let expected = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    for (step, share) in zip(found.steps, expected) { #expect(abs(step.lasting - share) < 5e-4) }
    #expect(found.quantile(0.5) == Measured(23))
    #expect(found.quantile(0.05) == Measured(6))
    #expect(found.quantile(0.6) == Measured(35, isCensored: true), "more than 40 of 100 last longer")
    #expect(abs(found.mean.value - 23.29) < 0.01 && found.mean.isCensored)
    // The order of the samples is nothing.
    #expect(try estimate(weeks.reversed()).steps.map(\.lasting) == found.steps.map(\.lasting))
  }

  @Test func withoutACutSampleItIsTheOrdinaryMean() throws {
    let found = try estimate([4, 1, 3, 2])
    #expect(abs(found.mean.value - 2.5) < 1e-12 && !found.mean.isCensored)
    #expect(found.quantile(0.5) == Measured(2) && found.quantile(1) == Measured(4))
  }

  @Test func ofNothingButCutSamplesOnlyTheLongestIsKnown() throws {
    let found = try estimate([-40, -40])
    #expect(found.steps.isEmpty)
    #expect(found.quantile(0.05) == Measured(40, isCensored: true))
    #expect(found.mean == Measured(40, isCensored: true))
  }

  @Test func whatHasNoEstimate() {
    #expect(throws: StatisticsError.tooFew(needed: 1, got: 0)) { try KaplanMeier([], isCut: []) }
    #expect(throws: StatisticsError.lengthsDiffer(1, 0)) { try KaplanMeier([1], isCut: []) }
    #expect(throws: StatisticsError.notFinite) { try KaplanMeier([.infinity], isCut: [false]) }
  }
}

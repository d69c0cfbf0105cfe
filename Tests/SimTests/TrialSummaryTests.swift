import Testing

@testable import Sim

@Suite struct TrialSummaryTests {
  let measure = Measure.rebalanceTimeMax.label

  /// One to ten: mean 5.5, variance 55/6; quantiles by linear interpolation between order statistics
  /// (Hyndman and Fan's type 7); Student's t at 0.975 with 9 degrees of freedom is 2.262157 in every table.
  @Test func theSummaryOfOneToTenIsThatOfTheTables() throws {
    let summary = TrialSummary(measure, values: [3, 1, nil, 2, 10, 9, 8, 7, 6, 5, 4])
    #expect(summary.count == 10 && summary.trials == 11)
    #expect(summary.mean == 5.5)
    let sd = (55.0 / 6).squareRoot()
    #expect(abs(try #require(summary.standardDeviation) - sd) < 1e-12)
    #expect(abs(try #require(summary.halfWidth) - 2.262157 * sd / 10.0.squareRoot()) < 1e-6)
    #expect(abs(try #require(summary.low) - 1.45) < 1e-12)
    #expect(summary.median == 5.5)
    #expect(abs(try #require(summary.high) - 9.55) < 1e-12)
    #expect(summary.minimum == 1 && summary.maximum == 10)
  }

  @Test func oneValueHasNoSpread() {
    let summary = TrialSummary(measure, values: [nil, 4])
    #expect(summary.count == 1 && summary.mean == 4 && summary.median == 4)
    #expect(summary.standardDeviation == nil && summary.halfWidth == nil)
  }

  @Test func noValueHasNothing() {
    let summary = TrialSummary(measure, values: [nil, .nan, .infinity])
    #expect(summary.count == 0 && summary.trials == 3 && summary.mean == nil && summary.maximum == nil)
  }

  @Test func measuresNobodyHasAreLeftOut() {
    let trials = ReportSample().trials(5)
    let names = TrialSummary.all(of: trials).map(\.measure.name)
    #expect(names.first == "rebalance_time.max" && !names.contains("connects_failed"))
    #expect(names.count == trials[0].values.filter { $0 != nil }.count)
  }
}

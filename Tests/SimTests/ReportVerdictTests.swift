import Testing

@testable import Sim

@Suite struct ReportVerdictTests {
  func verdict(_ comparison: Sim.Expectation.Comparison, _ bound: Double, _ values: [Double?])
    -> ExpectationVerdict
  {
    let sample = ReportSample()
    let measure = Measure.holeTimeLongest
    let trials = values.enumerated().map { trial, value in
      var result = sample.result
      result.trial = trial
      result.values[measure.index] = value
      return result
    }
    return ExpectationVerdict(sample.expectation(measure, comparison, bound, ""), in: trials)
  }

  @Test(arguments: [
    (Sim.Expectation.Comparison.equal, [false, true, false]), (.notEqual, [true, false, true]),
    (.less, [true, false, false]), (.lessOrEqual, [true, true, false]), (.greater, [false, false, true]),
    (.greaterOrEqual, [false, true, true]),
  ])
  func comparisonsBelowAtAndAboveTheBound(_ comparison: Sim.Expectation.Comparison, _ expected: [Bool]) {
    for (value, passed) in zip([Double(0.5).nextDown, 0.5, Double(0.5).nextUp], expected) {
      #expect(verdict(comparison, 0.5, [value]).passed == passed, "\(value) \(comparison.rawValue) 0.5")
    }
  }

  @Test func theWorstTrialIsNamed() {
    let upper = verdict(.lessOrEqual, 0.56, [0.5, 0.61, 0.57, 0.4])
    #expect(upper.trial == 1 && upper.value == 0.61 && upper.failedTrials == 2 && !upper.passed)
    let lower = verdict(.greaterOrEqual, 0.3, [0.5, 0.61, nil, 0.4])
    #expect(lower.trial == 2 && lower.value == nil && lower.failedTrials == 1)
    let closest = verdict(.less, 1, [0.5, 0.61, 0.4])
    #expect(closest.trial == 1 && closest.passed && closest.failedTrials == 0)
  }

  @Test func whereNothingIsMeasuredOnlyZeroCanBeExpected() {
    #expect(verdict(.equal, 0, [nil]).passed)
    #expect(verdict(.lessOrEqual, 0, [nil]).passed)
    #expect(verdict(.equal, 0, [nil]).reason == "nothing to measure")
    for comparison in [
      Sim.Expectation.Comparison.less, .lessOrEqual, .equal, .notEqual, .greater, .greaterOrEqual,
    ] {
      #expect(!verdict(comparison, 0.5, [nil]).passed, "\(comparison.rawValue)")
    }
    // An upper bound needs one trial that has a value, and then the others do not break it.
    #expect(verdict(.lessOrEqual, 0.5, [nil, 0.4]).passed)
    #expect(verdict(.lessOrEqual, 0.5, [nil, 0.4]).value == 0.4)
    #expect(!verdict(.lessOrEqual, 0.5, [nil, 0.6]).passed)
    #expect(!verdict(.greaterOrEqual, 0.5, [nil, 0.6]).passed)
    #expect(!verdict(.lessOrEqual, 0.5, [.nan]).passed)
    #expect(!verdict(.lessOrEqual, 0.5, []).passed)
  }
}

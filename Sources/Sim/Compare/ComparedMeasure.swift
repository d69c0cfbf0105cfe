/// One measure on both sides: its values, a test whether both follow one law, and the verdict whether they agree.
public struct ComparedMeasure: Sendable {
  public let measure: MeasureLabel
  public let simulated: TrialSummary
  public let real: TrialSummary
  /// One for each trial or repeat that had a value, in their order.
  public let simulatedValues: [Double]
  public let realValues: [Double]
  /// Whether both sides may follow one law; `nil` if a side has no values.
  public let test: KolmogorovSmirnovTest?
  /// By the rule for this measure; `nil` if there is no rule and the measure is only shown.
  public let verdict: ComparisonVerdict?

  /// - Returns: `nil` if one of the sides has no value at all.
  init?(
    _ measure: MeasureLabel, rule: ComparisonRule?, simulated values: [Double?], real realOnes: [Double?]
  ) {
    self.measure = measure
    simulated = TrialSummary(measure, values: values)
    real = TrialSummary(measure, values: realOnes)
    simulatedValues = values.compactMap { $0 }.filter(\.isFinite)
    realValues = realOnes.compactMap { $0 }.filter(\.isFinite)
    if simulatedValues.isEmpty || realValues.isEmpty { return nil }
    test = try? Statistics.kolmogorovSmirnovTest(simulatedValues, realValues)
    verdict = rule?.judge(simulated: simulatedValues, real: realValues)
  }
}

/// What must hold of a measure for the run to pass: `rebalance_time.max: <= 560 ms`.
public struct Expectation: Sendable, Hashable {
  public enum Comparison: String, Sendable, Hashable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  public var measure: Measure
  public var comparison: Comparison
  /// In the measure's unit.
  public var bound: Double
  /// As written, unit included, for reports.
  public var text: String

  public init(measure: Measure, comparison: Comparison, bound: Double, text: String) {
    self.measure = measure
    self.comparison = comparison
    self.bound = bound
    self.text = text
  }
}

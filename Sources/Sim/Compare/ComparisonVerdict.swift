/// Whether one measure of the real farm is what the simulator said, and by which figures.
public struct ComparisonVerdict: Sendable, Hashable {
  public var agrees: Bool
  public var findings: [Finding]

  /// A figure of the real farm and where it had to be.
  public struct Finding: Sendable, Hashable {
    public enum What: String, Sendable {
      case mean
      case quantile95 = "p95"
      case worst, every
    }
    public var what: What
    public var real: Double
    public var low: Double
    public var high: Double
    /// Where chance alone leaves it, without any allowance; `nil` if the rule has none.
    public var chance: ClosedRange<Double>?

    public var isInside: Bool { real >= low && real <= high }

    /// How far it is from where chance would leave it, below 0 if the real figure is the smaller one; 0 if it is there.
    public var excess: Double {
      guard let chance else { return 0 }
      return real < chance.lowerBound
        ? real - chance.lowerBound : real > chance.upperBound ? real - chance.upperBound : 0
    }
  }

  /// What is to be said of a measure.
  public enum Outcome: Sendable, Hashable {
    case agrees
    /// The difference is real, chance does not make it, but it is below what the rule allows.
    case allowed(excess: Double)
    case differs
  }

  public var outcome: Outcome {
    guard agrees else { return .differs }
    let excess = findings.map(\.excess).max { abs($0) < abs($1) } ?? 0
    return excess == 0 ? .agrees : .allowed(excess: excess)
  }
}

/// Whether one measure of the real farm agrees with the simulator, and by which figures.
public struct ComparisonVerdict: Sendable, Hashable {
  public var agrees: Bool
  public var findings: [Finding]

  /// A figure of the real farm, and the range in which it had to be.
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
    /// The range that chance alone explains, without any allowance; `nil` if the rule has none.
    public var chance: ClosedRange<Double>?

    public var isInside: Bool { real >= low && real <= high }

    /// How far it is outside the range that chance explains: below 0 if it is too small, 0 if it is inside.
    public var excess: Double {
      guard let chance else { return 0 }
      return real < chance.lowerBound
        ? real - chance.lowerBound : real > chance.upperBound ? real - chance.upperBound : 0
    }
  }

  /// The verdict in one word.
  public enum Outcome: Sendable, Hashable {
    case agrees
    /// Chance does not explain the difference, but the rule allows it.
    case allowed(excess: Double)
    case differs
  }

  public var outcome: Outcome {
    guard agrees else { return .differs }
    let excess = findings.map(\.excess).max { abs($0) < abs($1) } ?? 0
    return excess == 0 ? .agrees : .allowed(excess: excess)
  }
}

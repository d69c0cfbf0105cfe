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

    public var isInside: Bool { real >= low && real <= high }
  }
}

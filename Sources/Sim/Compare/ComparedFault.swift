import Engine

/// What one fault (or its end) did to the buckets, on both sides.
///
/// Both sides are measured from the filters alone: **detection** is the time from the fault to the first bucket that
/// has another owner by a node's commit, and **spread** the time from there to the last such bucket. (The simulator's
/// own report also has view changes, which no packet can see.)
public struct ComparedFault: Sendable {
  /// Index into the scenario's faults.
  public let fault: Int
  public let isEnd: Bool
  /// Times in seconds, and counts; `nil` if a side had nothing to measure.
  public let detection: ComparedMeasure?
  public let spread: ComparedMeasure?
  public let total: ComparedMeasure?
  public let moved: ComparedMeasure?
  public let minimum: ComparedMeasure?

  init(fault: Int, isEnd: Bool, simulated: [TrialResult], real: [TrialResult]) {
    self.fault = fault
    self.isEnd = isEnd
    func both(
      _ name: String, _ unit: MeasureUnit, _ meaning: String, _ rule: ComparisonRule?,
      _ value: (Rebalance) -> Double?
    ) -> ComparedMeasure? {
      func values(_ trials: [TrialResult]) -> [Double?] {
        trials.map { trial in
          trial.rebalances.first { $0.fault == fault && $0.isEnd == isEnd }.flatMap(value)
        }
      }
      return ComparedMeasure(
        MeasureLabel(name, unit, meaning), rule: rule, simulated: values(simulated), real: values(real))
    }
    func seconds(_ d: Duration?) -> Double? { d.map { Double($0.nanoseconds) / 1e9 } }
    detection = both(
      "detection", .seconds, "Fault to the first bucket with another owner.", nil
    ) {
      seconds($0.firstMove)
    }
    spread = both("spread", .seconds, "From then to the last bucket with another owner.", nil) {
      guard let first = $0.firstMove, let last = $0.lastMove else { return nil }
      return seconds(last - first)
    }
    total = both("total", .seconds, "Fault to one owner for every bucket again.", .usual) {
      seconds($0.total)
    }
    moved = both("moved", .count, "Buckets whose owner differs after.", .among) { Double($0.bucketsMoved) }
    minimum = both("minimum", .count, "Fewest buckets that had to.", nil) { Double($0.bucketsMovedMinimum) }
  }
}

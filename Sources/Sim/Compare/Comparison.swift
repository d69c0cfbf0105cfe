import Engine

/// The simulator's trials against the lab's repeats of the same scenario, measure by measure.
public struct Comparison: Sendable {
  /// Every measure that both sides have, in the order of ``Measure``.
  public let measures: [ComparedMeasure]
  /// Every fault and every end of a fault of the scenario, in order of time.
  public let faults: [ComparedFault]
  public let trials: Int
  public let repeats: Int

  /// - Parameters:
  ///   - simulated: trials of the scenario.
  ///   - real: repeats of the same scenario, as trials.
  public init(_ scenario: Scenario, simulated: [TrialResult], real: [TrialResult]) {
    (trials, repeats) = (simulated.count, real.count)
    measures = Measure.allCases.compactMap { measure in
      ComparedMeasure(
        measure.label, rule: ComparisonRule(for: measure),
        simulated: simulated.map { $0[measure]?.value }, real: real.map { $0[measure]?.value })
    }
    faults = FaultPlan(scenario.faults).edges.map {
      ComparedFault(fault: $0.fault, isEnd: $0.isEnd, simulated: simulated, real: real)
    }
  }

  public subscript(_ measure: Measure) -> ComparedMeasure? { measures.first { $0.measure == measure.label } }

  /// Every measure with a rule, those of single faults included.
  public var judged: [ComparedMeasure] {
    (measures + faults.flatMap { [$0.total, $0.moved].compactMap { $0 } })
      .filter { $0.verdict != nil }
  }

  /// Whether every measure with a rule agrees.
  public var agrees: Bool { judged.allSatisfy { $0.verdict?.agrees ?? true } }
}

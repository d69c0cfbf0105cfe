import Sim

/// What a lab's play gave.
public struct LabOutcome: Sendable {
  /// In order; fewer than planned after a stop.
  public var repeats: [LabRepeat] = []
  /// Whether it was stopped before the end.
  public var isPartial = false
  /// What every node's filter held, from the first power-on to the end.
  var filters = FilterHistory([], until: .zero)
  /// How many times a kernel announced more than could be read: instants around then are not exact.
  public var overruns = 0
  /// What daemons and servers said, by file name.
  public var logs: [String: String] = [:]
  /// Why it ended early, if the farm did not do what a farm does.
  public var failure: LabError?

  init() {}

  /// What the filters did, measured as the simulator's are: a trial a repeat; the first keeps its owners over time.
  /// - Parameter scenario: what was played: the plan's.
  public func trials(of scenario: Scenario) -> [TrialResult] {
    let record = FarmRecord(scenario: scenario, filters: filters)
    return repeats.map { record.trial($0, keepsTimeline: $0.index == 0) }
  }
}

import Sim

/// The result of a lab's play.
public struct LabOutcome: Sendable {
  /// In order; fewer than planned after a stop.
  public var repeats: [LabRepeat] = []
  /// Whether it ended before all repeats were played.
  public var isPartial = false
  /// The content of every node's filter, from the first power-on to the end.
  var filters = FilterHistory([], until: .zero)
  /// How often a kernel announced more than could be read. Times close to that are not exact.
  public var overruns = 0
  /// The output of daemons and servers, by file name.
  public var logs: [String: String] = [:]
  /// Why it ended early, if something failed.
  public var failure: LabError?

  init() {}

  /// What the filters did, with the simulator's measures: one trial for each repeat. The first keeps its owners over
  /// time.
  /// - Parameter scenario: the plan's scenario.
  public func trials(of scenario: Scenario) -> [TrialResult] {
    let record = FarmRecord(scenario: scenario, filters: filters)
    return repeats.map { record.trial($0, keepsTimeline: $0.index == 0) }
  }
}

import Engine

/// What became of the clients of a run, by stream, by node and by fault.
public struct RunOutcome: Sendable {
  /// In the order of ``Scenario/traffic``.
  public var streams: [StreamOutcome] = []
  /// By node, what its clients lost.
  public var nodes: [LossCounts] = []
  /// By edge of the fault plan that came about, in order of time.
  public var faults: [FaultOutcome] = []
  /// What nobody's fault came before.
  public var beforeFaults = LossCounts()
  /// By phase that began, what each node accepted.
  public var phases: [PhaseLoad] = []

  public init() {}

  init(_ totals: TrafficTotals, plan: FaultPlan, end: Instant) {
    streams = totals.streams
    nodes = totals.lossesByNode
    phases = totals.phases
    guard let first = totals.lossesByEdge.first else { return }
    beforeFaults = first
    faults = zip(plan.edges, totals.lossesByEdge.dropFirst()).filter { $0.0.at < end }.map { edge, losses in
      FaultOutcome(fault: edge.fault, isEnd: edge.isEnd, at: edge.at, losses: losses)
    }
  }
}

/// What clients lost by a fault, or by its end: see ``LossLedger`` for what is charged to it.
public struct FaultOutcome: Sendable, Hashable {
  /// Index into the scenario's faults.
  public var fault: Int
  public var isEnd: Bool
  public var at: Instant
  public var losses: LossCounts

  public init(fault: Int, isEnd: Bool, at: Instant, losses: LossCounts) {
    self.fault = fault
    self.isEnd = isEnd
    self.at = at
    self.losses = losses
  }
}

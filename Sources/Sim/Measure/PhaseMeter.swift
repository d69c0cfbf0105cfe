import Engine

/// The phases that load and skew are told apart by: before the first fault, while faults act, and after the last.
///
/// *Before* begins with the warm-up's end (not at all if a fault comes earlier; a run without either is all *before*); *during* with the first fault;
/// *after* once the last fault has begun or ended and a returning node would have its share back:
/// `tau + 6T + 5 delta + 3C` later.
struct PhaseMeter: Sendable {
  struct Start: Sendable, Hashable {
    var phase: SkewRow.Phase
    var at: Instant
  }

  let starts: [Start]
  private var current: SkewRow.Phase?
  /// The bucket rows of the phases that are over.
  private(set) var rows: [SkewRow] = []
  /// By node: the buckets that its weights give it.
  private let due: [Double]
  /// What each node owned in them.
  private(set) var owned: [PhaseOwnership] = []

  init(_ scenario: Scenario, plan: FaultPlan) {
    due = scenario.farm.settings.bucketsDue
    let end = Instant.zero + scenario.run.duration
    let warm = Instant.zero + scenario.run.warmUp
    var starts: [Start] = []
    let first = plan.edges.first { $0.at < end }?.at
    if warm < min(first ?? end, end) { starts.append(Start(phase: .before, at: warm)) }
    if let first {
      starts.append(Start(phase: .during, at: first))
      let last = plan.edges.last { $0.at < end }?.at ?? first
      let after = last + scenario.settlingTime
      if after < end { starts.append(Start(phase: .after, at: after)) }
    }
    if starts.isEmpty { starts.append(Start(phase: .before, at: .zero)) }
    self.starts = starts
  }

  mutating func begin(_ phase: SkewRow.Phase) { current = phase }

  /// Ends the phase: how even bucket-time was over the nodes that are configured to serve, by weight.
  mutating func finish(shares: [UInt64]) {
    guard let phase = current else { return }
    current = nil
    owned.append(PhaseOwnership(phase: phase, seconds: shares.map { Double($0) * 1e-9 }))
    guard let skew = Statistics.skew(shares.map { Double($0) * 1e-9 }, due: due) else { return }
    rows.append(
      SkewRow(
        phase: phase, load: .buckets, maxOverMean: skew.maxOverMean, variation: skew.variation,
        jain: skew.jain, pValue: nil))
  }
}

extension Scenario {
  /// `tau + 6T + 5 delta + 3C`: so long after a fault or its end the nodes have done what there is to do about it.
  var settlingTime: Duration {
    configurations.map { settings in
      let h = settings.heartbeat
      return h.timeout + 6 * h.interval + 5 * h.delayBound + 3 * h.commitBound
    }.max() ?? .zero
  }
}

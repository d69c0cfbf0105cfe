import Engine

/// The phases of the load measures: before the first fault, while faults act, and after the last.
///
/// *Before* begins when the warm-up ends, or not at all if a fault comes earlier; a run without either is all *before*.
/// *During* begins with the first fault. *After* begins `tau + 6T + 5 delta + 3C` after the last beginning or end of a
/// fault, when a returning node would have its share back. It is put off by the same time again, as often as needed,
/// while some bucket is not whole because of a fault, or a node that its checkers took out is on its way back.
struct PhaseMeter: Sendable {
  struct Start: Sendable, Hashable {
    var phase: SkewRow.Phase
    var at: Instant
  }

  let starts: [Start]
  private var current: SkewRow.Phase?
  /// The bucket rows of the phases that are over.
  private(set) var rows: [SkewRow] = []
  /// The ownership of the phases that are over.
  private(set) var owned: [PhaseOwnership] = []
  /// The shares due to the nodes now and since when, and their sums over the phase so far, times nanoseconds.
  private var dues = PhaseDues()
  private var since = Instant.zero
  private var sums = PhaseDues()
  private var began = Instant.zero

  init(_ scenario: Scenario, plan: FaultPlan) {
    let end = Instant.zero + scenario.run.duration
    let warm = Instant.zero + scenario.run.warmUp
    var starts: [Start] = []
    let first = plan.edges.first { $0.at < end }?.at
    if warm < min(first ?? end, end) { starts.append(Start(phase: .before, at: warm)) }
    if let first {
      starts.append(Start(phase: .during, at: first))
      let after = plan.edges.filter { $0.at < end }.map { scenario.settled(after: $0) }.max() ?? first
      if after < end { starts.append(Start(phase: .after, at: after)) }
    }
    if starts.isEmpty { starts.append(Start(phase: .before, at: .zero)) }
    self.starts = starts
  }

  mutating func begin(_ phase: SkewRow.Phase, _ now: PhaseDues, at time: Instant) {
    current = phase
    (dues, sums) = (now, now.scaled(by: 0))
    (since, began) = (time, time)
  }

  /// The shares due have changed, by weights, groups or the nodes in service.
  mutating func duesChanged(_ next: PhaseDues, at now: Instant) {
    if current != nil { add(until: now) }
    dues = next
  }

  private mutating func add(until now: Instant) {
    sums.add(dues.scaled(by: Double((now - since).nanoseconds)))
    since = now
  }

  /// Ends the phase and adds its row: how evenly bucket-time was spread over the nodes configured to serve, by weight.
  /// - Parameter shares: by group, by node, in bucket-nanoseconds.
  mutating func finish(shares: [[UInt64]], at now: Instant) {
    guard let phase = current else { return }
    current = nil
    add(until: now)
    let length = Double((now - began).nanoseconds)
    let byGroup = shares.map { $0.map { Double($0) * 1e-9 } }
    let seconds = (byGroup.first ?? []).indices.map { n in byGroup.reduce(0) { $0 + $1[n] } }
    owned.append(
      PhaseOwnership(
        phase: phase, from: began, seconds: seconds, byGroup: byGroup, length: length * 1e-9,
        dues: length > 0 ? sums.scaled(by: 1 / length) : dues))
    let due = Shares.due(owned[owned.count - 1].dues.buckets)
    guard let skew = Statistics.skew(seconds, due: due) else { return }
    rows.append(
      SkewRow(
        phase: phase, load: .buckets, maxOverMean: skew.maxOverMean, variation: skew.variation,
        jain: skew.jain))
  }
}

extension Scenario {
  /// When the nodes have done all that they can about an edge of the plan.
  fileprivate func settled(after edge: FaultPlan.Edge) -> Instant {
    let time = edge.at + settlingTime
    // A slow application is noticed only after as many failed checks as the checker asks for.
    guard !edge.isEnd, case .applicationSlow = faults[edge.fault].kind else { return time }
    let checks = files.flatMap(\.checkers).map(\.settings.noticesWithin)
    return time + (checks.max() ?? .zero)
  }

  /// `tau + 6T + 5 delta + 3C`: how long after a fault or its end the nodes have done all that they can about it.
  var settlingTime: Duration {
    configurations.map { settings in
      let h = settings.heartbeat
      return h.timeout + 6 * h.interval + 5 * h.delayBound + 3 * h.commitBound
    }.max() ?? .zero
  }
}

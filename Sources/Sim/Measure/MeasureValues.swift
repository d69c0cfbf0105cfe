import Engine

/// The values of a run's measures, filled in by name.
struct MeasureValues: Sendable {
  /// By position in ``Measures/all``.
  private(set) var values = [Double?](repeating: nil, count: Measures.all.count)
  /// By position in ``Measures/all``: whether the value is a lower bound.
  private(set) var censored = [Bool](repeating: false, count: Measures.all.count)

  /// - Precondition: the measure exists.
  mutating func set(_ name: String, _ value: Measured?) {
    guard let i = Measures.index(of: name) else { preconditionFailure("no measure is called \(name)") }
    values[i] = value?.value
    censored[i] = value?.isCensored ?? false
  }
  mutating func set(_ name: String, _ value: Double?) { set(name, value.map { Measured($0) }) }
  mutating func set(_ name: String, _ value: Int?) { set(name, value.map(Double.init)) }
  mutating func set(_ name: String, nanoseconds: UInt64, isCensored: Bool = false) {
    set(name, Measured(Double(nanoseconds) / 1e9, isCensored: isCensored))
  }

  /// Replaces values by those that others measured.
  mutating func override(_ others: [Double?]) {
    for (i, value) in others.enumerated() where value != nil { (values[i], censored[i]) = (value, false) }
  }

  /// Takes the measures of all rebalances together.
  /// - Parameter end: of the run.
  mutating func take(_ rebalances: [Rebalance], end: Instant) {
    func seconds(_ d: Duration) -> Double { Double(d.nanoseconds) / 1e9 }
    let open = rebalances.filter { !$0.isOver }
    /// The longest of a part. Where the part has not come, `soFar` says how long it has lasted, if that is known; the
    /// result is then a lower bound.
    func longest(_ part: (Rebalance) -> Duration?, orSoFar soFar: (Rebalance) -> Duration?) -> Measured? {
      let known = rebalances.compactMap(part).map { Measured(seconds($0)) }
      let rest = rebalances.filter { part($0) == nil && (!$0.isOver || soFar($0) != nil) }
      var result = Measured.largest(
        of: known + rest.compactMap(soFar).map { Measured(seconds($0), isCensored: true) })
      if !rest.isEmpty { result?.isCensored = true }
      return result
    }
    let totals = rebalances.compactMap { r in r.total.map { Measured(seconds($0), isCensored: !r.isOver) } }
    set("rebalance_time.max", Measured.largest(of: totals))
    set("rebalance_time.mean", Measured.mean(of: totals))
    if !rebalances.isEmpty { set("rebalance_time.count", totals.count) }
    set(
      "rebalance_time.detection.max", longest({ $0.detection }, orSoFar: { $0.isOver ? nil : end - $0.at }))
    set("rebalance_time.decision.max", longest({ $0.decision }, orSoFar: { _ in nil }))
    set("rebalance_time.commit.max", longest({ $0.commit }, orSoFar: { _ in nil }))
    set("rebalance_time.first_packet.max", longest({ $0.firstPacket }, orSoFar: { $0.firstPacketSoFar }))
    if rebalances.isEmpty { return }
    func count(_ part: (Rebalance) -> Int) -> Measured {
      Measured(Double(rebalances.reduce(0) { $0 + part($1) }), isCensored: !open.isEmpty)
    }
    set("buckets_moved", count { $0.bucketsMoved })
    set("buckets_moved.minimum", count { $0.bucketsMovedMinimum })
    set("buckets_moved.there_and_back", count { $0.bucketsThereAndBack })
  }

  /// Takes the measures of ownership, once the meter is finished.
  /// - Parameter shares: with the weights that are in force at the end.
  mutating func take(_ ownership: OwnershipMeter, shares: Shares) {
    set(
      "double_owner_time.total", nanoseconds: ownership.doubleTotal,
      isCensored: ownership.unsettled.doubles > 0)
    set(
      "double_owner_time.longest", nanoseconds: ownership.doubleLongest,
      isCensored: ownership.unsettled.doubles > 0)
    set("double_owners.most", ownership.mostDoubles)
    guard ownership.formedAt != nil else { return }
    set(
      "hole_time.total", nanoseconds: ownership.holeTotal, isCensored: ownership.unsettled.holes > 0)
    set(
      "hole_time.longest", nanoseconds: ownership.holeLongest, isCensored: ownership.unsettled.holes > 0)
    set(
      "unreached_time.total", nanoseconds: ownership.unreachedTotal,
      isCensored: ownership.unsettled.unreached > 0)
    set(
      "unreached_time.longest", nanoseconds: ownership.unreachedLongest,
      isCensored: ownership.unsettled.unreached > 0)
    var counts: [Int] = []
    for g in 0..<(ownership.offsets.count - 1) {
      let group = ownership.counts(of: GroupID(g))
      counts = counts.isEmpty ? group : zip(counts, group).map { $0 + $1 }
    }
    let due = Shares.due(shares.fractions, loads: ownership.bucketCounts)
    set("skew.buckets.max_over_mean", Statistics.skew(counts.map(Double.init), due: due)?.maxOverMean)
  }

  /// Takes the measures of applications, once the meter is finished.
  mutating func take(_ applications: ApplicationMeter) {
    let isOpen = applications.isOpenAtEnd
    set("application_outage.max", nanoseconds: applications.longest, isCensored: isOpen)
    set("application_outage.total", nanoseconds: applications.total, isCensored: isOpen)
  }

  /// Takes the measures of clients.
  /// - Parameter outcome: of the same run, with the shares due to the nodes.
  mutating func take(_ totals: TrafficTotals, _ outcome: RunOutcome) {
    func outage(_ d: Duration?, isOpen: Bool) -> Measured? {
      d.map { Measured(Double($0.nanoseconds) / 1e9, isCensored: isOpen) }
    }
    set("client_outage.max", outage(totals.clientOutageMax, isOpen: totals.isClientOutageMaxOpen))
    set("client_outage.mean", outage(totals.clientOutageMean, isOpen: totals.endsInClientOutage))
    set("flow_outage.max", totals.longestSilence)
    set("flows_opened", totals.flowsOpened)
    set("flows_kept", totals.flowsKept)
    set("flows_stalled", totals.counts.stalled)
    /// Sets a count. It is a lower bound if some clients would not have been answered when the run ended.
    func count(_ name: String, _ value: Int, orMore doubtful: Int) {
      set(name, Measured(Double(value), isCensored: doubtful > 0))
    }
    let inDoubt = totals.counts.inDoubt
    count("flows_broken", totals.flowsBroken, orMore: inDoubt)
    set("flows_broken.unnoticed", totals.counts.unnoticed)
    count("flows_broken.outside_failed_nodes", totals.flowsBrokenOutsideFailedNodes, orMore: inDoubt)
    count("flows_reset", totals.flowsReset, orMore: inDoubt)
    count("flows_reset.outside_failed_nodes", totals.flowsResetOutsideFailedNodes, orMore: inDoubt)
    let (connects, requests) = (totals.connects, totals.requests)
    count("flows_lost.with_failed_nodes", connects.lostWithNode + requests.lostWithNode, orMore: inDoubt)
    count("flows_lost.elsewhere", connects.lostElsewhere + requests.lostElsewhere, orMore: inDoubt)
    set("connects_begun", connects.begun)
    set("connects_repeated", connects.repeated)
    count("connects_repeated.times", totals.mostRetries(isTCP: true), orMore: connects.waitingInDoubt)
    count("connects_failed", connects.unanswered, orMore: connects.waitingInDoubt)
    set("connects_waiting", connects.waiting)
    set("connects_reset", totals.connectsReset)
    set("requests_sent", requests.begun)
    set("requests_repeated", requests.repeated)
    count("requests_repeated.times", totals.mostRetries(isTCP: false), orMore: requests.waitingInDoubt)
    count("requests_failed", requests.unanswered, orMore: requests.waitingInDoubt)
    set("requests_waiting", requests.waiting)
    set("sessions_moved", totals.sessionsMoved)
    set("flows_moved", totals.flowsMoved)
    set("packets_sent", totals.packetsSent)
    set("packets_lost", totals.packetsLost)
    set("packets_lost.of_open_connections", totals.counts.lostOfOpen)
    set("packets_reset", totals.counts.resets)
    set("packets_unserved", totals.packetsUnserved)
    set("packets_twice", totals.packetsTwice)
    set(
      "skew.flows.max_over_mean",
      totals.skew(of: .flows, weights: outcome.due(by: .flows))?.maxOverMean)
    let packets = totals.skew(of: .packets, weights: outcome.due(by: .packets))
    set("skew.packets.max_over_mean", packets?.maxOverMean)
    set("skew.packets.variation", packets?.variation)
    set("skew.packets.jain", packets?.jain)
  }
}

import Engine

/// The values of a run's measures, filled in one by one.
struct MeasureValues: Sendable {
  /// By position in ``Measure``.
  private(set) var values = [Double?](repeating: nil, count: Measure.allCases.count)
  /// By position in ``Measure``: whether the value is a lower bound.
  private(set) var censored = [Bool](repeating: false, count: Measure.allCases.count)

  mutating func set(_ measure: Measure, _ value: Measured?) {
    values[measure.index] = value?.value
    censored[measure.index] = value?.isCensored ?? false
  }
  mutating func set(_ measure: Measure, _ value: Double?) { set(measure, value.map { Measured($0) }) }
  mutating func set(_ measure: Measure, _ value: Int?) { set(measure, value.map(Double.init)) }
  mutating func set(_ measure: Measure, nanoseconds: UInt64, isCensored: Bool = false) {
    set(measure, Measured(Double(nanoseconds) / 1e9, isCensored: isCensored))
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
    set(.rebalanceTimeMax, Measured.largest(of: totals))
    set(.rebalanceTimeMean, Measured.mean(of: totals))
    if !rebalances.isEmpty { set(.rebalanceTimeCount, totals.count) }
    set(
      .rebalanceTimeDetectionMax, longest({ $0.detection }, orSoFar: { $0.isOver ? nil : end - $0.at }))
    set(.rebalanceTimeDecisionMax, longest({ $0.decision }, orSoFar: { _ in nil }))
    set(.rebalanceTimeCommitMax, longest({ $0.commit }, orSoFar: { _ in nil }))
    set(.rebalanceTimeFirstPacketMax, longest({ $0.firstPacket }, orSoFar: { $0.firstPacketSoFar }))
    if rebalances.isEmpty { return }
    func count(_ part: (Rebalance) -> Int) -> Measured {
      Measured(Double(rebalances.reduce(0) { $0 + part($1) }), isCensored: !open.isEmpty)
    }
    set(.bucketsMoved, count { $0.bucketsMoved })
    set(.bucketsMovedMinimum, count { $0.bucketsMovedMinimum })
    set(.bucketsMovedThereAndBack, count { $0.bucketsThereAndBack })
  }

  /// Takes the measures of ownership, once the meter is finished.
  /// - Parameter shares: with the weights that are in force at the end.
  mutating func take(_ ownership: OwnershipMeter, shares: Shares) {
    set(
      .doubleOwnerTimeTotal, nanoseconds: ownership.doubleTotal,
      isCensored: ownership.unsettled.doubles > 0)
    set(
      .doubleOwnerTimeLongest, nanoseconds: ownership.doubleLongest,
      isCensored: ownership.unsettled.doubles > 0)
    set(.doubleOwnersMost, ownership.mostDoubles)
    guard ownership.formedAt != nil else { return }
    set(
      .holeTimeTotal, nanoseconds: ownership.holeTotal, isCensored: ownership.unsettled.holes > 0)
    set(
      .holeTimeLongest, nanoseconds: ownership.holeLongest, isCensored: ownership.unsettled.holes > 0)
    set(
      .unreachedTimeTotal, nanoseconds: ownership.unreachedTotal,
      isCensored: ownership.unsettled.unreached > 0)
    set(
      .unreachedTimeLongest, nanoseconds: ownership.unreachedLongest,
      isCensored: ownership.unsettled.unreached > 0)
    var counts: [Int] = []
    for g in 0..<(ownership.offsets.count - 1) {
      let group = ownership.counts(of: GroupID(g))
      counts = counts.isEmpty ? group : zip(counts, group).map { $0 + $1 }
    }
    let due = Shares.due(shares.fractions, loads: ownership.bucketCounts)
    set(.skewBucketsMaxOverMean, Statistics.skew(counts.map(Double.init), due: due)?.maxOverMean)
  }

  /// Takes the measures of applications, once the meter is finished.
  mutating func take(_ applications: ApplicationMeter) {
    let isOpen = applications.isOpenAtEnd
    set(.applicationOutageMax, nanoseconds: applications.longest, isCensored: isOpen)
    set(.applicationOutageTotal, nanoseconds: applications.total, isCensored: isOpen)
  }

  /// Takes the measures of clients.
  /// - Parameter outcome: of the same run, with the shares due to the nodes.
  mutating func take(_ totals: TrafficTotals, _ outcome: RunOutcome) {
    func outage(_ d: Duration?, isOpen: Bool) -> Measured? {
      d.map { Measured(Double($0.nanoseconds) / 1e9, isCensored: isOpen) }
    }
    set(.clientOutageMax, outage(totals.clientOutageMax, isOpen: totals.isClientOutageMaxOpen))
    set(.clientOutageMean, outage(totals.clientOutageMean, isOpen: totals.endsInClientOutage))
    set(.flowOutageMax, totals.longestSilence)
    set(.flowsOpened, totals.flowsOpened)
    set(.flowsKept, totals.flowsKept)
    set(.flowsStalled, totals.counts.stalled)
    /// Sets a count. It is a lower bound if some clients would not have been answered when the run ended.
    func count(_ measure: Measure, _ value: Int, orMore doubtful: Int) {
      set(measure, Measured(Double(value), isCensored: doubtful > 0))
    }
    let inDoubt = totals.counts.inDoubt
    count(.flowsBroken, totals.flowsBroken, orMore: inDoubt)
    set(.flowsBrokenUnnoticed, totals.counts.unnoticed)
    count(.flowsBrokenOutsideFailedNodes, totals.flowsBrokenOutsideFailedNodes, orMore: inDoubt)
    count(.flowsReset, totals.flowsReset, orMore: inDoubt)
    count(.flowsResetOutsideFailedNodes, totals.flowsResetOutsideFailedNodes, orMore: inDoubt)
    let (connects, requests) = (totals.connects, totals.requests)
    count(.flowsLostWithFailedNodes, connects.lostWithNode + requests.lostWithNode, orMore: inDoubt)
    count(.flowsLostElsewhere, connects.lostElsewhere + requests.lostElsewhere, orMore: inDoubt)
    set(.connectsBegun, connects.begun)
    set(.connectsRepeated, connects.repeated)
    count(.connectsRepeatedTimes, totals.mostRetries(isTCP: true), orMore: connects.waitingInDoubt)
    count(.connectsFailed, connects.unanswered, orMore: connects.waitingInDoubt)
    set(.connectsWaiting, connects.waiting)
    set(.connectsReset, totals.connectsReset)
    set(.requestsSent, requests.begun)
    set(.requestsRepeated, requests.repeated)
    count(.requestsRepeatedTimes, totals.mostRetries(isTCP: false), orMore: requests.waitingInDoubt)
    count(.requestsFailed, requests.unanswered, orMore: requests.waitingInDoubt)
    set(.requestsWaiting, requests.waiting)
    set(.sessionsMoved, totals.sessionsMoved)
    set(.flowsMoved, totals.flowsMoved)
    set(.packetsSent, totals.packetsSent)
    set(.packetsLost, totals.packetsLost)
    set(.packetsLostOfOpenConnections, totals.counts.lostOfOpen)
    set(.packetsReset, totals.counts.resets)
    set(.packetsUnserved, totals.packetsUnserved)
    set(.packetsTwice, totals.packetsTwice)
    set(
      .skewFlowsMaxOverMean,
      totals.skew(of: .flows, weights: outcome.due(by: .flows))?.maxOverMean)
    let packets = totals.skew(of: .packets, weights: outcome.due(by: .packets))
    set(.skewPacketsMaxOverMean, packets?.maxOverMean)
    set(.skewPacketsVariation, packets?.variation)
    set(.skewPacketsJain, packets?.jain)
  }
}

import Engine

extension World {
  /// Ends the run where it is and returns what was found. Consumes the world.
  consuming func finish(isPartial: Bool) -> TrialResult {
    if isPartial { traffic.stop(at: now) }
    meters.finish(at: now)
    phases.finish(shares: meters.ownership.takeShares(at: now), at: now)
    let totals = traffic.finish(at: now, coverage: meters.coverage)
    let (draining, staged) = (self.draining, self.staged)
    let found = meters.rebalances.results(end: now, handingOver: meters.ownership.owning(of: draining)) {
      traffic.firstAcceptance(of: $0)
    }
    var values = MeasureValues()
    values.take(found, end: now)
    values.take(drained, draining: draining, scenario.faults, end: now)
    values.take(meters.ownership, shares: meters.shares)
    if meters.ownership.formedAt != nil {
      values.set(.viewChanges, viewChanges)
      values.set(.falseRemovals, removals.falseRemovals)
    }
    values.set(.heartbeatsSent, heartbeats.total)
    values.set(.heartbeatsRelayed, heartbeats.relayed)
    values.set(.heartbeatRateMax, heartbeats.mostInOneSecond)
    if hasApplications {
      applicationMeter.finish(at: now)
      values.take(applicationMeter)
      values.set(.connectsRefused, totals.connectsRefused)
    }
    var outcome = RunOutcome(totals, plan: plan, end: now)
    outcome.take(meters.ownership)
    outcome.starts = nodeStarts
    outcome.owned = phases.owned
    outcome.drained = drained
    outcome.heldDown = heldDown
    outcome.leavingAlone = applicationMeter.longestNode
    outcome.stretches = stretches.finish(
      meters.ownership, meters.coverage, loads: traffic.loads, before: traffic.loadsBefore,
      streams: traffic.streams.count)
    values.take(totals, outcome)
    trace.record(now, 0xff, totals.digest.rawValue, UInt64(totals.packetsSent))
    return TrialResult(
      seed: seed, trial: trial, digest: trace.digest, end: now, isPartial: isPartial, values: values.values,
      rebalances: found, ownership: meters.ownership.timelines, load: totals.timeline,
      timeline: story.entries,
      skew: SkewRow.Phase.allCases.flatMap { phase in
        (phases.rows + totals.skewRows { outcome.due($0, by: $1) }).filter { $0.phase == phase }
      }, messages: heartbeats.messages, outcome: outcome, censored: values.censored,
      formedAt: meters.ownership.formedAt, measuredFrom: totals.measuredFrom,
      unsettled: meters.ownership.unsettled, isForsaken: isForsaken,
      draining: Dictionary(uniqueKeysWithValues: draining.map { ($0, traffic.trackedFlows(of: $0)) }),
      staged: staged)
  }

  /// Nodes that hand their buckets over, or wait for connections to end.
  private var draining: NodeSet {
    nodes.indices.reduce(into: NodeSet.empty) { set, n in
      if machines[n].isDaemonRunning, nodes[n].status == .draining { set.insert(NodeID(n)) }
    }
  }

  /// By node that has staged settings and waits for others to stage them too: these others.
  private var staged: [NodeID: NodeSet] {
    var staged: [NodeID: NodeSet] = [:]
    if files.all.count == 1 { return staged }
    for n in nodes.indices where machines[n].isDaemonRunning {
      let others = nodes[n].standing.stagedWaitsFor
      if !others.isEmpty { staged[NodeID(n)] = others }
    }
    return staged
  }

  /// Whether no daemon runs and no fault would start one, however long the run continued.
  private var isForsaken: Bool {
    if machines.contains(where: { $0.isDaemonRunning || $0.isPowered && $0.starts == 0 }) {
      return false
    }
    return !plan.edges.contains { edge in
      guard edge.at >= now else { return false }
      let kind = scenario.faults[edge.fault].kind
      if case .restart = kind { return true }
      return edge.isEnd && kind.dependsOnDaemons(isEnd: true)
    }
  }
}

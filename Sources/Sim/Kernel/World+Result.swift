import Engine

extension World {
  /// Ends the run where it is and says what was found. The world is used up by it.
  consuming func finish(isPartial: Bool) -> TrialResult {
    meters.finish(at: now)
    phases.finish(shares: meters.ownership.takeShares(at: now))
    let totals = traffic.finish(at: now, coverage: meters.coverage)
    let found = meters.rebalances.results(end: now) { traffic.firstAcceptance(of: $0) }
    var values = MeasureValues()
    values.take(found, end: now)
    values.take(meters.ownership, due: scenario.farm.settings.bucketsDue)
    if meters.ownership.formedAt != nil {
      values.set("view_changes", viewChanges)
      values.set("false_removals", removals.falseRemovals)
    }
    values.set("heartbeats_sent", heartbeats.total)
    values.set("heartbeats_relayed", heartbeats.relayed)
    values.set("heartbeat_rate.max", heartbeats.mostInOneSecond)
    let weights = scenario.farm.settings.meanShares
    values.take(totals, weights: weights)
    if hasApplications {
      applicationMeter.finish(at: now)
      values.take(applicationMeter)
      values.set("connects_refused", totals.connectsRefused)
    }
    var outcome = RunOutcome(totals, plan: plan, end: now)
    outcome.take(meters.ownership)
    outcome.owned = phases.owned
    trace.record(now, 0xff, totals.digest.rawValue, UInt64(totals.packetsSent))
    return TrialResult(
      seed: seed, trial: trial, digest: trace.digest, end: now, isPartial: isPartial, values: values.values,
      rebalances: found, ownership: meters.ownership.timelines, load: totals.timeline,
      timeline: story.entries,
      skew: SkewRow.Phase.allCases.flatMap { phase in
        (phases.rows + totals.skewRows(weights: weights)).filter { $0.phase == phase }
      }, messages: heartbeats.messages, outcome: outcome, censored: values.censored,
      formedAt: meters.ownership.formedAt, measuredFrom: totals.measuredFrom,
      unsettled: meters.ownership.unsettled, isForsaken: isForsaken)
  }

  /// Whether no daemon runs, and no fault would start one, however long the run went on.
  private var isForsaken: Bool {
    if machines.contains(where: { $0.isDaemonRunning || $0.starts == 0 }) { return false }
    return !plan.edges.contains { edge in
      guard edge.at >= now else { return false }
      switch scenario.faults[edge.fault].kind {
      case .restart: return true
      case .crash, .kill, .stop, .leave, .upgrade, .drain: return edge.isEnd
      default: return false
      }
    }
  }
}

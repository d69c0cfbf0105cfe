import Engine

extension World {
  /// Ends the run where it is and says what was found. The world is used up by it.
  consuming func finish(isPartial: Bool) -> TrialResult {
    ownership.finish(at: now)
    phases.finish(shares: ownership.takeShares(at: now))
    rebalances.finish(at: now, ownership: ownership, table: shares)
    let totals = traffic.finish(at: now)
    let found = rebalances.results { traffic.firstAcceptance(of: $0) }
    var values = MeasureValues()
    values.take(found)
    values.take(ownership)
    if ownership.formedAt != nil {
      values.set("view_changes", viewChanges)
      values.set("false_removals", removals.falseRemovals)
    }
    values.set("heartbeats_sent", heartbeats.total)
    values.set("heartbeat_rate.max", heartbeats.mostInOneSecond)
    let load = takeTraffic(totals, into: &values)
    return TrialResult(
      seed: seed, trial: trial, digest: trace.digest, end: now, isPartial: isPartial, values: values.values,
      rebalances: found, ownership: ownership.timelines, load: load, timeline: story.entries,
      skew: phases.rows)
  }

  private mutating func takeTraffic(_ totals: TrafficTotals, into values: inout MeasureValues) -> LoadTimeline
  {
    LoadTimeline(binWidth: .zero, accepted: [], lost: [], twice: [])
  }
}

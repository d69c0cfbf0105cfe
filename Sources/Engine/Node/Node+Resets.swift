/// When unknown segments are answered with a reset: late, so that nobody resets a flow that lives elsewhere,
/// and then quickly, so that clients of a dead node need not wait for their own time-outs.
extension Node {
  /// Works out which buckets reset now, and when the next may.
  mutating func updateResets(at now: Instant) {
    resetsDue = .never
    guard settings.flows.resetsUnknownSegments, canServe else { return }
    let settled = timing.settledAfter + timing.commitBound
    for g in groups.indices {
      let othersKeepFlows = othersTrackOutside(g)
      for b in 0..<groups[g].bucketCount {
        let bucket = Bucket(b)
        guard owned[g].contains(bucket), !releasing[g].contains(bucket) else { continue }
        let since = ownedSince[g][b]
        let isTakenOver = takenOver[g].contains(bucket)
        let isDue =
          now - since >= settings.flows.grace || isTakenOver && !othersKeepFlows && now - since >= settled
        if isDue != resets[g].contains(bucket) {
          if isDue { resets[g].insert(bucket) } else { resets[g].remove(bucket) }
          isFilterDirty = true
        }
        if isDue, now - since >= settings.flows.grace { continue }
        // What other members track changes without notice: look again with every heartbeat while it matters.
        let next = isTakenOver ? max(now + timing.interval, since + settled) : since + settings.flows.grace
        resetsDue = min(resetsDue, next)
      }
    }
  }

  private func othersTrackOutside(_ group: Int) -> Bool {
    for i in peers.indices where peers[i].isLive && peerFlowsOutside[i * groups.count + group] > 0 {
      return true
    }
    return false
  }
}

/// When unknown segments are answered with a reset: once no live member can have their flow. So clients of a node that
/// is gone need not wait for their own time-outs, and no flow that lives elsewhere is reset.
///
/// A flow's node is gone when it was removed, began a new life, or gave everything up by its own word. While it is a
/// member it says in which buckets it tracks flows that it does not own, and it is believed after any number of moves.
/// Where a member has yet to say so, segments are dropped, for ``FlowSettings/grace`` at most.
extension Node {
  /// Works out which buckets reset now, and when the next may.
  mutating func updateResets(at now: Instant) {
    schedule.finishResets()
    guard settings.flows.resetsUnknownSegments, canServe, !isCatchingUp else { return }
    let keepers = flowKeepers
    for g in groups.indices {
      for w in owned[g].words.indices {
        let due = bucketsThatReset(inWord: w, of: g, keepers, at: now)
        if due == resets[g].words[w] { continue }
        resets[g].words[w] = due
        filter.noteChange()
      }
    }
  }

  private mutating func bucketsThatReset(
    inWord w: Int, of g: Int, _ keepers: NodeSet, at now: Instant
  ) -> UInt64 {
    let silence = claims[g].outside.unknownSince(w, of: keepers)
    var left = owned[g].words[w] & ~releasing[g].words[w] & ~claims[g].outside.buckets(inWord: w, of: keepers)
    var due: UInt64 = 0
    while left != 0 {
      let bit = left & (0 &- left)
      left ^= bit
      let since = ownedSince[g][w * 64 + bit.trailingZeroBitCount]
      var at = since + timing.settledAfter + timing.commitBound
      if let silence { at = max(at, max(silence, since) + settings.flows.grace) }
      if at <= now { due |= bit } else { schedule.reviewResets(by: at) }
    }
    return due
  }

  /// The other nodes that may track flows: members, and live nodes of which no heartbeat has been read.
  private var flowKeepers: NodeSet {
    var keepers = NodeSet()
    for i in peers.indices where peers[i].isLive && (!peers[i].hasContent || Node.isMember(peers[i].status)) {
      keepers.insert(NodeID(i))
    }
    return keepers
  }
}

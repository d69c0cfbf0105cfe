/// When unknown segments are answered with a reset: once no live member can have their flow. So clients of a node that
/// is gone need not wait for their own time-outs, and no flow that lives elsewhere is reset.
///
/// A flow's node is gone when it was removed, began a new life, or gave everything up by its own word. While it is a
/// member it says in which buckets it tracks flows that it does not own, and it is believed after any number of moves.
/// Where a member has yet to say so, segments are dropped, for ``FlowSettings/grace`` at most.
extension GroupOwnership {
  /// Works out which buckets reset now. - Parameters:
  ///   - keepers: the other nodes that may track flows.
  ///   - again: becomes the earliest instant at which another bucket may reset.
  /// - Returns: whether any bucket resets that did not before, or no longer does.
  mutating func updateResets(
    keepers: NodeSet, grace: Duration, _ timing: Timing, at now: Instant, _ again: inout Instant
  ) -> Bool {
    var hasChanged = false
    for w in owned.words.indices {
      let due = bucketsThatReset(inWord: w, keepers, grace: grace, timing, at: now, &again)
      if reset(due, inWord: w) { hasChanged = true }
    }
    return hasChanged
  }

  private func bucketsThatReset(
    inWord w: Int, _ keepers: NodeSet, grace: Duration, _ timing: Timing, at now: Instant,
    _ again: inout Instant
  ) -> UInt64 {
    let silence = claims.outside.unknownSince(w, of: keepers)
    var left = owned.words[w] & ~releasing.words[w] & ~claims.outside.buckets(inWord: w, of: keepers)
    var due: UInt64 = 0
    while left != 0 {
      let bit = left & (0 &- left)
      left ^= bit
      let since = ownedSince[w * 64 + bit.trailingZeroBitCount]
      var at = since + timing.settledAfter + timing.commitBound
      if let silence { at = max(at, max(silence, since) + grace) }
      if at <= now { due |= bit } else { again = min(again, at) }
    }
    return due
  }
}

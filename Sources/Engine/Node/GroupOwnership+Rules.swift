/// The five ownership rules of `docs/ownership.md`. They look at one bucket at a time: its target by our view, and its
/// claimants by the others' bitmaps.
///
/// Rules 1, 2 and 5 say when a target takes a bucket that nobody claims, rules 3 and 4 when an owner must let one go. A
/// bucket that is taken has its bit at once, and the kernel is asked after that. A bucket that is let go is only
/// marked: its bit falls when the kernel confirms. A rule that waits for an instant says so (`again`).
///
/// The rules differ where all members have one view. If so, only its target can take a bucket that nobody claims. When
/// views change twice within a few milliseconds, a bucket may have two targets for a moment, each by its own view, and
/// one release would let both accept. A node sets a bucket's bit before it announces any later view. So once *all*
/// others announce our view, we know of whatever they took under an earlier one. And no node takes anything under a
/// later view before we have announced that view ourselves.
extension GroupOwnership {
  /// Whether every other member announces our view, as of what it claims in this group. A node that is alone in its view
  /// has nobody to agree with.
  func hasOneView(_ context: OwnershipContext, _ peers: PeerTable, _ again: inout Instant) -> Bool {
    let (view, timing) = (context.view, context.timing)
    if view.members == NodeSet(context.id) { return false }
    for node in view.members where node != context.id {
      guard peers[node.index].announces(view.digest),
        claims.sequence(of: node) >= peers[node.index].digestSequence
      else { return false }
    }
    // A digest may come back, as when a node drains and resumes at once, and an announcement may be of the first time.
    // What led to the view before ours reached all within a delay. They said so within the trigger spacing and another
    // delay. What they announce after that is no older.
    return context.isDue(context.earlierViewSince + timing.triggerSpacing + 2 * timing.delayBound, &again)
  }

  /// Rules 3 and 4: whether an owned bucket must be let go.
  ///
  /// If two nodes claim a bucket and only one hears the other, only that one knows of it: it releases, whatever its id.
  /// A claimant at which no frame arrives serves nobody, so nobody releases anything to it.
  func mustRelease(
    _ b: Int, _ context: OwnershipContext, _ peers: PeerTable, hasOneView: Bool, _ again: inout Instant
  ) -> Bool {
    let target = targets[b]
    let claimants = NodeSet(bits: claims.claimants[b])
    if target == context.id.rawValue {
      for other in claimants where !peers[other.index].receivesNothing {
        // Two nodes that have just found each other hear each other within the next heartbeats.
        let since = peers[other.index].wayBack.missesUsSince
        if since != .never, context.isRelaying, context.isDue(since + context.timing.silenceOfEnd, &again) {
          return true
        }
        // Both take themselves for the target: the higher id releases. With equal digests the other one releases.
        if other < context.id, peers[other.index].viewDigest != context.view.digest { return true }
      }
      return false
    }
    if target == TargetTable.none { return false }
    for other in claimants where !peers[other.index].receivesNothing { return true }
    guard peers[Int(target)].announces(context.view.digest) else { return false }
    return hasOneView || context.isDue(context.agreementEnd, &again)
  }

  /// Rules 1, 2 and 5: whether a bucket whose target we are may be accepted now, and why.
  func mayAccept(
    _ b: Int, _ context: OwnershipContext, _ peers: PeerTable, hasOneView: Bool, _ again: inout Instant
  ) -> ClaimReason? {
    guard claims.claimants[b] == 0, claims.unknown.isEmpty else { return nil }
    let timing = context.timing
    let since = claims.unclaimedSince[b]
    let last = claims.last[b]
    let reason: ClaimReason
    var due = max(since, context.upSince) + timing.unclaimedWait
    if last == .removed {
      reason = .takeOver
      due = context.gainedAt + timing.settledAfter
    } else if last == .gaveUp {
      reason = .takeOver
      due = max(context.gainedAt + timing.settledAfter, since + timing.delayBound)
    } else if let releaser = last.releaser, releaser != context.id,
      peers[releaser.index].announces(context.view.digest)
    {
      reason = .handOver
      due = min(due, context.agreementEnd)
    } else {
      reason = .unclaimed
    }
    return hasOneView || context.isDue(due, &again) ? reason : nil
  }
}

extension OwnershipContext {
  /// Whether an instant has come. If not, it is one to ask again at.
  fileprivate func isDue(_ due: Instant, _ again: inout Instant) -> Bool {
    if due <= now { return true }
    again = min(again, due)
    return false
  }
}

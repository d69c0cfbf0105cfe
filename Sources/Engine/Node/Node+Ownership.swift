/// The five ownership rules of `docs/ownership.md`. They look at one bucket at a time: its target by our view, and its
/// claimants by the others' bitmaps.
///
/// Rules 1, 2 and 5 say when a target takes a bucket that nobody claims, rules 3 and 4 when an owner must let one go. A
/// bucket that is taken has its bit at once, and the kernel is asked after that. A bucket that is let go is only
/// marked: its bit falls when the kernel confirms. A rule that waits for an instant says so, and ownership is decided
/// again at the earliest of these instants (`again`).
extension Node {
  /// Whether this node may hold buckets now.
  var canServe: Bool { Node.isMember(status) && !filter.isCleaning }

  mutating func decideOwnership(at now: Instant, into actions: inout [Action]) {
    var again = Instant.never
    defer { schedule.decideOwnership(at: again) }
    guard canServe else { return }
    var mayTake = hasQuorum(at: now)
    // Only an echo changes this, and it triggers no decision: look again in an interval.
    if !mayTake { again = now + timing.interval }
    let isYielding = yields(at: now)
    if isYielding { mayTake = false }
    // A node that receives nothing cannot serve what it takes, and cannot know whether the others are gone.
    if !receivesFrames {
      mayTake = false
      again = min(again, now + timing.interval)
    }
    // A bucket that nobody claimed before we stood still may be another's by now: what waits is read first.
    if now < takesAfter {
      mayTake = false
      again = min(again, takesAfter)
    }
    for g in groups.indices {
      let hasOneView = hasOneView(in: g, at: now, &again)
      if isYielding { release(group: g, into: &actions) }
      decideOwnership(of: g, mayTake: mayTake, hasOneView: hasOneView, at: now, &again, into: &actions)
    }
  }

  /// Lets a whole group go: a member that has lost us is about to take it.
  private mutating func release(group g: Int, into actions: inout [Action]) {
    var count = owned[g].count
    for w in releasing[g].words.indices {
      count -= (releasing[g].words[w] & owned[g].words[w]).nonzeroBitCount
    }
    if count == 0 { return }
    releasing[g] = owned[g]
    filter.noteChange()
    actions.append(.notice(.released(GroupID(g), count: count)))
  }

  private mutating func decideOwnership(
    of g: Int, mayTake: Bool, hasOneView: Bool, at now: Instant, _ again: inout Instant,
    into actions: inout [Action]
  ) {
    var accepted = ClaimCounts()
    var releasedCount = 0
    for b in 0..<groups[g].bucketCount {
      let bucket = Bucket(b)
      let target = targets[g][b]
      if owned[g].contains(bucket) {
        let isReleasing = releasing[g].contains(bucket)
        if !isReleasing, mustRelease(b, of: g, target: target, hasOneView: hasOneView, at: now, &again) {
          releasing[g].insert(bucket)
          releasedCount += 1
        } else if isReleasing, mayTake, target == id.rawValue, claims[g].claimants[b] == 0,
          claims[g].unknown.isEmpty
        {
          // The target came back before the bit fell: nobody else can have taken it.
          releasing[g].remove(bucket)
          filter.noteChange()
        }
      } else if mayTake, target == id.rawValue,
        let reason = mayAccept(b, of: g, hasOneView: hasOneView, at: now, &again)
      {
        owned[g].insert(bucket)
        ownedSince[g][b] = now
        accepted.count(reason)
      }
    }
    if releasedCount > 0 {
      filter.noteChange()
      actions.append(.notice(.released(GroupID(g), count: releasedCount)))
    }
    if accepted.total > 0 {
      filter.noteChange()
      trigger(at: now)
      schedule.reviewResets(by: now + timing.settledAfter + timing.commitBound)
      schedule.reviewWake()
      accepted.announce(GroupID(g), into: &actions)
    }
  }

  /// Rules 3 and 4: whether an owned bucket must be let go.
  ///
  /// If two nodes claim a bucket and only one hears the other, only that one knows of it: it releases, whatever its id.
  /// A claimant at which no frame arrives serves nobody, so nobody releases anything to it.
  private func mustRelease(
    _ b: Int, of g: Int, target: UInt8, hasOneView: Bool, at now: Instant, _ again: inout Instant
  ) -> Bool {
    let claimants = NodeSet(bits: claims[g].claimants[b])
    if target == id.rawValue {
      for other in claimants where !peers[other.index].receivesNothing {
        let peer = peers[other.index]
        // Two nodes that have just found each other hear each other within the next heartbeats.
        let since = peer.missesUsSince
        if since != .never, settings.heartbeat.isRelaying, isDue(since + timing.silenceOfEnd, at: now, &again)
        {
          return true
        }
        // Both take themselves for the target: the higher id releases. With equal digests the other one releases.
        if other < id, peer.viewDigest != view.digest { return true }
      }
      return false
    }
    if target == TargetTable.none { return false }
    for other in claimants where !peers[other.index].receivesNothing { return true }
    guard announcesOurDigest(NodeID(Int(target))) else { return false }
    return hasOneView || isDue(agreementEnd, at: now, &again)
  }

  /// Rules 1, 2 and 5: whether a bucket whose target we are may be accepted now, and why.
  private func mayAccept(
    _ b: Int, of g: Int, hasOneView: Bool, at now: Instant, _ again: inout Instant
  ) -> ClaimReason? {
    guard claims[g].claimants[b] == 0, claims[g].unknown.isEmpty else { return nil }
    let since = claims[g].unclaimedSince[b]
    let last = claims[g].last[b]
    let reason: ClaimReason
    var due = max(since, upSince) + timing.unclaimedWait
    if last == .removed {
      reason = .takeOver
      due = gainedAt + timing.settledAfter
    } else if last == .gaveUp {
      reason = .takeOver
      due = max(gainedAt + timing.settledAfter, since + timing.delayBound)
    } else if let releaser = last.releaser, releaser != id, announcesOurDigest(releaser) {
      reason = .handOver
      due = min(due, agreementEnd)
    } else {
      reason = .unclaimed
    }
    return hasOneView || isDue(due, at: now, &again) ? reason : nil
  }

  /// Whether an instant has come. If not, ownership is decided again then.
  private func isDue(_ due: Instant, at now: Instant, _ again: inout Instant) -> Bool {
    if due <= now { return true }
    again = min(again, due)
    return false
  }

  /// Gives everything up at once: no lease, no tracked flows, no buckets. The bits fall when the kernel
  /// confirms.
  mutating func giveUp(for next: Status, at now: Instant, into actions: inout [Action]) {
    for g in groups.indices {
      releasing[g] = owned[g]
      resets[g].removeAll()
    }
    schedule.finishResets()
    isCatchingUp = false
    change(to: next, at: now, into: &actions)
    filter.clean(into: &actions)
    schedule.settleSoon()
    trigger(at: now)
  }
}

/// How many buckets were accepted, by reason.
private struct ClaimCounts {
  private var takeOver = 0
  private var handOver = 0
  private var unclaimed = 0

  var total: Int { takeOver + handOver + unclaimed }

  mutating func count(_ reason: ClaimReason) {
    switch reason {
    case .takeOver: takeOver += 1
    case .handOver: handOver += 1
    case .unclaimed: unclaimed += 1
    }
  }

  func announce(_ group: GroupID, into actions: inout [Action]) {
    if takeOver > 0 { actions.append(.notice(.claimed(group, count: takeOver, .takeOver))) }
    if handOver > 0 { actions.append(.notice(.claimed(group, count: handOver, .handOver))) }
    if unclaimed > 0 { actions.append(.notice(.claimed(group, count: unclaimed, .unclaimed))) }
  }
}

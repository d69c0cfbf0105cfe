/// When ownership is decided, and what follows from a decision: see ``GroupOwnership`` for the rules themselves.
extension Node {
  /// Whether this node may hold buckets now.
  var canServe: Bool { status.isMember && !filter.isCleaning }

  mutating func decideOwnership(at now: Instant, into actions: inout [Action]) {
    var again = Instant.never
    if canServe {
      let context = ownershipContext(at: now, &again)
      for g in groups.indices {
        let changes = groups[g].decide(under: context, peers)
        again = min(again, changes.again)
        if changes.isEmpty { continue }
        filter.noteChange()
        changes.announce(GroupID(g), into: &actions)
        if changes.taken == 0 { continue }
        trigger(at: now)
        schedule.reviewResets(by: now + timing.settledAfter + timing.commitBound)
      }
    }
    schedule.decideOwnership(at: again)
  }

  /// - Parameter again: becomes the instant at which an answer may be another one without anything happening.
  private func ownershipContext(at now: Instant, _ again: inout Instant) -> OwnershipContext {
    let hasQuorum = hasQuorum(at: now)
    // Only an echo changes this, and it triggers no decision. A node that receives nothing cannot serve what it takes,
    // and cannot know whether the others are gone. Look again in an interval.
    if !hasQuorum || !receivesFrames { again = min(again, now + timing.interval) }
    // A bucket that nobody claimed before we stood still may be another's by now: what waits is read first.
    let isAwake = now >= pause.takesAfter
    if !isAwake { again = min(again, pause.takesAfter) }
    let yields = yields(at: now)
    return OwnershipContext(
      id: id, now: now, view: view, earlierViewSince: views.earlierSince,
      agreementEnd: views.since + timing.timeout, upSince: lifecycle.upSince, gainedAt: lifecycle.gainedAt,
      mayTake: hasQuorum && receivesFrames && isAwake && !yields, yields: yields,
      isRelaying: settings.heartbeat.isRelaying, timing: timing)
  }

  /// Works out which buckets reset unknown segments.
  mutating func updateResets(at now: Instant) {
    schedule.finishResets()
    guard settings.flows.resetsUnknownSegments, canServe, !isCatchingUp else { return }
    let keepers = peers.flowKeepers
    var again = Instant.never
    for g in groups.indices {
      if groups[g].updateResets(keepers: keepers, grace: settings.flows.grace, timing, at: now, &again) {
        filter.noteChange()
      }
    }
    schedule.reviewResets(by: again)
  }

  /// Gives everything up at once: no lease, no tracked flows, no buckets. The bits fall when the kernel
  /// confirms.
  mutating func releaseAll(entering next: Status, at now: Instant, into actions: inout [Action]) {
    for g in groups.indices { groups[g].releaseAll() }
    schedule.finishResets()
    catchUp.finish()
    change(to: next, at: now, into: &actions)
    filter.clean(into: &actions)
    schedule.settleSoon()
    trigger(at: now)
  }
}

/// The life of a node: `stopped -> listening -> joining -> up -> draining -> leaving -> stopped`, and `standby`,
/// `fenced` (isolated), `deaf`, `detached`.
///
/// ``change(to:at:into:)`` enters a state and says so. ``advance(at:into:)`` asks whether what the state waits for has
/// come: with every timer, and in joining, isolated and deaf also with every datagram. A node that must accept nothing
/// any more enters its next state by ``releaseAll(entering:at:into:)``, and stays in it at least until the kernel has
/// confirmed (`filter.isCleaning`). ``Status/mayBecome(_:)`` has the legal transitions, and `docs/protocol.md` a table of
/// what each state waits for.
extension Node {
  /// Starts a stopped node: as a daemon before it, or in a new life.
  mutating func begin(_ start: Start, at now: Instant, into actions: inout [Action]) -> Outcome {
    guard status == .stopped else { return .spurious }
    let (counts, oldFilter, highest) = (counts, filter, incarnation)
    self = Node(id: id, tables: farm)
    self.counts = counts
    filter = oldFilter.restarted()
    if let last = start.resume {
      guard let obstacle = obstacle(to: last) else {
        resume(from: last, former: start.formerBootIDs, at: now, into: &actions)
        return .done
      }
      actions.append(.notice(.resumptionRefused(obstacle)))
      restoreFloors(of: last)
    }
    let former = max(highest, start.resume?.incarnation ?? highest)
    life = OwnLife(
      incarnation: max(min(start.incarnation, .highest), former.next), bootID: start.bootID,
      formerBootIDs: start.formerBootIDs)
    lifecycle = Lifecycle(startedAt: now)
    reach = Reach(echoed: now)
    schedule.beginInterval(at: now, settings.heartbeat, seed: life.bootID)
    // A filter left by an earlier daemon must accept nothing before we say a word.
    releaseAll(entering: .listening, at: now, into: &actions)
    schedule.cancelTriggers()
    finish(at: now, into: &actions)
    return .done
  }

  mutating func change(to next: Status, at now: Instant, into actions: inout [Action]) {
    let former = status
    if next == former { return }
    actions.append(.notice(.status(next, from: former)))
    lifecycle.enter(next, at: now)
    schedule.settleSoon()
    schedule.reviewWake()
    if next == .up, !former.isMember { for g in groups.indices { groups[g].restartWaiting(at: now) } }
    if next == .joining { peers.restartExchanges() }
    if isTalking { trigger(at: now) }
  }

  /// Moves on if what the state waits for has come.
  mutating func advance(at now: Instant, into actions: inout [Action]) {
    switch status {
    case .stopped, .up, .detached: break
    case .listening: listen(at: now, into: &actions)
    case .joining: join(at: now, into: &actions)
    case .standby: standBy(at: now, into: &actions)
    case .draining: drain(at: now, into: &actions)
    case .leaving: leave(at: now, into: &actions)
    case .fenced: recover(at: now, into: &actions)
    case .deaf: hearAgain(at: now, into: &actions)
    }
  }

  /// The next instant at which ``advance(at:into:)`` could act, apart from heartbeats.
  func lifeDue(after now: Instant) -> Instant {
    guard status == .listening else { return .never }
    var due = Instant.never
    for instant in [
      lifecycle.startedAt + timing.interval + timing.delayBound,
      lifecycle.startedAt + timing.timeout + timing.interval, duplicate.shown.heardAt + timing.silenceOfEnd,
      addressIsDoubtedUntil,
    ] where instant > now { due = min(due, instant) }
    return due
  }

  /// Listens in silence until it knows whether a farm runs: `T + delta` if members are heard, `tau + T` to be sure of
  /// being alone.
  private mutating func listen(at now: Instant, into actions: inout [Action]) {
    // The machine that is up may be silent for a while because it stands still, or is restarted in place.
    if filter.isCleaning || duplicate.isSeen(within: timing.patience, at: now) { return }
    if now - lifecycle.startedAt < timing.interval + timing.delayBound { return }
    // Others have heard our id just now: until it is silent it may be another machine's.
    if duplicate.shown.mayGoOn(within: timing.silenceOfEnd, at: now) { return }
    var hearsFarm = false
    var hearsForeign = false
    for peer in peers.all where peer.isLive {
      if peer.hasContent { hearsFarm = hearsFarm || peer.status.isMember } else { hearsForeign = true }
    }
    if hearsFarm {
      change(to: .joining, at: now, into: &actions)
    } else if !hearsForeign, !isLockedOut(at: now), !isAddressTaken(at: now),
      now - lifecycle.startedAt >= timing.timeout + timing.interval
    {
      change(to: .joining, at: now, into: &actions)
    }
  }

  /// Enters after three heartbeats in a row, two-way, with every member heard that hears anybody, and with one node at
  /// least. Alone it enters after `3T`. A member that hears nobody must not keep out two nodes that hear each other.
  private mutating func join(at now: Instant, into actions: inout [Action]) {
    if filter.isCleaning || !foreignFarm.isEmpty { return }
    var hasCompany = false
    var hasMember = false
    var isReady = true
    var hasExchanged = false
    var othersJoin = false
    for peer in peers.all where peer.isCompany(under: configuration) {
      hasCompany = true
      if peer.status.isMember { hasMember = true }
      if peer.wayBack.exchanges >= 3 {
        hasExchanged = true
        continue
      }
      if peer.status == .joining {
        othersJoin = true
      } else if !peer.hears.isEmpty {
        isReady = false
      }
    }
    let waited = now - lifecycle.since
    if !hasCompany {
      if waited >= 3 * timing.interval, mayServeAlone, receivesFrames, !isLockedOut(at: now),
        !isAddressTaken(at: now)
      {
        enter(at: now, into: &actions)
      }
      return
    }
    if !isReady || !hasExchanged { return }
    // A farm boots: a node that started an interval later is still silent, and must not come as a newcomer.
    if !hasMember, waited < 3 * timing.interval { return }
    // Nodes that join within an interval join together; a farm that boots waits for everyone a little longer.
    let patience = (hasMember ? 4 : 6) * timing.interval
    if othersJoin, waited < patience { return }
    enter(at: now, into: &actions)
  }

  /// Whether this node comes back: a member has seen it in service before.
  ///
  /// A farm that starts has no such member. Its nodes serve at once, whatever the failback policy says of a return.
  private var isReturning: Bool { peers.isReturning(id) }

  /// Goes from joining to up, or to standby if a policy or the checkers say so.
  private mutating func enter(at now: Instant, into actions: inout [Action]) {
    let waits: Bool
    switch settings.life.failback {
    case .automatic: waits = false
    case .delayed, .manual: waits = isReturning && !lifecycle.isOverruled
    }
    let next: Status = waits || !isHealthy || isHeldDown ? .standby : .up
    change(to: next, at: now, into: &actions)
    if next == .up { renewLease(at: now, into: &actions) }
  }

  private mutating func standBy(at now: Instant, into actions: inout [Action]) {
    if !isHealthy || filter.isCleaning || isHeldDown { return }
    let isDue: Bool
    // It waited for its application or its operator and has never served: this is no return.
    let isNew = lifecycle.upSince == .zero && !isReturning
    if lifecycle.isOverruled || isNew || view.members.isEmpty {
      isDue = true
    } else {
      switch settings.life.failback {
      case .automatic: isDue = true
      case .delayed(let time): isDue = now - max(views.since, lifecycle.since) >= time
      case .manual: isDue = false
      }
    }
    if !isDue { return }
    change(to: .up, at: now, into: &actions)
    renewLease(at: now, into: &actions)
  }

  mutating func note(isHealthy: Bool, at now: Instant, into actions: inout [Action]) {
    if lifecycle.note(isHealthy: isHealthy), !isHealthy, status.isMember {
      releaseAll(entering: .standby, at: now, into: &actions)
    }
  }
}

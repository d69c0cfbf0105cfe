/// When something is due, and what is done then. Every check compares instants, so a timer that fires early or twice
/// changes nothing.
///
/// Every timer checks removals, deafness, isolation, the service network and strangers. Once an interval it also renews
/// the lease and sends the regular heartbeat. What is due besides heartbeats follows from what the parts know
/// (``askToWake(at:into:)``).
extension Node {
  mutating func fire(at now: Instant, into actions: inout [Action]) -> Outcome {
    if !schedule.isTimerDue(at: now) { return .spurious }
    schedule.reviewWake()
    for g in groups.indices { groups[g].forgetReleased() }
    removeSilent(at: now, into: &actions)
    checkDeaf(at: now, into: &actions)
    checkIsolation(at: now, into: &actions)
    checkService(at: now, into: &actions)
    checkStrangers(at: now, into: &actions)
    if schedule.isHeartbeatDue(at: now) { tick(at: now, into: &actions) }
    if schedule.isOwnershipDue(at: now) || isCatchingUp || yields(at: now) { schedule.settleSoon() }
    advance(at: now, into: &actions)
    return .done
  }

  /// The regular heartbeat and what is looked at once an interval.
  private mutating func tick(at now: Instant, into actions: inout [Action]) {
    schedule.beginInterval(at: now, settings.heartbeat, seed: life.bootID)
    filter.retry(into: &actions)
    checkLease(at: now, into: &actions)
    if schedule.areResetsDue(at: now) { updateResets(at: now) }
    obeyHoldDown(at: now, into: &actions)
    // What was just decided goes out with this heartbeat, and not later with a triggered one.
    while schedule.needsSettling { settle(at: now, into: &actions) }
    // The heartbeat goes first. If the kernel takes long for the lease, and the daemon stops meanwhile, the lease still
    // ends before others remove the node: they count from this heartbeat, and not from the one before.
    sendHeartbeat(at: now, into: &actions)
    renewLease(at: now, into: &actions)
  }

  mutating func askToWake(at now: Instant, into actions: inout [Action]) {
    var due = nextRemoval
    due = min(due, catchUp.due(othersInView, peers, timeout: timing.timeout, after: now))
    due = min(due, isolationDue(after: now))
    due = min(due, serviceDue(after: now))
    due = min(due, deafDue(after: now))
    due = min(due, yieldDue(after: now))
    due = min(due, lifeDue(after: now))
    if let wake = schedule.askToWake(by: due, at: now) { actions.append(.wake(at: wake)) }
  }

  /// Notes a step that comes much later than asked for: the node or its daemon stood still.
  ///
  /// Datagrams that waited count as old as the pause, and nobody is removed for `k` intervals. If the lease ran out
  /// meanwhile, the others have our buckets: the node gives everything up and begins a new life.
  mutating func noteLateness(at now: Instant, into actions: inout [Action]) {
    guard let lateness = schedule.lateness(at: now) else { return }
    pause.note(late: lateness, asked: schedule.isTimerAsked(after: pause.takesAfter), at: now, timing)
    guard lateness > timing.pauseGuard, pause.begin(lateness, grace: timing.grace, at: now) else { return }
    schedule.excuseLateness(at: now)
    actions.append(.notice(.paused(lateness)))
    if filter.hasLease, settings.heartbeat.leasePolicy != .none, now - filter.leaseRenewedAt >= timing.lease {
      actions.append(.notice(.leaseLost))
      life.rise(above: incarnation)
      releaseAll(entering: .joining, at: now, into: &actions)
    }
  }
}

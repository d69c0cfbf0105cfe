/// When something is due, and what is done then. Every check compares instants, so a timer that fires early or twice
/// changes nothing.
///
/// Every timer checks removals, deafness, isolation, the service network and strangers. Once an interval it also renews
/// the lease and sends the regular heartbeat. Every step, whatever its input, ends with ``flush(at:into:)``: settle,
/// send, ask the kernel, ask for the next timer.
extension Node {
  mutating func fire(at now: Instant, into actions: inout [Action]) -> Outcome {
    if now < requestedWake { return .spurious }
    isWakeStale = true
    forgetJustReleased()
    removeSilent(at: now, into: &actions)
    checkDeaf(at: now, into: &actions)
    checkFence(at: now, into: &actions)
    checkService(at: now, into: &actions)
    checkStrangers(at: now, into: &actions)
    if now >= nextHeartbeat { tick(at: now, into: &actions) }
    if now >= ownershipDue || isCatchingUp || yields(at: now) { needsSettling = true }
    live(at: now, into: &actions)
    return .done
  }

  /// The regular heartbeat and what is looked at once an interval.
  private mutating func tick(at now: Instant, into actions: inout [Action]) {
    let interval = drawInterval()
    // After a pause the rhythm begins anew.
    nextHeartbeat = now - nextHeartbeat > timing.interval ? now + interval : nextHeartbeat + interval
    retryCommits(into: &actions)
    checkLease(at: now, into: &actions)
    if now >= resetsDue { updateResets(at: now) }
    obeyHoldDown(at: now, into: &actions)
    // What was just decided goes out with this heartbeat, and not later with a triggered one.
    while needsSettling { settle(at: now, into: &actions) }
    // The heartbeat goes first. If the kernel takes long for the lease, and the daemon stops meanwhile, the lease still
    // ends before others remove the node: they count from this heartbeat, and not from the one before.
    sendHeartbeat(at: now, into: &actions)
    renewLease(at: now, into: &actions)
  }

  private mutating func retryCommits(into actions: inout [Action]) {
    if isFilterRetryDue {
      isFilterRetryDue = false
      isFilterDirty = true
    }
    if isLeaseEndRetryDue {
      isLeaseEndRetryDue = false
      endLease(into: &actions)
    }
  }

  /// Ends a step: settles what changed, sends what must be heard, then asks the kernel. So a bit is set before the
  /// accepting commit is issued, and is sent with the next heartbeat: no later view is announced without it.
  mutating func flush(at now: Instant, into actions: inout [Action]) {
    while needsSettling { settle(at: now, into: &actions) }
    if triggerNow {
      triggerNow = false
      sendHeartbeat(at: now, into: &actions)
      triggersLeft = 1
      nextTrigger = now + timing.triggerSpacing
      isWakeStale = true
    } else if now >= nextTrigger {
      sendHeartbeat(at: now, into: &actions)
      triggersLeft -= 1
      nextTrigger = triggersLeft > 0 ? now + timing.triggerSpacing : .never
      isWakeStale = true
    }
    if isFilterDirty { commitFilter(into: &actions) }
    if isWakeStale { askToWake(at: now, into: &actions) }
  }

  private mutating func askToWake(at now: Instant, into actions: inout [Action]) {
    isWakeStale = false
    var wake = min(nextHeartbeat, nextTrigger)
    wake = min(wake, nextRemoval)
    wake = min(wake, catchUpDue(after: now))
    wake = min(wake, ownershipDue)
    wake = min(wake, fenceDue(after: now))
    wake = min(wake, serviceDue(after: now))
    wake = min(wake, deafDue(after: now))
    wake = min(wake, yieldDue(after: now))
    wake = min(wake, lifeDue(after: now))
    if status == .stopped { wake = .never }
    wake = max(wake, now + Duration(nanoseconds: 1))
    if wake == requestedWake { return }
    requestedWake = wake
    if wake != .never { actions.append(.wake(at: wake)) }
  }

  /// Notes a step that comes much later than asked for: the node or its daemon stood still.
  ///
  /// Datagrams that waited count as old as the pause, and nobody is removed for `k` intervals. If the lease ran out
  /// meanwhile, the others have our buckets: the node gives everything up and begins a new life.
  mutating func notePause(at now: Instant, into actions: inout [Action]) {
    guard requestedWake != .never, now > requestedWake else { return }
    let lateness = now - requestedWake
    // Not again for the wake that this asks for itself: a machine that is always late must still take buckets.
    if lateness > timing.interval, requestedWake > takesAfter { takesAfter = now + timing.delayBound }
    if lateness <= timing.pauseGuard || pausedAt == now { return }
    pausedAt = now
    pauseLateness = lateness
    requestedWake = now
    isWakeStale = true
    graceUntil = now + min(settings.heartbeat.misses * timing.interval, timing.timeout)
    actions.append(.notice(.paused(lateness)))
    if hasLease, settings.heartbeat.leasePolicy != .none, now - leaseRenewedAt >= timing.lease {
      actions.append(.notice(.leaseLost))
      incarnation = incarnation.next
      giveUp(for: .joining, at: now, into: &actions)
    }
  }
}

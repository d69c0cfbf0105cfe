/// What operators ask for.
///
/// - *Stop* says nothing: the filter is emptied, and the others notice the silence.
/// - *Leave* gives everything up. Once the kernel has confirmed that, the node says three times that it
///   leaves, and stops.
/// - *Drain* keeps the node in the view, but no target as long as others can be. Its buckets are handed over
///   and its flows end; then it leaves. A drain that a hold-down began ends in standby.
/// - *Resume* ends a drain. In standby, joining and listening it overrides what keeps the node from coming
///   up: the failback policy, a hold-down, a doubt about its address or key.
extension Node {
  mutating func follow(_ command: Command, at now: Instant, into actions: inout [Action]) {
    switch command {
    case .stop: stop(at: now, into: &actions)
    case .leave: beginLeaving(at: now, into: &actions)
    case .drain(let deadline, let isForced):
      beginDraining(deadline: deadline, isForced: isForced, at: now, into: &actions)
    case .resume: followResume(at: now, into: &actions)
    case .setWeight(let group, let weight):
      guard group.index < settings.groups.count, weight <= farm.groups[group.index].weight(of: id) else {
        actions.append(.notice(.refused(.weightOutOfRange)))
        return
      }
      if weight > groups[group.index].weight { lifecycle.noteGain(at: now) }
      groups[group.index].weigh(weight)
      schedule.settleSoon()
      trigger(at: now)
    case .stage(let next): stage(next, at: now, into: &actions)
    }
  }

  /// Stops without a word to anyone.
  mutating func stop(at now: Instant, into actions: inout [Action]) {
    for g in groups.indices { groups[g].stop() }
    filter.close(into: &actions)
    commitFilter(into: &actions)
    change(to: .stopped, at: now, into: &actions)
    views.clear()
    catchUp.finish()
    schedule = Schedule()
  }

  mutating func beginLeaving(at now: Instant, into actions: inout [Action]) {
    if status == .leaving { return }
    if status == .listening { return stop(at: now, into: &actions) }
    lifecycle.planFarewells()
    releaseAll(entering: .leaving, at: now, into: &actions)
  }

  /// Says three times that it leaves, once the filter is empty, and stops.
  mutating func leave(at now: Instant, into actions: inout [Action]) {
    if filter.isCleaning { return }
    if now - schedule.lastSend < timing.triggerSpacing, lifecycle.hasSaidFarewell {
      schedule.keepSpacing(timing.triggerSpacing)
      return
    }
    if lifecycle.farewellsLeft > 0 {
      lifecycle.sayFarewell()
      sendHeartbeat(at: now, into: &actions)
      schedule.repeatOnce(at: now, spacing: timing.triggerSpacing)
    } else {
      stop(at: now, into: &actions)
    }
  }

  private mutating func beginDraining(
    deadline: Duration?, isForced: Bool, at now: Instant, into actions: inout [Action]
  ) {
    guard status == .up || status == .detached || status == .standby else {
      if status != .draining { actions.append(.notice(.refused(.notRunning))) }
      return
    }
    if status == .standby { return beginLeaving(at: now, into: &actions) }
    let others = view.serving.subtracting(NodeSet(id))
    if others.isEmpty, !isForced {
      actions.append(.notice(.refused(.lastNodeUp)))
      return
    }
    lifecycle.planDrain(until: now + (deadline ?? settings.life.drainDeadline), inStandby: false)
    change(to: .draining, at: now, into: &actions)
  }

  /// A drain ends when nothing is owned and no flow is tracked, or at its deadline.
  mutating func drain(at now: Instant, into actions: inout [Action]) {
    var flows = 0
    var isEmpty = true
    for g in groups.indices {
      flows += groups[g].flows.tracked.inside + groups[g].flows.tracked.outside
      isEmpty = isEmpty && groups[g].owned.isEmpty
    }
    // With nobody to hand over to, only the flows are waited for.
    let isHandedOver = isEmpty || view.serving.contains(id)
    let hasSettled = now - lifecycle.since > timing.twoIntervals
    guard now >= lifecycle.drainUntil || flows == 0 && isHandedOver && hasSettled else { return }
    if lifecycle.endsDrainInStandby {
      if isHeldDown || !isEmpty {
        actions.append(.notice(.drained(flowsCut: flows)))
        return releaseAll(entering: .standby, at: now, into: &actions)
      }
      lifecycle.cancelDrain()
      change(to: .up, at: now, into: &actions)
      return
    }
    actions.append(.notice(.drained(flowsCut: flows)))
    beginLeaving(at: now, into: &actions)
  }

  private mutating func followResume(at now: Instant, into actions: inout [Action]) {
    switch status {
    case .draining:
      if lifecycle.endsDrainInStandby { holdDown.override() }
      lifecycle.cancelDrain()
      change(to: .up, at: now, into: &actions)
    case .standby, .joining, .listening:
      lifecycle.overrule()
      if !holders.isEmpty { holdDown.override() }
    case .stopped, .up, .leaving, .fenced, .deaf, .detached: break
    }
    advance(at: now, into: &actions)
  }
}

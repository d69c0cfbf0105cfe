/// What the kernel filter must hold, and what its answers change: see ``KernelFilter``.
extension Node {
  /// Asks the kernel for the sets that follow from ownership.
  mutating func commitFilter(into actions: inout [Action], isSwitch: Bool = false) {
    for g in groups.indices { groups[g].trimResets() }
    filter.commit(groups, settings: settings, isSwitch: isSwitch, into: &actions)
  }

  /// Renews the lease, unless everything is being given up, or old rules must end.
  mutating func renewLease(at now: Instant, into actions: inout [Action]) {
    guard canServe, !holdsUpSwitch else { return }
    let policy = settings.heartbeat.leasePolicy
    if policy == .strict, !peers.live.isSubset(of: strangers), now - reach.lastEchoed > timing.lease {
      return
    }
    if policy == .none, filter.hasLease { return }
    // Without a lease the filter stays as it is: ask for the longest time that can be said.
    let time = policy == .none ? Duration(nanoseconds: .max / 4) : timing.lease
    filter.renewLease(at: now, for: time, into: &actions)
  }

  mutating func confirm(_ number: CommitNumber, at now: Instant) -> Outcome {
    guard let answer = filter.confirm(number) else { return .spurious }
    switch answer {
    case .renewal: return .done
    case .leaseEnd: break
    case .sets(let released): clearBits(released, at: now)
    }
    if filter.finishCleaning() {
      schedule.settleSoon()
      schedule.sendNow(status != .listening)
    }
    return .done
  }

  /// Clears the bits of a release that is in force, and says so at once, because the target waits for it.
  private mutating func clearBits(_ released: [BucketSet], at now: Instant) {
    var hasCleared = false
    for g in groups.indices where g < released.count {
      if groups[g].clear(released[g], own: id, at: now) { hasCleared = true }
    }
    if !hasCleared { return }
    schedule.sendNow()
    schedule.settleSoon()
  }

  mutating func fail(_ number: CommitNumber, into actions: inout [Action]) -> Outcome {
    guard filter.refuse(number) else { return .spurious }
    actions.append(.notice(.commitFailed(number)))
    return .done
  }
}

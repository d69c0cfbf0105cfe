/// What the kernel filter must hold, and what its answers change: see ``KernelFilter``.
extension Node {
  /// Asks the kernel for the sets that follow from ownership.
  mutating func commitFilter(into actions: inout [Action], isSwitch: Bool = false) {
    var accepted = owned
    for g in groups.indices {
      accepted[g].subtract(releasing[g])
      resets[g].formIntersection(accepted[g])
    }
    filter.commit(
      accepted, resets: resets, releasing: releasing, settings: settings, isSwitch: isSwitch, into: &actions)
  }

  /// Renews the lease, unless everything is being given up, or old rules must end.
  mutating func renewLease(at now: Instant, into actions: inout [Action]) {
    guard canServe, !holdsUpSwitch else { return }
    let policy = settings.heartbeat.leasePolicy
    if policy == .strict, !liveNodes.isSubset(of: strangers), now - lastEchoed > timing.lease { return }
    if policy == .none, filter.hasLease { return }
    // Without a lease the filter stays as it is: ask for the longest time that can be said.
    let time = policy == .none ? Duration(nanoseconds: .max / 4) : timing.lease
    filter.renewLease(at: now, for: time, into: &actions)
  }

  mutating func confirm(_ number: CommitNumber, at now: Instant, into actions: inout [Action]) -> Outcome {
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
    var hasReleased = false
    for g in groups.indices where g < released.count && released[g].capacity == groups[g].bucketCount {
      for w in released[g].words.indices {
        var bits = released[g].words[w] & releasing[g].words[w] & owned[g].words[w]
        hasReleased = hasReleased || bits != 0
        while bits != 0 {
          let bucket = Bucket(w * 64 + bits.trailingZeroBitCount)
          bits &= bits - 1
          owned[g].remove(bucket)
          releasing[g].remove(bucket)
          justReleased[g].insert(bucket)
          claims[g].noteOwnRelease(bucket.index, by: id, at: now)
        }
      }
    }
    if !hasReleased { return }
    hasJustReleased = true
    schedule.sendNow()
    schedule.settleSoon()
  }

  mutating func fail(_ number: CommitNumber, into actions: inout [Action]) -> Outcome {
    guard filter.refuse(number) else { return .spurious }
    actions.append(.notice(.commitFailed(number)))
    return .done
  }
}

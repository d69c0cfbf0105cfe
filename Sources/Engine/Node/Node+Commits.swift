/// The kernel filter: what it is asked for, and what its answers mean.
///
/// Requests are numbered and several may be under way; the kernel answers each, in order. A bucket that is
/// taken has its bit before the kernel is asked to accept it. A bucket that is released loses its bit only
/// when the kernel has confirmed the commit. To give everything up, a node ends the lease and empties the
/// filter; it renews the lease only after the kernel has confirmed both. A refused request is tried again
/// with the next heartbeat.
extension Node {
  /// Asks the kernel for the sets that follow from ownership.
  mutating func commitFilter(into actions: inout [Action], switching: Settings? = nil) {
    isFilterDirty = false
    var accepted = owned
    for g in groups.indices {
      accepted[g].subtract(releasing[g])
      resets[g].formIntersection(accepted[g])
    }
    let number = nextCommitNumber()
    pending.append(PendingCommit(number: number, kind: .filter(released: releasing)))
    // New rules that the kernel has refused, or not yet confirmed, go with every commit until it has them.
    if switching != nil || switchCommit != nil { switchCommit = number }
    let rules = switchCommit == nil ? nil : switching ?? settings
    actions.append(.commit(FilterCommit(number: number, owned: accepted, resets: resets, settings: rules)))
  }

  mutating func endLease(into actions: inout [Action]) {
    let number = nextCommitNumber()
    pending.append(PendingCommit(number: number, kind: .leaseEnd))
    actions.append(.endLease(number))
  }

  /// Renews the lease, unless everything is being given up, or old rules must end.
  mutating func renewLease(at now: Instant, into actions: inout [Action]) {
    guard canServe, !holdsUpSwitch else { return }
    let policy = settings.heartbeat.leasePolicy
    if policy == .strict, !liveNodes.isSubset(of: strangers), now - lastEchoed > timing.lease { return }
    if policy == .none, hasLease { return }
    let number = nextCommitNumber()
    pending.append(PendingCommit(number: number, kind: .renewal(issued: now)))
    // Without a lease the filter stays as it is: ask for the longest time that can be said.
    actions.append(
      .renewLease(number, for: policy == .none ? Duration(nanoseconds: .max / 4) : timing.lease))
  }

  mutating func confirm(_ number: CommitNumber, at now: Instant, into actions: inout [Action]) -> Outcome {
    guard let position = pending.firstIndex(where: { $0.number == number }) else { return .spurious }
    let answered = pending.remove(at: position)
    isKernelRefusing = false
    switch answered.kind {
    case .renewal(let issued):
      if !isCleaning {
        hasLease = true
        leaseRenewedAt = max(leaseRenewedAt, issued)
      }
    case .leaseEnd: finishCleaning(at: now, into: &actions)
    case .filter(let released):
      if switchCommit == number { switchCommit = nil }
      clearBits(released, at: now)
      finishCleaning(at: now, into: &actions)
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
    triggerNow = true
    needsSettling = true
  }

  mutating func fail(_ number: CommitNumber, at now: Instant, into actions: inout [Action]) -> Outcome {
    guard let position = pending.firstIndex(where: { $0.number == number }) else { return .spurious }
    let answered = pending.remove(at: position)
    isKernelRefusing = true
    actions.append(.notice(.commitFailed(number)))
    switch answered.kind {
    case .renewal: break
    // Tried again with the next heartbeat, so that a refusing kernel is not flooded.
    case .filter: isFilterRetryDue = true
    case .leaseEnd: isLeaseEndRetryDue = true
    }
    return .done
  }

  /// Ends the giving up once the kernel owes no answer about the filter or the end of the lease.
  private mutating func finishCleaning(at now: Instant, into actions: inout [Action]) {
    guard isCleaning, !isFilterDirty, !isFilterRetryDue, !isLeaseEndRetryDue else { return }
    for commit in pending {
      if case .renewal = commit.kind { continue }
      return
    }
    isCleaning = false
    needsSettling = true
    triggerNow = status != .listening
  }

  private mutating func nextCommitNumber() -> CommitNumber {
    commitNumber = CommitNumber(commitNumber.rawValue + 1)
    return commitNumber
  }
}

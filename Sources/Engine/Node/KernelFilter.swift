/// The kernel filter: what it is asked for, and what its answers mean.
///
/// Requests are numbered and several may be under way; the kernel answers each, in order. A bucket that is taken has its
/// bit before the kernel is asked to accept it. A bucket that is released loses its bit only when the kernel has
/// confirmed the commit. A refused request is tried again with the next heartbeat, so that a refusing kernel is not
/// flooded.
///
/// To give everything up (*cleaning*), a node ends the lease and empties the filter. It renews the lease only after the
/// kernel has confirmed both.
///
/// New rules go with a commit as well. Until the kernel has confirmed them, every later commit carries them again.
struct KernelFilter: Sendable {
  /// What the kernel has been asked for and has not answered.
  private enum Request: Sendable {
    /// The sets with these buckets released, by group.
    case sets(released: [BucketSet])
    /// - Parameter issued: `nil` if the node has given the lease up since.
    case renewal(issued: Instant?)
    case leaseEnd
  }

  /// What a confirmation means.
  enum Answer: Sendable {
    /// The sets are in force, and these buckets are no longer accepted, by group.
    case sets(released: [BucketSet])
    case renewal
    case leaseEnd
  }

  private var number: CommitNumber
  private var pending: [(number: CommitNumber, request: Request)] = []
  /// The newest commit that carries a new configuration's rules, until the kernel confirms it.
  private var switchCommit: CommitNumber?
  /// Whether the sets have changed since the last commit.
  private(set) var isDirty = false
  private var isCommitRetryDue = false
  private var isLeaseEndRetryDue = false
  /// Whether everything is being given up: no lease until the kernel has confirmed it.
  private(set) var isCleaning = false
  private(set) var hasLease = false
  /// When the newest renewal was issued that the kernel has confirmed.
  private(set) var leaseRenewedAt = Instant.zero
  /// Whether the kernel's last answer was a refusal.
  private(set) var isRefusing = false

  /// A filter of which nothing is known. - Parameter number: the highest number that the kernel has been given.
  init(after number: CommitNumber = CommitNumber(0)) { self.number = number }

  /// The filter at the start of another life: numbers go on, and old answers mean nothing.
  func restarted() -> KernelFilter { KernelFilter(after: number) }

  /// The filter at a switch to another configuration, whose commit answers for what is being released. An older commit
  /// is about other buckets.
  func adapted() -> KernelFilter {
    var next = self
    for i in next.pending.indices {
      if case .sets = pending[i].request { next.pending[i].request = .sets(released: []) }
    }
    return next
  }

  /// Whether the kernel has yet to confirm a new configuration's rules.
  var isSwitching: Bool { switchCommit != nil }

  /// Notes that the sets have changed: this step ends with a commit.
  mutating func noteChange() { isDirty = true }

  // MARK: Requests

  /// Asks the kernel for the sets that follow from ownership.
  /// - Parameters:
  ///   - settings: the configuration in force; the kernel gets it while its rules are not confirmed.
  ///   - isSwitch: whether its rules are new to the kernel.
  mutating func commit(
    _ groups: [GroupOwnership], settings: Settings, isSwitch: Bool, into actions: inout [Action]
  ) {
    isDirty = false
    let number = ask(.sets(released: groups.map { $0.releasing }))
    if isSwitch || isSwitching { switchCommit = number }
    let sets = FilterCommit(
      number: number, owned: groups.map { $0.accepted }, resets: groups.map { $0.resets },
      settings: isSwitching ? settings : nil)
    actions.append(.commit(sets))
  }

  mutating func renewLease(at now: Instant, for time: Duration, into actions: inout [Action]) {
    actions.append(.renewLease(ask(.renewal(issued: now)), for: time))
  }

  /// Begins to give everything up: ends the lease, and asks for a commit. Renewals that are under way count no more.
  mutating func clean(into actions: inout [Action]) {
    isCleaning = true
    for i in pending.indices {
      if case .renewal = pending[i].request { pending[i].request = .renewal(issued: nil) }
    }
    isDirty = true
    endLease(into: &actions)
  }

  /// Ends the lease for good: the node stops.
  mutating func close(into actions: inout [Action]) {
    endLease(into: &actions)
    isCleaning = false
  }

  private mutating func endLease(into actions: inout [Action]) {
    hasLease = false
    actions.append(.endLease(ask(.leaseEnd)))
  }

  /// Tries again what the kernel has refused.
  mutating func retry(into actions: inout [Action]) {
    if isCommitRetryDue {
      isCommitRetryDue = false
      isDirty = true
    }
    if isLeaseEndRetryDue {
      isLeaseEndRetryDue = false
      endLease(into: &actions)
    }
  }

  private mutating func ask(_ request: Request) -> CommitNumber {
    number = CommitNumber(number.rawValue + 1)
    pending.append((number, request))
    return number
  }

  // MARK: Answers

  /// Takes a confirmation. - Returns: what it means; `nil` if nothing of this number is under way.
  mutating func confirm(_ number: CommitNumber) -> Answer? {
    guard let request = takeRequest(number) else { return nil }
    isRefusing = false
    switch request {
    case .renewal(let issued):
      if let issued { adoptLease(renewedAt: issued) }
      return .renewal
    case .leaseEnd: return .leaseEnd
    case .sets(let released):
      if switchCommit == number { switchCommit = nil }
      return .sets(released: released)
    }
  }

  /// Takes a refusal. - Returns: whether a request of this number was under way.
  mutating func refuse(_ number: CommitNumber) -> Bool {
    guard let request = takeRequest(number) else { return false }
    isRefusing = true
    switch request {
    case .renewal: break
    case .sets: isCommitRetryDue = true
    case .leaseEnd: isLeaseEndRetryDue = true
    }
    return true
  }

  private mutating func takeRequest(_ number: CommitNumber) -> Request? {
    guard let position = pending.firstIndex(where: { $0.number == number }) else { return nil }
    return pending.remove(at: position).request
  }

  /// Ends the cleaning if the kernel owes no answer about the sets or the end of the lease.
  /// - Returns: whether it has ended now.
  mutating func finishCleaning() -> Bool {
    guard isCleaning, !isDirty, !isCommitRetryDue, !isLeaseEndRetryDue else { return false }
    for (_, request) in pending {
      if case .renewal = request { continue }
      return false
    }
    isCleaning = false
    return true
  }

  // MARK: The lease

  /// Takes over a lease that runs: the kernel has confirmed it, or a former daemon has left it.
  mutating func adoptLease(renewedAt renewed: Instant) {
    hasLease = true
    leaseRenewedAt = max(leaseRenewedAt, renewed)
  }
}

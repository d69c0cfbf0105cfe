import Engine

/// One node's kernel: the filter's state, the lease that runs by itself, and the operations under way.
///
/// Operations take time and are done one after the other, in the order they were issued:
/// ``issue(_:_:generation:at:latency:)`` queues one and ``performNext(at:isRefused:)`` does it when it is due. Nothing
/// here knows whether the daemon lives: the filter stays as it is when the daemon stalls or dies, until the lease runs
/// out. A pause freezes lease and operations; a crash clears everything. Both raise ``serial``, which voids the events
/// that were scheduled before.
struct VirtualFilter: Sendable {
  private(set) var state: FilterState
  /// When the lease runs out; ``Engine/Instant/zero`` when there is none.
  private(set) var leaseEnd = Instant.zero
  /// Events of an older serial are void: the machine has crashed or was paused since.
  private(set) var serial: UInt32 = 0
  /// The configuration whose rules and groups the filter has.
  private(set) var rules = 0
  private var operations: [Operation] = []
  private var frozenAt: Instant?
  private var empty: FilterState

  /// Something the kernel was asked for.
  struct Operation: Sendable {
    enum Kind: Sendable {
      /// - Parameter rules: the configuration whose rules come with the commit; `nil` if they stay as they are.
      case commit(owned: [BucketSet], resets: [BucketSet], rules: Int? = nil)
      case renewLease(Duration)
      case endLease
      /// The daemon has ended cleanly: its table goes with it.
      case remove
      /// A commit or lease renewal that has become void.
      case nothing
    }
    var kind: Kind
    var number: CommitNumber
    /// The generation of the daemon that asked: the answer goes to no other.
    var generation: UInt32
    var issued: Instant
    var due: Instant
  }

  init(bucketCounts: [Int]) {
    let sets = bucketCounts.map { BucketSet(capacity: $0) }
    empty = FilterState(hasLease: false, owned: sets, resets: sets)
    state = empty
  }

  /// Whether the machine stands still, and its lease with it.
  var isFrozen: Bool { frozenAt != nil }
  var isIdle: Bool { operations.isEmpty }

  /// Queues an operation that takes `latency` once those before it are done.
  /// - Returns: when it is done; an event is due then.
  mutating func issue(
    _ kind: Operation.Kind, _ number: CommitNumber, generation: UInt32, at now: Instant, latency: Duration
  ) -> Instant {
    precondition(!isFrozen, "a machine that stands still asks for nothing")
    let due = max(now, operations.last?.due ?? now) + latency
    operations.append(
      Operation(kind: kind, number: number, generation: generation, issued: now, due: due))
    return due
  }

  /// Does the first operation.
  /// - Parameter isRefused: whether the kernel refuses it, so that everything stays as it was.
  /// - Precondition: an operation is queued and the machine does not stand still.
  mutating func performNext(at now: Instant, isRefused: Bool) -> Operation {
    precondition(!operations.isEmpty && !isFrozen, "no operation is due")
    let operation = operations.removeFirst()
    precondition(operation.due == now, "an operation at the wrong time")
    if isRefused { return operation }
    switch operation.kind {
    case .commit(let owned, let resets, let rules):
      state.owned = owned
      state.resets = resets
      if let rules { take(rules, bucketCounts: owned.map(\.capacity)) }
    case .renewLease(let length):
      state.hasLease = true
      let (end, overflow) = now.nanoseconds.addingReportingOverflow(UInt64(max(0, length.nanoseconds)))
      leaseEnd = overflow ? .never : Instant(nanoseconds: end)
    case .endLease:
      endLease()
    case .remove:
      state = empty
      leaseEnd = .zero
    case .nothing: break
    }
    return operation
  }

  private mutating func take(_ rules: Int, bucketCounts: [Int]) {
    self.rules = rules
    let sets = bucketCounts.map { BucketSet(capacity: $0) }
    empty = FilterState(hasLease: false, owned: sets, resets: sets)
  }

  /// A daemon starts with rules by which a bucket means the same as before.
  mutating func begin(_ rules: Int) { self.rules = rules }

  /// A daemon starts with an empty, closed filter of other groups. Commits and renewals that an earlier daemon asked
  /// for become void.
  mutating func begin(_ rules: Int, bucketCounts: [Int]) {
    take(rules, bucketCounts: bucketCounts)
    state = empty
    leaseEnd = .zero
    for i in operations.indices {
      switch operations[i].kind {
      case .commit, .renewLease: operations[i].kind = .nothing
      case .endLease, .remove, .nothing: break
      }
    }
  }

  /// The lease has run out or is ended: nothing is accepted from here on.
  mutating func endLease() {
    state.hasLease = false
    leaseEnd = .zero
  }

  /// Power loss: everything is gone, operations under way included.
  mutating func clear() {
    state = empty
    leaseEnd = .zero
    operations.removeAll()
    serial &+= 1
  }

  /// The machine is paused: operations and lease wait.
  mutating func freeze(at now: Instant) {
    precondition(frozenAt == nil, "a machine paused twice")
    frozenAt = now
    serial &+= 1
  }

  /// The machine resumes: everything is due later by the length of the pause.
  /// - Returns: when the operations are due, in order; the caller renews their events and the lease's.
  mutating func thaw(at now: Instant) -> [Instant] {
    guard let since = frozenAt else { preconditionFailure("the machine was not paused") }
    frozenAt = nil
    serial &+= 1
    for i in operations.indices { operations[i].due = operations[i].due + (now - since) }
    if state.hasLease && leaseEnd != .never { leaseEnd = leaseEnd + (now - since) }
    return operations.map(\.due)
  }
}

import Engine

/// Who accepts which bucket, seen from outside, and what that says about each fault.
///
/// It is told of filters, machines and faults and knows nothing else, so the same code measures the simulator's
/// filters and the real kernel's.
struct FilterMeters: Sendable {
  private(set) var coverage: Coverage
  var ownership: OwnershipMeter
  var rebalances: RebalanceMeter
  var shares: Shares
  /// The buckets whose owners the last change may have changed.
  private(set) var changed: [BucketOfGroup] = []

  init(_ scenario: Scenario, keepsTimelines: Bool) {
    let settings = scenario.farm.settings
    let bucketCounts = settings.ownershipGroups.map(\.bucketCount)
    coverage = Coverage(bucketCounts: bucketCounts)
    ownership = OwnershipMeter(
      bucketCounts: bucketCounts, nodeCount: settings.nodeCount, keepsTimelines: keepsTimelines)
    rebalances = RebalanceMeter(reach: scenario.settlingTime)
    shares = Shares(settings)
  }

  /// What a machine is from outside, beside its filter.
  struct Outside: Sendable {
    /// It has power and runs: its kernel answers if its lease runs.
    var isRunning: Bool
    /// Clients' frames get to it, and its answers to them.
    var isReached: Bool
    var isHeard: Bool
  }

  /// A filter's change, from one state to another.
  /// - Parameter issued: when the commit was issued that changed it; `nil` if it changed by itself, or nobody knows.
  /// - Returns: whether every bucket has exactly one owner again by this, so that ``changed`` is worth a watch.
  mutating func filterChanged(
    _ node: NodeID, from before: FilterState, to state: FilterState, _ outside: Outside, issued: Instant?,
    at now: Instant
  ) -> Bool {
    changed.removeAll(keepingCapacity: true)
    coverage.commit(from: before, to: state, of: node, changed: &changed)
    appendAnswering(node, state, outside)
    return ownersChanged(issued: issued, at: now)
  }

  /// A machine came, went, or is reached and heard or not: its open, reachable and heard bits.
  /// - Returns: as above.
  mutating func machineChanged(
    _ node: NodeID, _ state: FilterState, _ outside: Outside, at now: Instant
  ) -> Bool {
    changed.removeAll(keepingCapacity: true)
    appendAnswering(node, state, outside)
    return ownersChanged(issued: nil, at: now)
  }

  /// A fault begins or ends.
  mutating func edge(_ fault: Int, isEnd: Bool, kind: FaultKind, at now: Instant) {
    rebalances.begin(
      fault: fault, isEnd: isEnd, kind: kind, at: now, ownership: ownership, table: shares)
  }

  /// The run ends: what still lasts counts to here.
  mutating func finish(at now: Instant) {
    ownership.finish(at: now)
    rebalances.finish(ownership: ownership, table: shares)
  }

  /// Renews a node's bits; if it serves, accepts or is open now and was not before, or the other way round, all of its
  /// buckets are appended.
  private mutating func appendAnswering(_ node: NodeID, _ state: FilterState, _ outside: Outside) {
    let before = (coverage.open.bits, coverage.listening, coverage.listening & coverage.heard.bits)
    if outside.isRunning && state.hasLease { coverage.open.insert(node) } else { coverage.open.remove(node) }
    if outside.isReached { coverage.reachable.insert(node) } else { coverage.reachable.remove(node) }
    if outside.isHeard { coverage.heard.insert(node) } else { coverage.heard.remove(node) }
    let differing =
      (before.0 ^ coverage.open.bits) | (before.1 ^ coverage.listening)
      | (before.2 ^ coverage.listening & coverage.heard.bits)
    if differing >> UInt64(node.rawValue) & 1 == 0 { return }
    for g in state.owned.indices {
      for w in state.owned[g].words.indices {
        var word = state.owned[g].words[w]
        while word != 0 {
          changed.append(
            BucketOfGroup(group: GroupID(g), bucket: Bucket(w * 64 + word.trailingZeroBitCount)))
          word &= word - 1
        }
      }
    }
  }

  /// Tells the measures which owners the changed buckets have now.
  private mutating func ownersChanged(issued: Instant?, at now: Instant) -> Bool {
    if changed.isEmpty { return false }
    for c in changed {
      let owners = coverage.serving(c.group, c.bucket).bits
      let isUnreached = coverage.isUnreached(c.group, c.bucket)
      let place = ownership.offsets[c.group.index] + c.bucket.index
      let before = ownership.lastOwner[place]
      let change = ownership.set(c.group, c.bucket, owners: owners, isUnreached: isUnreached, at: now)
      if ownership.formedAt == nil { continue }
      rebalances.bucketChanged(
        place, change, from: before, to: ownership.lastOwner[place], at: now, issued: issued)
    }
    ownership.settle(at: now)
    return rebalances.settle(at: now, issued: issued)
  }
}

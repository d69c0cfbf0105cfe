import Engine

/// Which nodes accept which bucket, seen from outside, and what that says about each fault.
///
/// It knows only filters, machines and faults, so the same code measures the simulator's filters and the real kernel's.
/// A change updates the bits of ``coverage``; the owners of the changed buckets go to ``ownership``, and its answer to
/// ``rebalances``.
///
/// **Switches to other groups.** The farm's buckets are those of the layout (``BucketSpaces``) that the kernels in
/// service have. While a farm switches there may be kernels of two layouts. The former one counts until no node that
/// clients hear owns a bucket by it and some node does by another. Until then a bucket is a hole once its owner has
/// switched to the new rules, and a double if another node accepts by them meanwhile, since any client may belong to
/// buckets of both.
struct FilterMeters: Sendable {
  private(set) var coverage: Coverage
  var ownership: OwnershipMeter
  var rebalances: RebalanceMeter
  var shares: Shares
  /// The buckets whose owners the last change may have changed.
  private(set) var changed: [BucketOfGroup] = []
  let spaces: BucketSpaces
  /// By node: the configuration of its kernel, and the groups of that in which it owns buckets, a bit each.
  private var rules: [Int]
  private var ownedGroups: [UInt8]
  /// The layout whose buckets count, and the nodes in service that own buckets of other layouts.
  private var layout = 0
  private(set) var strays = NodeSet.empty
  /// Nodes whose applications do not serve the clients that their kernels accept.
  private var silent = NodeSet.empty

  init(_ scenario: Scenario, keepsTimelines: Bool) {
    let configurations = scenario.configurations
    let nodeCount = scenario.nodeCount
    spaces = BucketSpaces(configurations)
    coverage = Coverage(bucketCounts: spaces.bucketCounts)
    ownership = OwnershipMeter(
      bucketCounts: spaces.bucketCounts, nodeCount: nodeCount, keepsTimelines: keepsTimelines,
      counted: spaces.members(of: 0))
    rebalances = RebalanceMeter(reach: scenario.settlingTime)
    shares = Shares(configurations, spaces, nodeCount: nodeCount)
    rules = [Int](repeating: 0, count: nodeCount)
    ownedGroups = [UInt8](repeating: 0, count: nodeCount)
  }

  /// The state of a machine as seen from outside, beside its filter.
  struct Outside: Sendable {
    /// Whether it has power and runs: its kernel then answers if its lease runs.
    var isRunning: Bool
    /// Whether clients' frames reach it, and whether its answers reach them.
    var isReached: Bool
    var isHeard: Bool
  }

  /// A filter changes from one state to another.
  /// - Parameters:
  ///   - configuration: the configuration whose groups the new state has.
  ///   - issued: when the commit that changed it was issued; `nil` if it changed by itself, or nobody knows.
  /// - Returns: whether a commit has now mended the last bucket of a fault, so that ``changed`` is worth a watch.
  mutating func filterChanged(
    _ node: NodeID, from before: FilterState, to state: FilterState, configuration: Int = 0,
    _ outside: Outside, issued: Instant?, at now: Instant
  ) -> Bool {
    changed.removeAll(keepingCapacity: true)
    let former = rules[node.index]
    if spaces.areSame(former, configuration) {
      coverage.commit(
        from: before, to: state, of: node, spaces: spaces.spaces(of: former), changed: &changed)
    } else {
      coverage.commit(
        from: before, to: FilterMeters.empty(before), of: node, spaces: spaces.spaces(of: former),
        changed: &changed)
      coverage.commit(
        from: FilterMeters.empty(state), to: state, of: node, spaces: spaces.spaces(of: configuration),
        changed: &changed)
    }
    rules[node.index] = configuration
    appendAnswering(node, state, outside)
    return ownersChanged(node, state, issued: issued, at: now)
  }

  /// A machine came or went, or clients reach or hear it or no longer do.
  /// - Returns: as ``filterChanged(_:from:to:configuration:_:issued:at:)``.
  mutating func machineChanged(
    _ node: NodeID, _ state: FilterState, _ outside: Outside, at now: Instant
  ) -> Bool {
    changed.removeAll(keepingCapacity: true)
    appendAnswering(node, state, outside)
    return ownersChanged(node, state, issued: nil, at: now)
  }

  /// A node's application serves from now on, or no longer does.
  /// - Returns: whether that has changed.
  @discardableResult
  mutating func applicationChanged(_ node: NodeID, serves: Bool, _ state: FilterState, at now: Instant)
    -> Bool
  {
    if serves != silent.contains(node) { return false }
    changed.removeAll(keepingCapacity: true)
    if serves { silent.remove(node) } else { silent.insert(node) }
    appendOwned(node, state)
    _ = ownersChanged(node, state, issued: nil, at: now)
    return true
  }

  /// A fault begins or ends.
  /// - Parameters:
  ///   - healthy: the node whose return into service ends it; `nil` for an edge of the plan.
  ///   - idle: nodes that it names but does nothing to.
  ///   - isDormant: whether it acts only once checkers have noticed it: see ``RebalanceMeter/acts(_:at:)``.
  mutating func edge(
    _ fault: Int, isEnd: Bool, kind: FaultKind, healthy: NodeID? = nil, idle: NodeSet = .empty,
    isDormant: Bool = false, at now: Instant
  ) {
    rebalances.begin(
      fault: fault, isEnd: isEnd, kind: kind, healthy: healthy, idle: idle, isDormant: isDormant, at: now,
      ownership: ownership, table: shares)
  }

  /// The run ends: holes, doubles and disturbances that still last count up to here.
  mutating func finish(at now: Instant) {
    ownership.finish(at: now)
    rebalances.finish(ownership: ownership, table: shares)
  }

  /// The nodes that clients of a bucket get an answer from, as far as its layout counts.
  func owners(_ space: GroupID, _ bucket: Bucket) -> NodeSet {
    let own = coverage.serving(space, bucket)
    if strays.isEmpty || own.isEmpty || !spaces.layouts[layout].contains(space.index) { return own }
    // A space that both layouts have needs no correction.
    let isShared = strays.contains { spaces.spaces(of: rules[$0.index]).contains(space.index) }
    return isShared ? own : own.union(strays)
  }

  private static func empty(_ state: FilterState) -> FilterState {
    let sets = state.owned.map { BucketSet(capacity: $0.capacity) }
    return FilterState(hasLease: state.hasLease, owned: sets, resets: sets)
  }

  /// Renews a node's bits. Appends all of its buckets if it is open, accepts or serves now and did not before, or the
  /// other way round.
  private mutating func appendAnswering(_ node: NodeID, _ state: FilterState, _ outside: Outside) {
    let before = (coverage.open.bits, coverage.listening, coverage.listening & coverage.heard.bits)
    if outside.isRunning && state.hasLease { coverage.open.insert(node) } else { coverage.open.remove(node) }
    if outside.isReached { coverage.reachable.insert(node) } else { coverage.reachable.remove(node) }
    if outside.isHeard { coverage.heard.insert(node) } else { coverage.heard.remove(node) }
    let differing =
      (before.0 ^ coverage.open.bits) | (before.1 ^ coverage.listening)
      | (before.2 ^ coverage.listening & coverage.heard.bits)
    if differing >> UInt64(node.rawValue) & 1 == 1 { appendOwned(node, state) }
  }

  private mutating func appendOwned(_ node: NodeID, _ state: FilterState) {
    for (g, s) in spaces.spaces(of: rules[node.index]).enumerated() {
      for w in state.owned[g].words.indices {
        var word = state.owned[g].words[w]
        while word != 0 {
          changed.append(
            BucketOfGroup(group: GroupID(s), bucket: Bucket(w * 64 + word.trailingZeroBitCount)))
          word &= word - 1
        }
      }
    }
  }

  /// Tells the measures which owners the changed buckets have now.
  private mutating func ownersChanged(
    _ node: NodeID, _ state: FilterState, issued: Instant?, at now: Instant
  ) -> Bool {
    rebalances.beginEvent()
    if !spaces.areOne {
      ownedGroups[node.index] = 0
      for g in state.owned.indices where !state.owned[g].isEmpty { ownedGroups[node.index] |= 1 << UInt8(g) }
      chooseLayout(at: now)
    }
    if changed.isEmpty { return false }
    for c in changed {
      let owners = owners(c.group, c.bucket).bits
      let isUnreached = coverage.isUnreached(c.group, c.bucket)
      let place = ownership.offsets[c.group.index] + c.bucket.index
      let before = ownership.lastOwner[place]
      let change = ownership.set(
        c.group, c.bucket, owners: owners, isUnreached: isUnreached, silent: silent.bits, at: now)
      ownership.setUnreached(c.group, c.bucket, coverage.unreached(c.group, c.bucket), at: now)
      if ownership.formedAt == nil { continue }
      rebalances.bucketChanged(
        place, change, from: before, to: ownership.lastOwner[place], at: now, issued: issued)
    }
    let hadFormed = ownership.formedAt != nil
    ownership.settle(at: now)
    if !hadFormed, ownership.formedAt != nil {
      // An application may have failed before the farm had formed: its buckets are charged only now.
      for place in ownership.unservedBuckets {
        let owner = ownership.lastOwner[place]
        let change = OwnershipMeter.Change(wasWhole: true, isWhole: false)
        rebalances.bucketChanged(place, change, from: owner, to: owner, at: now, issued: nil)
      }
    }
    return rebalances.settle(at: now, issued: issued)
  }

  /// Finds the layout that counts, and the nodes in service by buckets of another.
  private mutating func chooseLayout(at now: Instant) {
    var serving = [NodeSet](repeating: .empty, count: spaces.layouts.count)
    for n in rules.indices where ownedGroups[n] != 0 {
      let node = NodeID(n)
      guard coverage.listening & coverage.heard.bits & NodeSet(node).bits != 0 else { continue }
      serving[spaces.layoutOf[rules[n]]].insert(node)
    }
    if serving[layout].isEmpty {
      let next = serving.indices.max { (serving[$0].count, $0) < (serving[$1].count, $1) } ?? layout
      if !serving[next].isEmpty { count(next, at: now) }
    }
    var others = NodeSet.empty
    for other in serving.indices where other != layout {
      for node in serving[other] {
        let isElsewhere = spaces.layouts[other].enumerated().contains { g, s in
          ownedGroups[node.index] >> UInt8(g) & 1 == 1 && !spaces.layouts[layout].contains(s)
        }
        if isElsewhere { others.insert(node) }
      }
    }
    if others == strays { return }
    strays = others
    for s in spaces.layouts[layout] {
      for b in 0..<spaces.all[s].bucketCount {
        changed.append(BucketOfGroup(group: GroupID(s), bucket: Bucket(b)))
      }
    }
  }

  private mutating func count(_ next: Int, at now: Instant) {
    layout = next
    let buckets = ownership.count(
      spaces.members(of: next), places: spaces.all.map(\.group), at: now)
    if ownership.formedAt != nil { rebalances.bucketsReplaced(buckets.gone, by: buckets.come, at: now) }
  }
}

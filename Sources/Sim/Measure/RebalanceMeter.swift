import Engine

/// What each fault (or its end) did to the buckets, and how long until those that it disturbed were whole again.
///
/// - **Total**: from the fault to the last instant at which a bucket that it disturbed is whole again (it has exactly
///   one owner, whose application serves), whatever happens meanwhile. A planned move (``FaultKind/isPlanned``) and the
///   end of a fault disturb nothing when they are ordered: their time counts from the first bucket that is not whole,
///   which an earlier fault may have disturbed. `nil` if no bucket was disturbed for any time. If it is not over when
///   the run ends, it is a lower bound: ``Rebalance/isOver``.
/// - **Detection**: to the first view change that answers the fault, of a node that the fault does not name.
/// - **Decision** and **commit**: from that view change to the issue of the commit that mended the last bucket, and
///   from its issue to the filter having it. There is no decision if that commit may be for another reason: all
///   buckets were whole for a time after the view change, or a later fault had been answered too.
/// - **First** and **last move**: to the first and the last bucket that has one owner which is another than before, up
///   to the next fault.
/// - **Moved**: buckets whose last only owner differs between the fault and the next, or the end of the run. A bucket
///   that moves there and back does not count. One that moves after the next fault is charged to that, unless it was
///   not whole because of this one when the next struck: see ``MoveWindow``.
/// - **Minimum**: the larger of two numbers: the buckets whose owner no longer serves anything, and the shares (by
///   weight, rounded down) of the nodes that serve now and did not before. For a change of weight or of the farm file,
///   the buckets by which owners exceed their new shares, rounded up. It is never more than the buckets that moved: a
///   node that comes back before its buckets are taken over moves none.
///
/// **Which fault disturbs a bucket.** A fault may act for ``init(reach:)``'s time, while it is in force if its kind is
/// lasting (a drain is in force until its nodes are started or resumed), and while buckets that it disturbed are not
/// whole. A slow application serves, so it acts only from when its node's checkers take the node out. Of the faults
/// that may act, a bucket is charged to:
///
/// 1. the one that names the bucket's owner and began to act last. If that has long been in force, and a fault that
///    concerns everybody (a reload, a network) has come after it and acts now, either may be the cause: it is charged
///    to both;
/// 2. else the one that brought back the node to which the bucket comes, if it is the node's first bucket since or
///    comes within the same time of that;
/// 3. else the latest one that concerns everybody;
/// 4. else the latest one;
/// 5. else none.
///
/// A return or the end of a fault is charged with the buckets that it finds disturbed if it mends them: it ends the
/// fault that disturbed them, or brings its nodes back. A bucket that is disturbed again before a fault is over, or by
/// its end or the return of its nodes, counts to both.
///
/// Edges of one instant are one disturbance; the first of them carries it.
struct RebalanceMeter: Sendable {
  private let reach: Duration
  private var all: [Disturbance] = []
  /// Places in ``all`` of the disturbances that may still act, in order of time; the latest is always among them.
  private var current: [Int] = []
  /// Buckets that are not whole for a reason that is not known yet.
  private var astray = StrayBuckets()
  /// Places of the disturbances that a commit has mended in the last event.
  private var mendedNow: [Int] = []
  private var moves = MoveWindow()
  /// The buckets that the last event has disturbed or mended.
  private(set) var notes: [Note] = []

  /// A bucket is no longer whole, or is whole again.
  struct Note: Sendable {
    var bucket: Int
    var isWhole: Bool
    /// The fault, or its end, that it is charged to; `nil` if none.
    var cause: Disturbance.Cause?
  }

  /// - Parameter reach: how long after a fault its consequences may begin.
  init(reach: Duration) { self.reach = reach }

  /// A fault begins or ends.
  /// - Parameters:
  ///   - healthy: the node whose return into service ends it; `nil` for an edge of the plan.
  ///   - idle: nodes that it names but does nothing to.
  ///   - isDormant: whether it acts only from ``acts(_:at:)`` on.
  mutating func begin(
    fault: Int, isEnd: Bool, kind: FaultKind, healthy: NodeID? = nil, idle: NodeSet = .empty,
    isDormant: Bool = false, at now: Instant, ownership: OwnershipMeter, table: Shares
  ) {
    let cause = Disturbance.Cause(
      fault: fault, isEnd: isEnd, healthy: healthy,
      nodes: kind.concernsEverybody ? .empty : (healthy.map { NodeSet($0) } ?? kind.nodes.subtracting(idle)))
    if isEnd { for i in current { all[i].ended(fault) } }
    if !isEnd, kind.bringsItsNodesBack { for i in current { all[i].returned(kind.nodes.subtracting(idle)) } }
    if let last = all.indices.last, all[last].at == now {
      all[last].join(cause, kind: kind, isDormant: isDormant)
    } else {
      moves.count(in: &all, ownership, table)
      moves.begin(ownership, all, current, reach: reach, at: now)
      let next = all.count
      for i in current { all[i].isOutlasted = all[i].isOpen }
      current.removeAll { i in
        if !all[i].isForgettable(at: now, reach: reach) { return false }
        all[i].forget()
        return true
      }
      all.append(Disturbance(cause, kind: kind, idle: idle, isDormant: isDormant, at: now))
      current.append(next)
    }
    let last = all.count - 1
    guard isEnd || kind.bringsItsNodesBack else {
      if kind.answer == .without { for i in current { all[i].take(kind.nodes) } }
      return
    }
    let nodes = healthy.map { NodeSet($0) } ?? kind.nodes.subtracting(idle)
    all[last].bring(
      kind.concernsEverybody ? NodeSet(first: ownership.nodeCount) : nodes, owning: ownership.owningAlone)
    // A return or an end is charged with the disturbed buckets that it mends.
    guard ownership.formedAt != nil, !ownership.isWhole else { return }
    for bucket in ownership.owners.indices where !ownership.isWhole(bucket) {
      let isMended = current.contains {
        $0 != last && (all[$0].hasOpen(bucket) || astray.isGuessed(bucket, of: $0))
          && all[last].mends(all[$0])
      }
      if isMended { all[last].opened(bucket, at: now) }
    }
  }

  /// A fault that was dormant begins to act.
  mutating func acts(_ fault: Int, at now: Instant) {
    for i in current { all[i].wake(fault, at: now) }
  }

  /// A new event begins.
  mutating func beginEvent() { notes.removeAll(keepingCapacity: true) }

  /// The owners of a bucket have changed, in a farm that has formed.
  /// - Parameter owner: the node that was its only owner last, before and after.
  mutating func bucketChanged(
    _ bucket: Int, _ change: OwnershipMeter.Change, from before: UInt8, to after: UInt8, at now: Instant,
    issued: Instant?
  ) {
    if change.isMoved, !all.isEmpty {
      all[all.count - 1].visit(bucket)
      let place = moves.cause(of: bucket, to: after, in: all)
      all[place].moved(at: now)
      astray.moved(bucket)
    }
    if change.wasWhole && change.isWhole { for i in current { all[i].arrived(after, at: now) } }
    if change.wasWhole == change.isWhole { return }
    if change.isWhole {
      for i in current { all[i].closed(bucket) }
      var cause: Int?
      if let found = astray.remove(bucket) {
        cause = adopt(bucket, found, by: found.hasMoved ? after : nil, at: now, issued: issued)
      }
      for i in current { all[i].arrived(after, at: now) }
      notes.append(Note(bucket: bucket, isWhole: true, cause: cause.map { all[$0].cause(naming: after) }))
      return
    }
    let found = causes(of: before, at: now)
    for i in current where all[i].isOutlasted && all[i].hasDisturbed(bucket) {
      let isRelated = found.sure.map { all[$0].isRelated(to: all[i]) } ?? false
      if all[i].isOpen || isRelated { all[i].opened(bucket, at: now) }
    }
    if let sure = found.sure {
      all[sure].opened(bucket, at: now)
      if let other = found.other { all[other].opened(bucket, at: now) }
    } else {
      astray.insert(bucket, since: now, guess: found.other)
    }
    let cause = (found.sure ?? found.other).map { all[$0].cause(naming: before) }
    notes.append(Note(bucket: bucket, isWhole: false, cause: cause))
  }

  /// Other buckets count from now on, since the farm has switched to other groups.
  ///
  /// The former ones that are not whole are dropped. The new ones that are not whole are charged to the latest fault if
  /// that may still act. None has moved, since buckets of different groups do not correspond.
  mutating func bucketsReplaced(_ gone: [Int], by come: [Int], at now: Instant) {
    let cause = current.last.flatMap { all[$0].isLive(at: now, reach: reach) ? $0 : nil }
    for bucket in come {
      if let cause { all[cause].opened(bucket, at: now) } else { astray.insert(bucket, since: now) }
      notes.append(Note(bucket: bucket, isWhole: false, cause: cause.map { all[$0].causes[0] }))
    }
    for bucket in gone {
      for i in current { all[i].closed(bucket) }
      astray.remove(bucket)
      notes.append(Note(bucket: bucket, isWhole: true))
    }
  }

  /// Which of ``current`` disturbs a bucket of an owner: see ``RebalanceMeter``.
  /// - Returns: `sure`, the one that does, or `nil` if that is known only once the bucket is whole; and `other`, a
  ///   second one that may have too, or without `sure` the one to be charged if no return is.
  private func causes(of owner: UInt8, at now: Instant) -> (sure: Int?, other: Int?) {
    let named = current.lazy.filter { all[$0].names(owner) && all[$0].isLive(at: now, reach: reach) }
      .max { (all[$0].actsFrom, $0) < (all[$1].actsFrom, $1) }
    let general = current.last { all[$0].concernsEverybody && all[$0].isLive(at: now, reach: reach) }
    if let named {
      guard let general, general > named, !all[named].isFresh(at: now, reach: reach),
        all[general].isFresh(at: now, reach: reach)
      else { return (named, nil) }
      return (named, general)
    }
    let last = current.last.flatMap { all[$0].isLive(at: now, reach: reach) ? $0 : nil }
    let mayReturn = current.contains { all[$0].mayBring(at: now, reach: reach) }
    return mayReturn ? (nil, general ?? last) : (general ?? last, nil)
  }

  /// A stray bucket is whole: it is charged to the return that brought its new owner back, or else to the guess.
  /// - Parameter owner: the new owner; `nil` if it is the same as before.
  private mutating func adopt(
    _ bucket: Int, _ found: StrayBuckets.Stray, by owner: UInt8?, at now: Instant, issued: Instant?
  ) -> Int? {
    let back = owner.flatMap { owner in
      all.lastIndex { $0.brings(owner, at: found.since, reach: reach) }
    }
    guard let cause = back ?? found.guess else { return nil }
    for i in current where i != cause && all[i].isOutlasted && all[i].hasDisturbed(bucket) {
      if all[cause].isRelated(to: all[i]) { all[i].adopt(bucket, from: found.since, until: now) }
    }
    all[cause].adopt(bucket, from: found.since, until: now)
    if !current.contains(cause) { _ = all[cause].settle(at: now, issued: issued) }
    return cause
  }

  /// Called after all changes of an event.
  /// - Returns: whether a commit has now mended the last bucket of a fault, so that the changed buckets are worth a
  ///   watch: see ``watch(_:)``.
  mutating func settle(at now: Instant, issued: Instant?) -> Bool {
    mendedNow.removeAll(keepingCapacity: true)
    for i in current where all[i].settle(at: now, issued: issued) && issued != nil { mendedNow.append(i) }
    return !mendedNow.isEmpty
  }

  /// Whether some bucket is not whole because of a fault, or a node came back into service less than ``init(reach:)``'s
  /// time ago.
  func isUnsettled(at now: Instant) -> Bool {
    current.contains { i in
      all[i].isOpen || all[i].causes.contains { $0.healthy != nil } && now < all[i].at + reach
    }
  }

  /// Notes the traffic's watches on the buckets mended last.
  mutating func watch(_ ids: [Int]) {
    for i in mendedNow { all[i].watches = ids }
  }

  /// A node's view has changed.
  mutating func viewChanged(of node: NodeID, serving: NodeSet, at now: Instant) {
    for i in current
    where i == all.count - 1 || all[i].isOpen || all[i].mayBring(at: now, reach: reach) {
      all[i].viewChanged(of: node, serving: serving, at: now)
    }
  }

  /// Ends the run.
  mutating func finish(ownership: OwnershipMeter, table: Shares) {
    moves.count(in: &all, ownership, table)
    for (bucket, found) in astray.inOrder {
      if let guess = found.guess { all[guess].opened(bucket, at: found.since) }
    }
  }

  /// The results of all disturbances, with the first packets that `firstAcceptance` knows of.
  func results(end: Instant, handingOver: NodeSet = .empty, firstAcceptance: (Int) -> Instant?) -> [Rebalance]
  {
    all.rebalances(end: end, handingOver: handingOver, firstAcceptance: firstAcceptance)
  }
}

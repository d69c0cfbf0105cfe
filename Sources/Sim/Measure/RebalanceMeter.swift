import Engine

/// What each fault (or its end) did to the buckets: how long until those that it disturbed were whole again.
///
/// - **Total**: from the fault to the last instant at which a bucket that it disturbed has exactly one owner again,
///   whatever happens meanwhile. A planned move (``FaultKind/isPlanned``) and the end of a fault disturb nothing
///   when they are ordered: their time counts from the first bucket that has no owner or two, which may be an earlier
///   fault's. `nil` if no bucket was disturbed. What is not over when the run ends is a lower bound:
///   ``Rebalance/isOver``.
/// - **Detection**: to the first view change of a node not named by the fault that answers it.
/// - **Decision** and **commit**: the commit that mended the last bucket, from that view change to its issue, and
///   from its issue to the filter having it.
/// - **First** and **last move**: to the first and the last bucket that has one owner which is another than before, up
///   to the next fault.
/// - **Moved**: buckets whose last only owner differs between the fault and the next, or the end of the run: one that
///   moves there and back does not count, and one that moves after the next fault is that one's.
/// - **Minimum**: the larger of the buckets whose owner serves nothing any more, and the shares (by weight,
///   rounded down) of the nodes that serve now and did not before; for a change of weight or of the farm file, what exceeds the
///   owners' new shares, rounded up. Never more than did move: who comes back before anyone took over was never gone.
///
/// **Which fault disturbs a bucket.** The latest one that names the bucket's owner or names no node, if there is one that
/// may still act: it does for ``init(reach:)``'s time, while it is in force if its kind is lasting (a drain is until its
/// nodes are started or resumed), and while buckets that it disturbed are not whole. Else the latest fault, if it may still act. Else the bucket goes astray: it is the
/// latest fault's if that names the owner that it comes to, and nobody's otherwise.
/// A bucket that is disturbed again before a fault is over, by another fault that struck meanwhile, counts to both.
///
/// Edges of one instant are one disturbance; the first of them carries it.
struct RebalanceMeter: Sendable {
  private let reach: Duration
  private var all: [Disturbance] = []
  /// Places in ``all`` of what may still have to do with what happens, in order of time; the latest one always.
  private var current: [Int] = []
  /// Buckets that are not whole because of no known fault, and since when.
  private var astray: [Int: Instant] = [:]
  /// Places of what the last event has mended by a commit.
  private var mendedNow: [Int] = []
  private var ownersBefore: [UInt8] = []
  private var servingBefore: [NodeSet] = []

  /// - Parameter reach: how long after a fault its consequences may begin.
  init(reach: Duration) { self.reach = reach }

  /// A fault begins or ends.
  /// - Parameters:
  ///   - healthy: the node whose way back into service ends it.
  ///   - idle: nodes named that it does nothing to.
  mutating func begin(
    fault: Int, isEnd: Bool, kind: FaultKind, healthy: NodeID? = nil, idle: NodeSet = .empty, at now: Instant,
    ownership: OwnershipMeter, table: Shares
  ) {
    let cause = Disturbance.Cause(fault: fault, isEnd: isEnd, healthy: healthy)
    if isEnd { for i in current { all[i].ended(fault) } }
    if !isEnd, kind.bringsItsNodesBack { for i in current { all[i].returned(kind.nodes.subtracting(idle)) } }
    if let last = all.indices.last, all[last].at == now {
      all[last].join(cause, kind: kind, idle: idle)
    } else {
      endWindow(ownership, table)
      let next = all.count
      for i in current { all[i].isOutlasted = all[i].isOpen }
      current.removeAll { i in
        if all[i].isLive(at: now, reach: reach) { return false }
        all[i].forget()
        return true
      }
      all.append(Disturbance(cause, kind: kind, idle: idle, at: now))
      current.append(next)
      ownersBefore = ownership.lastOwner
      servingBefore = Shares.serving(ownership)
    }
    // What is to mend the farm finds it disturbed.
    guard isEnd || kind.isPlanned, ownership.formedAt != nil, ownership.irregular > 0 else { return }
    for i in ownership.owners.indices where ownership.owners[i].nonzeroBitCount != 1 {
      all[all.count - 1].opened(i, at: now)
    }
  }

  /// The owners of a bucket have changed, in a farm that has formed.
  /// - Parameter owner: the node that was its only owner last, before and after.
  mutating func bucketChanged(
    _ bucket: Int, _ change: OwnershipMeter.Change, from before: UInt8, to after: UInt8, at now: Instant,
    issued: Instant?
  ) {
    if change.isMoved, !all.isEmpty { all[all.count - 1].moved(at: now) }
    if change.wasWhole == change.isWhole { return }
    if change.isWhole {
      for i in current { all[i].closed(bucket) }
      if let since = astray.removeValue(forKey: bucket) {
        adopt(bucket, since, by: after, at: now, issued: issued)
      }
      return
    }
    let cause = cause(of: before, at: now)
    var isAstray = true
    for i in current where i == cause || cause != nil && all[i].isOutlasted && all[i].hasDisturbed(bucket) {
      all[i].opened(bucket, at: now)
      isAstray = false
    }
    if isAstray { astray[bucket] = now }
  }

  /// Other buckets count from now on, since the farm has switched to other groups: what was not whole goes, and what
  /// is not whole comes in its place, and is the latest fault's if that may still act. None of them has moved: it cannot
  /// be said which bucket of the one is which of the other.
  mutating func bucketsReplaced(_ gone: [Int], by come: [Int], at now: Instant) {
    let cause = current.last.flatMap { all[$0].isLive(at: now, reach: reach) ? $0 : nil }
    for bucket in come {
      if let cause { all[cause].opened(bucket, at: now) } else { astray[bucket] = now }
    }
    for bucket in gone {
      for i in current { all[i].closed(bucket) }
      astray[bucket] = nil
    }
  }

  /// Which of ``current`` disturbs a bucket of an owner.
  private func cause(of owner: UInt8, at now: Instant) -> Int? {
    guard let last = current.last else { return nil }
    if all[last].names(owner) { return last }
    let named = current.last { all[$0].names(owner) && all[$0].isLive(at: now, reach: reach) }
    return named ?? (all[last].isLive(at: now, reach: reach) ? last : nil)
  }

  /// A bucket that went astray is whole: it was the latest fault's if that names the new owner.
  private mutating func adopt(
    _ bucket: Int, _ since: Instant, by owner: UInt8, at now: Instant, issued: Instant?
  ) {
    guard let i = all.lastIndex(where: { $0.at <= since }), all[i].names(owner) else { return }
    all[i].adopt(bucket, from: since)
    if !current.contains(i) { _ = all[i].settle(at: now, issued: issued) }
  }

  /// After all changes of an event.
  /// - Returns: whether a commit has mended the last bucket of a fault by it, so that the changed buckets are worth a
  ///   watch: see ``watch(_:)``.
  mutating func settle(at now: Instant, issued: Instant?) -> Bool {
    mendedNow.removeAll(keepingCapacity: true)
    for i in current where all[i].settle(at: now, issued: issued) && issued != nil { mendedNow.append(i) }
    return !mendedNow.isEmpty
  }

  /// The watches of traffic upon the buckets mended last.
  mutating func watch(_ ids: [Int]) {
    for i in mendedNow { all[i].watches = ids }
  }

  /// A node's view has changed.
  mutating func viewChanged(of node: NodeID, serving: NodeSet, at now: Instant) {
    for i in current where i == all.count - 1 || all[i].isOpen {
      all[i].viewChanged(of: node, serving: serving, at: now)
    }
  }

  /// Ends the run.
  mutating func finish(ownership: OwnershipMeter, table: Shares) { endWindow(ownership, table) }

  /// Counts the buckets that moved since the latest fault.
  private mutating func endWindow(_ ownership: OwnershipMeter, _ table: Shares) {
    guard let last = all.indices.last else { return }
    for i in ownersBefore.indices where ownersBefore[i] != 255 {
      if ownership.lastOwner[i] != ownersBefore[i] { all[last].bucketsMoved += 1 }
    }
    if all[last].bucketsMoved == 0 { return }
    let minimum = table.minimum(
      before: ownersBefore, servingBefore, after: Shares.serving(ownership), offsets: ownership.offsets,
      isWeightChange: all[last].isWeightChange)
    // Where nobody is left to take a bucket it has not moved yet.
    all[last].bucketsMovedMinimum = min(minimum, all[last].bucketsMoved)
  }

  /// All that was found, with the first packets as `firstAcceptance` knows them.
  /// - Parameter handingOver: nodes that have been told to drain and still own buckets: their drain is not over.
  func results(end: Instant, handingOver: NodeSet = .empty, firstAcceptance: (Int) -> Instant?) -> [Rebalance]
  {
    var results: [Rebalance] = []
    for disturbance in all {
      var found = disturbance.rebalances(end: end, handingOver: handingOver)
      if found[0].isOver, let since = disturbance.mendedAt {
        let first = disturbance.watches.compactMap(firstAcceptance).min()
        if let first {
          if first >= since { found[0].firstPacket = first - since }
        } else if !disturbance.watches.isEmpty {
          found[0].firstPacketSoFar = end - since
        }
      }
      results += found
    }
    return results.sorted { a, b in
      a.at != b.at ? a.at < b.at : (a.isEnd ? 0 : 1, a.fault) < (b.isEnd ? 0 : 1, b.fault)
    }
  }
}

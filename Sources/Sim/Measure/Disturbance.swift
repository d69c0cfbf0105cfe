import Engine

/// What the faults that begin or end at one instant do to the buckets, for as long as it lasts.
///
/// A bucket is *whole* while it has exactly one owner, whose application serves. ``RebalanceMeter`` decides which
/// disturbance a bucket is charged to and calls ``opened(_:at:)`` and ``closed(_:)``; this type keeps the disturbed
/// buckets, the times in which some were not whole, and the instants of view change, commit and moves. A disturbance
/// stays *live* for some time after its beginning, while a lasting fault is in force, and while buckets of it are not
/// whole. ``rebalances(end:handingOver:)`` returns the result; the first of the faults carries it.
struct Disturbance: Sendable {
  let at: Instant
  /// The faults, as indices into the scenario's, and whether they end.
  private(set) var causes: [Cause]
  /// The nodes that the faults name, and whether one concerns everybody.
  private var named: NodeSet
  private(set) var concernsEverybody: Bool
  /// The nodes that it brings back, and those of them that have owned no bucket alone since.
  private var brought = NodeSet.empty
  private var awaited = NodeSet.empty
  /// When it began to act: a slow application does so once the node's checkers take the node out.
  private(set) var actsFrom: Instant
  private var isDormant: Bool
  private let answering: NodeSet
  private let answer: FaultTraits.Answer
  /// Whether its time counts from the first bucket that is not whole, since it disturbs nothing when it is ordered.
  private var countsFromDisturbance: Bool
  /// Whether it is a change of weight or of the farm file: see ``Shares``.
  let isWeightChange: Bool
  /// The lasting faults among its causes that are in force, and the nodes whose return ends each; empty for most.
  private var inForce: [(fault: Int, away: NodeSet)] = []

  /// Buckets that it disturbed, those of them that are not whole now, and those that had another owner since.
  private var disturbed = BucketMarks()
  private var open = BucketMarks()
  private var visited = BucketMarks()
  private var wasOpen = false
  /// Since when some bucket is not whole, and the earlier times in which one was not.
  private var openFrom: Instant?
  private var times = DisturbedTime()
  /// Whether another fault struck while some bucket was not whole.
  var isOutlasted = false
  private var disturbedAt: Instant?
  private(set) var mendedAt: Instant?
  /// When the commit that mended the last bucket was issued.
  private var issuedAt: Instant?
  private var viewAt: Instant?
  /// Whether one of the nodes that it names has seen others of them go or come: their own views are no answer.
  private var isSeenWithin = false
  private var firstMoveAt: Instant?
  private var lastMoveAt: Instant?
  /// Watches for the first packet in the buckets that were mended last.
  var watches: [Int] = []
  var bucketsMoved = 0
  var bucketsMovedMinimum = 0
  var bucketsThereAndBack = 0

  struct Cause: Sendable {
    var fault: Int
    var isEnd: Bool
    /// The node that is healthy again, if that is the end of the fault.
    var healthy: NodeID?
    /// The nodes that it names and does something to; empty if it concerns everybody.
    var nodes = NodeSet.empty

    func rebalance(at: Instant) -> Rebalance {
      var found = Rebalance(fault: fault, isEnd: isEnd, at: at)
      found.healthy = healthy
      return found
    }
  }

  /// - Parameters:
  ///   - idle: nodes that it names but does nothing to.
  ///   - isDormant: whether it disturbs nothing before ``wake(_:at:)``.
  init(_ cause: Cause, kind: FaultKind, idle: NodeSet, isDormant: Bool, at: Instant) {
    let (fault, isEnd) = (cause.fault, cause.isEnd)
    self.at = at
    actsFrom = at
    self.isDormant = isDormant
    causes = [cause]
    answering = (cause.healthy.map { NodeSet($0) } ?? kind.nodes).subtracting(idle)
    named = cause.nodes
    concernsEverybody = kind.concernsEverybody
    answer = isEnd ? kind.answer.reversed : kind.answer
    countsFromDisturbance = isEnd || kind.traits.isPlanned
    isWeightChange = kind.traits.strikes == .settings
    if !isEnd && kind.traits.isLasting { inForce = [(fault, kind.away)] }
  }

  /// Another fault begins or ends at the same instant.
  mutating func join(_ cause: Cause, kind: FaultKind, isDormant: Bool) {
    let (fault, isEnd) = (cause.fault, cause.isEnd)
    causes.append(cause)
    self.isDormant = self.isDormant && isDormant
    named = named.union(cause.nodes)
    concernsEverybody = concernsEverybody || kind.concernsEverybody
    countsFromDisturbance = countsFromDisturbance && (isEnd || kind.traits.isPlanned)
    if !isEnd && kind.traits.isLasting { inForce.append((fault, kind.away)) }
  }

  /// Nodes come back by it.
  /// - Parameter owning: the nodes of the farm that own a bucket alone: they are not waited for.
  mutating func bring(_ nodes: NodeSet, owning: NodeSet) {
    brought = brought.union(nodes)
    awaited = awaited.union(nodes.subtracting(owning))
  }

  /// Nodes are taken away, so their return is no longer awaited.
  mutating func take(_ nodes: NodeSet) { awaited = awaited.subtracting(nodes) }

  /// Begins to act if it was dormant and has the fault among its causes.
  mutating func wake(_ fault: Int, at now: Instant) {
    guard isDormant, causes.contains(where: { $0.fault == fault }) else { return }
    (isDormant, actsFrom) = (false, now)
  }

  /// A lasting fault has ended.
  mutating func ended(_ fault: Int) { inForce.removeAll { $0.fault == fault } }

  /// Nodes are started or resumed: a fault that had taken them away is over once the last of its nodes is back.
  mutating func returned(_ nodes: NodeSet) {
    for i in inForce.indices.reversed() where !inForce[i].away.isEmpty {
      inForce[i].away = inForce[i].away.subtracting(nodes)
      if inForce[i].away.isEmpty { inForce.remove(at: i) }
    }
  }

  var isOpen: Bool { !open.isEmpty }

  /// Whether the faults name a node.
  func names(_ node: UInt8) -> Bool { node < 64 && named.contains(NodeID(Int(node))) }

  /// Whether a bucket comes to a node because of it: it brought the node back, and the bucket is the node's first, or
  /// comes within `reach` of that.
  func brings(_ node: UInt8, at since: Instant, reach: Duration) -> Bool {
    guard node < 64, at <= since, brought.contains(NodeID(Int(node))) else { return false }
    return awaited.contains(NodeID(Int(node))) || since <= actsFrom + reach
  }

  /// Whether a bucket may still come to a node that it brings back.
  func mayBring(at now: Instant, reach: Duration) -> Bool {
    !brought.isEmpty && (!awaited.isEmpty || now <= actsFrom + reach)
  }

  /// Whether it may still disturb a bucket: it is fresh, or a lasting fault of it is in force.
  func isLive(at now: Instant, reach: Duration) -> Bool {
    !isDormant && (isFresh(at: now, reach: reach) || !inForce.isEmpty)
  }

  /// Whether it began to act less than `reach` ago, or some bucket of it is not whole.
  func isFresh(at now: Instant, reach: Duration) -> Bool {
    !isDormant && (isOpen || now <= actsFrom + reach)
  }

  /// Whether nothing more can come of it.
  func isForgettable(at now: Instant, reach: Duration) -> Bool {
    awaited.isEmpty && inForce.isEmpty && !isFresh(at: now, reach: reach)
  }

  /// Whether the two have a fault in common, such as its beginning and its end, or name a node in common.
  func isRelated(to other: Disturbance) -> Bool {
    causes.contains { cause in other.causes.contains { $0.fault == cause.fault } }
      || !named.intersection(other.named).isEmpty
  }

  /// Whether it mends another one: it is the end of its fault, or brings back nodes that the other names.
  func mends(_ other: Disturbance) -> Bool {
    causes.contains { cause in cause.isEnd && other.causes.contains { $0.fault == cause.fault } }
      || !brought.intersection(other.named).isEmpty
  }

  func hasDisturbed(_ bucket: Int) -> Bool { disturbed.contains(bucket) }

  /// Whether a bucket that it disturbed is not whole now.
  func hasOpen(_ bucket: Int) -> Bool { open.contains(bucket) }

  /// The disturbed buckets that are not whole now.
  var openBuckets: BucketMarks { open }

  /// Whether a node comes back by it.
  func hasBrought(_ node: UInt8) -> Bool { node < 64 && brought.contains(NodeID(Int(node))) }

  /// Whether a later disturbance had been answered too when this one's last commit was issued: then it is unknown which
  /// of the two the commit was for.
  func isDecided(with other: Disturbance) -> Bool {
    guard let viewAt, let issuedAt, let seen = other.viewAt else { return false }
    return other.at > at && seen > viewAt && seen <= issuedAt
  }

  /// Whether a bucket has had another owner since.
  func wasElsewhere(_ bucket: Int) -> Bool { visited.contains(bucket) }

  /// The first cause that names a node, or else the first of all.
  func cause(naming node: UInt8) -> Cause {
    guard causes.count > 1, node < 64 else { return causes[0] }
    return causes.first { $0.nodes.contains(NodeID(Int(node))) } ?? causes[0]
  }

  /// A bucket is no longer whole because of it.
  mutating func opened(_ bucket: Int, at now: Instant) {
    disturbed.insert(bucket)
    open.insert(bucket)
    wasOpen = true
    openFrom = min(openFrom ?? now, now)
    if disturbedAt == nil { disturbedAt = now }
  }

  /// A bucket is whole again, for whatever reason.
  mutating func closed(_ bucket: Int) { open.remove(bucket) }

  /// Called after all changes of an event. - Returns: whether with this event every bucket that it disturbed is whole.
  mutating func settle(at now: Instant, issued: Instant?) -> Bool {
    guard wasOpen && open.isEmpty else { return false }
    (wasOpen, mendedAt, issuedAt, watches) = (false, now, issued, [])
    if let from = openFrom { times.add(from: from, until: now) }
    openFrom = nil
    return true
  }

  /// A bucket was not whole for a time, and only now that it is whole it is known to have been because of this.
  mutating func adopt(_ bucket: Int, from start: Instant, until now: Instant) {
    disturbed.insert(bucket)
    wasOpen = true
    times.add(from: start, until: now)
    disturbedAt = min(disturbedAt ?? start, start)
  }

  /// A node owns a bucket alone. If that is its first since it came back by this, the return acts from now on.
  mutating func arrived(_ node: UInt8, at now: Instant) {
    guard node < 64, awaited.contains(NodeID(Int(node))) else { return }
    awaited.remove(NodeID(Int(node)))
    actsFrom = now
  }

  /// A bucket has another only owner than before.
  mutating func visit(_ bucket: Int) { visited.insert(bucket) }

  /// A bucket has moved because of it.
  mutating func moved(at now: Instant) {
    if firstMoveAt == nil { firstMoveAt = now }
    lastMoveAt = now
  }

  mutating func viewChanged(of node: NodeID, serving: NodeSet, at now: Instant) {
    guard viewAt == nil, !isDormant else { return }
    let nodes = answering.subtracting(answer == .any ? .empty : NodeSet(node))
    let isAnswer =
      switch answer {
      case .any: true
      case .without: !nodes.isSubset(of: serving)
      case .with: !nodes.intersection(serving).isEmpty
      }
    guard isAnswer else { return }
    if nodes == answering { viewAt = now } else { isSeenWithin = true }
  }

  /// Drops the buckets, since nothing that happens from now on is charged to it. Its times stay.
  mutating func forget() { (disturbed, open, visited) = (BucketMarks(), BucketMarks(), BucketMarks()) }

  /// The results, without first packets.
  /// - Parameters:
  ///   - end: of the run; a disturbance that is not over lasts until then at least.
  ///   - handingOver: nodes whose drain has buckets left to hand over.
  func rebalances(end: Instant, handingOver: NodeSet) -> [Rebalance] {
    var result = causes[0].rebalance(at: at)
    result.isOver = !isOpen && inForce.allSatisfy { $0.away.intersection(handingOver).isEmpty }
    let since = countsFromDisturbance ? (disturbedAt ?? at) - at : .zero
    // A disturbance of no length is left out: the same event disturbed and mended the buckets.
    if disturbedAt != nil, let to = result.isOver ? mendedAt : end, to > at + since || !result.isOver {
      result.since = since
      result.total = to - (at + since)
      var times = times
      if let openFrom { times.add(from: openFrom, until: to) }
      (result.disturbed, result.disturbances) = (times.sum, times.count)
      result.lastDisturbedAt = times.lastFrom
      if let viewAt, viewAt <= to {
        result.detection = viewAt - at
        // If all buckets were whole in between, the last commit does not belong to this view change.
        if let issuedAt, !isOpen, issuedAt >= viewAt, !times.isWhole(after: viewAt) {
          result.decision = issuedAt - viewAt
        }
      }
      if let issuedAt, !isOpen { result.commit = to - issuedAt }
      result.isSeenWithin = isSeenWithin
    }
    result.firstMove = firstMoveAt.map { $0 - at }
    result.lastMove = lastMoveAt.map { $0 - at }
    result.bucketsMoved = bucketsMoved
    result.bucketsMovedMinimum = bucketsMovedMinimum
    result.bucketsThereAndBack = bucketsThereAndBack
    return [result] + causes.dropFirst().map { $0.rebalance(at: at) }
  }
}

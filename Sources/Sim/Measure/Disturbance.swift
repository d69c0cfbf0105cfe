import Engine

/// What the faults that begin or end at one instant do to the buckets, for as long as it lasts.
///
/// A bucket is *whole* while it has exactly one owner. The first of the faults carries what is found.
struct Disturbance: Sendable {
  let at: Instant
  /// The faults, as indices into the scenario's, and whether they end.
  private(set) var causes: [Cause]
  /// The nodes that the faults name; everybody if one names none.
  private var named: NodeSet
  private var namesEverybody: Bool
  private let answering: NodeSet
  private let answer: FaultKind.Answer
  /// Nothing is disturbed when it is ordered: its time counts from the first bucket that is not whole.
  private var countsFromDisturbance: Bool
  /// A change of weight or of the farm file: see ``Shares``.
  let isWeightChange: Bool
  /// Those of the faults that go on disturbing while they are in force, and the nodes whose return ends them; none for most.
  private var inForce: [(fault: Int, away: NodeSet)] = []

  /// Buckets that it disturbed, and those of them that are not whole now.
  private var disturbed = BucketMarks()
  private var open = BucketMarks()
  private var wasOpen = false
  /// Another fault struck while some bucket was not whole.
  var isOutlasted = false
  private var disturbedAt: Instant?
  private(set) var mendedAt: Instant?
  /// When the commit was issued that mended the last bucket.
  private var issuedAt: Instant?
  private var viewAt: Instant?
  private var firstMoveAt: Instant?
  private var lastMoveAt: Instant?
  /// Watches for the first packet in the buckets that were mended last.
  var watches: [Int] = []
  var bucketsMoved = 0
  var bucketsMovedMinimum = 0

  struct Cause: Sendable {
    var fault: Int
    var isEnd: Bool
    /// The node that is healthy again, where that is the end.
    var healthy: NodeID?

    func rebalance(at: Instant) -> Rebalance {
      var found = Rebalance(fault: fault, isEnd: isEnd, at: at)
      found.healthy = healthy
      return found
    }
  }

  /// - Parameter idle: nodes named that it does nothing to.
  init(_ cause: Cause, kind: FaultKind, idle: NodeSet, at: Instant) {
    let (fault, isEnd) = (cause.fault, cause.isEnd)
    self.at = at
    causes = [cause]
    answering = kind.nodes.subtracting(idle)
    named = answering
    namesEverybody = kind.nodes.isEmpty
    answer = isEnd ? kind.answer.reversed : kind.answer
    countsFromDisturbance = isEnd || kind.isPlanned
    switch kind {
    case .weight, .reload: isWeightChange = true
    default: isWeightChange = false
    }
    if !isEnd && kind.isLasting { inForce = [(fault, kind.away)] }
  }

  /// Another fault begins or ends at the same instant.
  mutating func join(_ cause: Cause, kind: FaultKind, idle: NodeSet) {
    let (fault, isEnd) = (cause.fault, cause.isEnd)
    causes.append(cause)
    named = named.union(kind.nodes.subtracting(idle))
    namesEverybody = namesEverybody || kind.nodes.isEmpty
    countsFromDisturbance = countsFromDisturbance && (isEnd || kind.isPlanned)
    if !isEnd && kind.isLasting { inForce.append((fault, kind.away)) }
  }

  /// A fault that goes on disturbing has ended.
  mutating func ended(_ fault: Int) { inForce.removeAll { $0.fault == fault } }

  /// Nodes are started or resumed: a fault that had taken them away is over once the last of its nodes is back.
  mutating func returned(_ nodes: NodeSet) {
    for i in inForce.indices.reversed() where !inForce[i].away.isEmpty {
      inForce[i].away = inForce[i].away.subtracting(nodes)
      if inForce[i].away.isEmpty { inForce.remove(at: i) }
    }
  }

  var isOpen: Bool { !open.isEmpty }

  /// Whether the faults speak of a node.
  func names(_ node: UInt8) -> Bool {
    namesEverybody || node < 64 && named.contains(NodeID(Int(node)))
  }

  /// Whether it may still disturb a bucket, if it acts within `reach`.
  func isLive(at now: Instant, reach: Duration) -> Bool { isOpen || !inForce.isEmpty || now <= at + reach }

  func hasDisturbed(_ bucket: Int) -> Bool { disturbed.contains(bucket) }

  /// A bucket is not whole any more, because of it.
  mutating func opened(_ bucket: Int, at now: Instant) {
    disturbed.insert(bucket)
    open.insert(bucket)
    wasOpen = true
    if disturbedAt == nil { disturbedAt = now }
  }

  /// A bucket is whole again, whatever made it so.
  mutating func closed(_ bucket: Int) { open.remove(bucket) }

  /// After all changes of an event. - Returns: whether every bucket that it disturbed is whole by this event.
  mutating func settle(at now: Instant, issued: Instant?) -> Bool {
    guard wasOpen && open.isEmpty else { return false }
    (wasOpen, mendedAt, issuedAt, watches) = (false, now, issued, [])
    return true
  }

  /// A bucket was not whole for a time, and only now that it is again it is known to have been because of this.
  mutating func adopt(_ bucket: Int, from start: Instant) {
    disturbed.insert(bucket)
    wasOpen = true
    disturbedAt = min(disturbedAt ?? start, start)
  }

  /// A bucket has another only owner than before.
  mutating func moved(at now: Instant) {
    if firstMoveAt == nil { firstMoveAt = now }
    lastMoveAt = now
  }

  mutating func viewChanged(of node: NodeID, serving: NodeSet, at now: Instant) {
    guard viewAt == nil, answer == .any || !answering.contains(node) else { return }
    switch answer {
    case .any: viewAt = now
    case .without: if !answering.isSubset(of: serving) { viewAt = now }
    case .with: if !answering.intersection(serving).isEmpty { viewAt = now }
    }
  }

  /// Nothing that happens from now on is its own. Its times stay.
  mutating func forget() { (disturbed, open) = (BucketMarks(), BucketMarks()) }

  /// What was found, the first packet apart.
  /// - Parameters:
  ///   - end: of the run: what is not over lasts until then at least.
  ///   - handingOver: nodes whose drain has buckets left to hand over.
  func rebalances(end: Instant, handingOver: NodeSet) -> [Rebalance] {
    var result = causes[0].rebalance(at: at)
    result.isOver = !isOpen && inForce.allSatisfy { $0.away.intersection(handingOver).isEmpty }
    if let disturbedAt, let to = result.isOver ? mendedAt : end {
      result.since = countsFromDisturbance ? disturbedAt - at : .zero
      result.total = to - (at + result.since)
      if let viewAt, viewAt <= to {
        result.detection = viewAt - at
        if let issuedAt, !isOpen, issuedAt >= viewAt { result.decision = issuedAt - viewAt }
      }
      if let issuedAt, !isOpen { result.commit = to - issuedAt }
    }
    result.firstMove = firstMoveAt.map { $0 - at }
    result.lastMove = lastMoveAt.map { $0 - at }
    result.bucketsMoved = bucketsMoved
    result.bucketsMovedMinimum = bucketsMovedMinimum
    return [result] + causes.dropFirst().map { $0.rebalance(at: at) }
  }
}

import Engine

/// What each fault (or its end) did to the buckets, from one edge of the fault plan to the next.
///
/// - **Total**: from the fault to the last bucket that has exactly one owner again. A planned move (restart,
///   resume, drain, weight) and the end of a fault disturb nothing when they are ordered: their time counts from
///   the first bucket that has no owner or two. `nil` if no bucket was disturbed; a disturbance that outlasts
///   the window counts to its end.
/// - **Detection**: to the first view change of a node not named by the fault that answers it.
/// - **Decision** and **commit**: the commit that mended the last bucket, from that view change to its issue, and
///   from its issue to the filter having it.
/// - **First** and **last move**: to the first and the last bucket that has one owner which is another than before.
/// - **Moved**: buckets whose last only owner differs between the window's ends.
/// - **Minimum**: the larger of the buckets whose owner serves nothing any more, and the shares (by weight,
///   rounded down) of the nodes that serve now and did not before; for a change of weight or of the farm file, what exceeds the
///   owners' new shares, rounded up. 0 where nothing moved: who comes back before anyone took over was never gone.
///
/// Edges of one instant share a window; the first of them carries it.
struct RebalanceMeter: Sendable {
  private(set) var finished: [Rebalance] = []
  private var isOpen = false
  private var current = Rebalance(fault: 0, isEnd: false, at: .zero)
  private var named = NodeSet.empty
  private var answer = FaultKind.Answer.any
  private var countsFromDisturbance = false
  private var isWeightChange = false
  private var ownersBefore: [UInt8] = []
  private var servingBefore: [NodeSet] = []

  private var disturbedAt: Instant?
  private var isDisturbed = false
  private var mendedAt: Instant?
  private var viewAt: Instant?
  private var issuedAt: Instant?
  private var firstMoveAt: Instant?
  private var lastMoveAt: Instant?
  /// Watches for the first packet in the buckets that the last commit mended, and since when.
  private var watches: [[Int]] = []
  private var watched: [Int] = []
  private var mended: [Instant?] = []

  /// A fault begins or ends.
  mutating func begin(
    fault: Int, isEnd: Bool, kind: FaultKind, at now: Instant, ownership: OwnershipMeter, table: Shares
  ) {
    if isOpen && current.at == now {
      finished.append(Rebalance(fault: fault, isEnd: isEnd, at: now))
      watches.append([])
      mended.append(nil)
      return
    }
    finish(at: now, ownership: ownership, table: table)
    isOpen = true
    current = Rebalance(fault: fault, isEnd: isEnd, at: now)
    named = kind.nodes
    answer = isEnd ? kind.answer.reversed : kind.answer
    countsFromDisturbance = isEnd || kind.isPlanned
    switch kind {
    case .weight, .reload: isWeightChange = true
    default: isWeightChange = false
    }
    ownersBefore = ownership.lastOwner
    servingBefore = Shares.serving(ownership)
    isDisturbed = ownership.formedAt != nil && ownership.irregular > 0
    disturbedAt = isDisturbed ? now : nil
    (mendedAt, viewAt, issuedAt, watched) = (nil, nil, nil, [])
    (firstMoveAt, lastMoveAt) = (nil, nil)
  }

  /// A bucket has one owner, and another one than when it had one last.
  mutating func bucketMoved(at now: Instant) {
    if firstMoveAt == nil { firstMoveAt = now }
    lastMoveAt = now
  }

  /// A node's view has changed.
  mutating func viewChanged(of node: NodeID, serving: NodeSet, at now: Instant) {
    guard isOpen, viewAt == nil, !named.contains(node) || answer == .any else { return }
    switch answer {
    case .any: viewAt = now
    case .without: if !named.isSubset(of: serving) { viewAt = now }
    case .with: if !named.intersection(serving).isEmpty { viewAt = now }
    }
  }

  /// Owners have changed. - Returns: whether every bucket has exactly one owner again by this, so that the
  /// changed buckets are worth a watch: see ``watch(_:)``.
  mutating func ownersChanged(at now: Instant, issued: Instant?, ownership: OwnershipMeter) -> Bool {
    guard isOpen, ownership.formedAt != nil else { return false }
    let wasDisturbed = isDisturbed
    isDisturbed = ownership.irregular > 0
    if isDisturbed && disturbedAt == nil { disturbedAt = now }
    guard wasDisturbed && !isDisturbed else { return false }
    mendedAt = now
    issuedAt = issued
    return issued != nil
  }

  /// The watches of traffic upon the buckets mended last.
  mutating func watch(_ ids: [Int]) { watched = ids }

  /// Ends the open window.
  mutating func finish(at now: Instant, ownership: OwnershipMeter, table: Shares) {
    guard isOpen else { return }
    isOpen = false
    if let disturbedAt {
      let from = countsFromDisturbance ? disturbedAt : current.at
      let to = isDisturbed ? now : mendedAt ?? now
      current.total = to - from
      if let viewAt, viewAt <= to {
        current.detection = viewAt - current.at
        if let issuedAt, !isDisturbed, issuedAt >= viewAt { current.decision = issuedAt - viewAt }
      }
      if let issuedAt, !isDisturbed { current.commit = to - issuedAt }
    }
    current.firstMove = firstMoveAt.map { $0 - current.at }
    current.lastMove = lastMoveAt.map { $0 - current.at }
    for i in ownersBefore.indices where ownersBefore[i] != 255 {
      if ownership.lastOwner[i] != ownersBefore[i] { current.bucketsMoved += 1 }
    }
    let minimum = table.minimum(
      before: ownersBefore, servingBefore, after: Shares.serving(ownership), offsets: ownership.offsets,
      isWeightChange: isWeightChange)
    current.bucketsMovedMinimum = current.bucketsMoved == 0 ? 0 : minimum
    finished.append(current)
    watches.append(watched)
    mended.append(isDisturbed ? nil : mendedAt)
  }

  /// All that was found, with the first packets as `firstAcceptance` knows them.
  func results(firstAcceptance: (Int) -> Instant?) -> [Rebalance] {
    var results = finished
    for i in results.indices {
      guard let since = mended[i] else { continue }
      let first = watches[i].compactMap(firstAcceptance).min()
      if let first, first >= since { results[i].firstPacket = first - since }
    }
    return results.sorted { a, b in
      a.at != b.at ? a.at < b.at : (a.isEnd ? 0 : 1, a.fault) < (b.isEnd ? 0 : 1, b.fault)
    }
  }
}

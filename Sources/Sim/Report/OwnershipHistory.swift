import Engine

/// The state of a bucket at an instant, from least to most worrying.
enum Ownership: Hashable, Comparable {
  /// The farm does not have such a bucket yet, or any more.
  case unused
  /// Nobody accepts it, because the farm has not formed yet.
  case forming
  case owned(NodeID)
  /// A node owns it, but its application does not serve.
  case unserved
  /// A filter has it, but the network brings no client there, or no answer back.
  case unreached
  case hole
  case double
}

/// The changes of one group's buckets, arranged by bucket.
///
/// It is made once from an ``OwnershipTimeline``, which has the changes in order of time. Charts and tables then walk
/// one bucket at a time: ``forEachSpan(of:from:to:_:)`` cuts its stretches at the edges of a window, and
/// ``forEachStretch(of:touching:_:_:)`` leaves them whole. A bucket without an owner counts as forming until
/// ``formed``, and only then as a hole.
struct OwnershipHistory {
  /// What holds of a bucket from an instant on.
  struct Stretch: Hashable {
    let at: Instant
    let owners: NodeSet
    let isUnreached: Bool
    var isUnserved = false
    var isInUse = true

    func isSame(as other: Stretch) -> Bool {
      owners == other.owners && isUnreached == other.isUnreached && isUnserved == other.isUnserved
        && isInUse == other.isInUse
    }

    var state: Ownership {
      if !isInUse { return .unused }
      guard let first = owners.first else { return isUnreached ? .unreached : .hole }
      return owners.count > 1 ? .double : isUnserved ? .unserved : .owned(first)
    }
  }

  let bucketCount: Int
  /// Whether the farm had the group from the start.
  let startsInUse: Bool
  /// When every bucket had an owner for the first time; the end of the run if that never was. For a group that a reload
  /// brings, when it came: the farm has formed by then.
  let formed: Instant
  let end: Instant
  /// One more than the highest node number of any owner.
  let nodeCount: Int
  /// By bucket, ascending in time, starting at zero. Neighbours differ in time and in state.
  let changes: [[Stretch]]

  init(_ timeline: OwnershipTimeline, end: Instant) {
    var changes = Array(
      repeating: [
        Stretch(at: .zero, owners: .empty, isUnreached: false, isInUse: timeline.startsInUse)
      ], count: timeline.bucketCount)
    var unserved = timeline.bucketCount
    var formed = timeline.startsInUse ? nil : timeline.changes.first?.at
    var next = timeline.changes.startIndex
    while next < timeline.changes.endIndex {
      let at = timeline.changes[next].at
      while next < timeline.changes.endIndex, timeline.changes[next].at == at {
        let change = timeline.changes[next]
        next += 1
        let bucket = change.bucket.index
        unserved +=
          (change.owners.isEmpty ? 1 : 0)
          - (changes[bucket][changes[bucket].count - 1].owners.isEmpty ? 1 : 0)
        OwnershipHistory.append(change, to: &changes[bucket])
      }
      if unserved == 0, formed == nil { formed = at }
    }
    self.changes = changes
    let everyone = timeline.changes.reduce(0 as UInt64) { $0 | $1.owners.bits }
    nodeCount = UInt64.bitWidth - everyone.leadingZeroBitCount
    self.end = end
    self.formed = formed ?? end
    bucketCount = timeline.bucketCount
    startsInUse = timeline.startsInUse
  }

  private static func append(_ change: OwnershipChange, to list: inout [Stretch]) {
    if list[list.count - 1].at == change.at { list.removeLast() }
    let next = Stretch(
      at: change.at, owners: change.owners, isUnreached: change.isUnreached, isUnserved: change.isUnserved,
      isInUse: change.isInUse)
    if let last = list.last, last.isSame(as: next) { return }
    list.append(next)
  }

  /// Calls `body` for the stretches of a bucket between two instants, cut to these, in order.
  func forEachSpan(
    of bucket: Int, from start: Instant, to stop: Instant, _ body: (Instant, Instant, Ownership) -> Void
  ) {
    let list = changes[bucket]
    var low = lastChange(of: bucket, notAfter: start)
    while low < list.count, list[low].at < stop {
      let until = low + 1 < list.count ? min(list[low + 1].at, stop) : stop
      let from = max(list[low].at, start)
      if list[low].owners.isEmpty, list[low].isInUse, from < formed {
        body(from, min(formed, until), .forming)
        if until > formed { body(formed, until, list[low].state) }
      } else if from < until {
        body(from, until, list[low].state)
      }
      low += 1
    }
  }

  /// Calls `body` for the stretches of a bucket that touch a time, each at its whole length, in order. Changes that
  /// leave the state as it is do not end a stretch.
  func forEachStretch(
    of bucket: Int, touching start: Instant, _ stop: Instant, _ body: (Instant, Instant, Ownership) -> Void
  ) {
    let list = changes[bucket]
    var low = lastChange(of: bucket, notAfter: start)
    while low > 0, list[low - 1].state == list[low].state { low -= 1 }
    while low < list.count, list[low].at < stop {
      let state = list[low].state
      var next = low + 1
      while next < list.count, list[next].state == state { next += 1 }
      let until = next < list.count ? list[next].at : end
      let isEmpty = state == .hole || state == .unreached
      // Before the farm has formed, a missing owner is no trouble.
      let from = isEmpty ? max(list[low].at, formed) : list[low].at
      if from < until, from < stop, until > start { body(from, until, state) }
      low = next
    }
  }

  /// The times that buckets were away with another only owner, from when it had them until they were back with the one
  /// before: those that end between two instants.
  func stays(endingFrom start: Instant, to stop: Instant) -> [(from: Instant, until: Instant)] {
    changes.flatMap { list -> [(from: Instant, until: Instant)] in
      var owned: [(node: NodeID, at: Instant)] = []
      var stays: [(from: Instant, until: Instant)] = []
      for change in list {
        guard change.isInUse, change.owners.count == 1, let node = change.owners.first,
          node != owned.last?.node
        else { continue }
        if owned.count > 1, owned[owned.count - 2].node == node, change.at >= start, change.at <= stop {
          stays.append((owned[owned.count - 1].at, change.at))
        }
        owned.append((node, change.at))
      }
      return stays
    }
  }

  /// The place of the last change at or before an instant. - Complexity: O(log n).
  private func lastChange(of bucket: Int, notAfter at: Instant) -> Int {
    let list = changes[bucket]
    var (low, high) = (0, list.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if list[middle].at <= at { low = middle } else { high = middle }
    }
    return low
  }

  /// Whether anything happened to a bucket between two instants: it changed, or it was not whole.
  func isDisturbed(_ bucket: Int, from start: Instant, to stop: Instant) -> Bool {
    var states: Set<Ownership> = []
    forEachSpan(of: bucket, from: start, to: stop) { _, _, state in states.insert(state) }
    if states.count > 1 { return true }
    if case .owned? = states.first { return false }
    return states.first != .forming && states.first != .unused
  }

  /// By node: how many buckets it gained or lost after the farm had formed. Each time counts.
  var movesByNode: [Int] {
    var moves = [Int](repeating: 0, count: nodeCount)
    for list in changes {
      for (before, after) in zip(list, list.dropFirst()) where after.at > formed {
        let differing = NodeSet(bits: before.owners.bits ^ after.owners.bits)
        for node in differing { moves[node.index] += 1 }
      }
    }
    return moves
  }

  /// Buckets ordered by their first owner, then by the next one, and so on.
  ///
  /// Tables scatter a node's buckets over the whole range on purpose. In this order buckets with the same history lie
  /// side by side, so that a chart shows what happened to a node's share.
  /// - Parameter rank: where a node's share lies, from the bottom; nodes of one rank lie in order of their numbers.
  func orderedByOwners(rank: (Int) -> Int = { _ in 0 }) -> [Int] {
    let places = (0..<64).sorted { (rank($0), $0) < (rank($1), $1) }
    var place = [UInt8](repeating: 0, count: 64)
    for (position, node) in places.enumerated() { place[node] = UInt8(position) }
    let keys = changes.map { list -> [UInt8] in
      var key: [UInt8] = []
      for change in list {
        guard let owner = change.owners.first, change.owners.count == 1 else { continue }
        if key.last != place[owner.index] { key.append(place[owner.index]) }
        if key.count == 16 { break }
      }
      return key
    }
    return (0..<bucketCount).sorted { a, b in
      keys[a] == keys[b] ? a < b : keys[a].lexicographicallyPrecedes(keys[b])
    }
  }
}

import Engine

/// What an instant of a bucket is, from least to most worrying.
enum Ownership: Hashable, Comparable {
  /// Nobody accepts it, because the farm has not formed yet.
  case forming
  case owned(NodeID)
  case hole
  case double
}

/// The changes of one group's buckets, arranged by bucket.
struct OwnershipHistory {
  let bucketCount: Int
  /// When every bucket had an owner for the first time; the end of the run if never.
  let formed: Instant
  let end: Instant
  /// One more than the highest id of any owner.
  let nodeCount: Int
  /// By bucket, ascending in time, starting at zero; no two neighbours have the same time or owners.
  let changes: [[(at: Instant, owners: NodeSet)]]

  init(_ timeline: OwnershipTimeline, end: Instant) {
    var changes: [[(at: Instant, owners: NodeSet)]] = Array(
      repeating: [(.zero, .empty)], count: timeline.bucketCount)
    var unserved = timeline.bucketCount
    var formed: Instant?
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
  }

  private static func append(_ change: OwnershipChange, to list: inout [(at: Instant, owners: NodeSet)]) {
    if list[list.count - 1].at == change.at { list.removeLast() }
    if let last = list.last, last.owners == change.owners { return }
    list.append((change.at, change.owners))
  }

  /// The stretches of a bucket's life between two instants, in order.
  func forEachSpan(
    of bucket: Int, from start: Instant, to stop: Instant, _ body: (Instant, Instant, Ownership) -> Void
  ) {
    let list = changes[bucket]
    // The last change at or before the start.
    var low = 0
    var high = list.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if list[middle].at <= start { low = middle } else { high = middle }
    }
    while low < list.count, list[low].at < stop {
      let until = low + 1 < list.count ? min(list[low + 1].at, stop) : stop
      let from = max(list[low].at, start)
      if list[low].owners.isEmpty, from < formed {
        body(from, min(formed, until), .forming)
        if until > formed { body(formed, until, .hole) }
      } else if from < until {
        body(from, until, OwnershipHistory.state(list[low].owners))
      }
      low += 1
    }
  }

  static func state(_ owners: NodeSet) -> Ownership {
    guard let first = owners.first else { return .hole }
    return owners.count > 1 ? .double : .owned(first)
  }

  /// Buckets that have no owner, and buckets that have several, when the run ends.
  var unsettledAtEnd: (holes: Int, doubles: Int) {
    var result = (holes: 0, doubles: 0)
    for list in changes {
      let count = list[list.count - 1].owners.count
      if count == 0 { result.holes += 1 }
      if count > 1 { result.doubles += 1 }
    }
    return result
  }

  /// Buckets ordered by who owned them first, then by who owned them next, and so on.
  ///
  /// Tables scatter a node's buckets over the whole range on purpose; in this order buckets that share a
  /// fate lie side by side, so that a chart shows what happened to a node's share at a glance.
  func orderedByOwners() -> [Int] {
    let keys = changes.map { list -> [UInt8] in
      var key: [UInt8] = []
      for change in list {
        guard let owner = change.owners.first, change.owners.count == 1 else { continue }
        if key.last != owner.rawValue { key.append(owner.rawValue) }
        if key.count == 16 { break }
      }
      return key
    }
    return (0..<bucketCount).sorted { a, b in
      keys[a] == keys[b] ? a < b : keys[a].lexicographicallyPrecedes(keys[b])
    }
  }
}

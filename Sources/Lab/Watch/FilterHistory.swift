import Engine

/// What every node's filter held over time: the changes that the kernels announced, and the ends of leases, which
/// nobody announces.
struct FilterHistory: Sendable {
  struct Moment: Sendable, Hashable {
    var at: Instant
    var node: NodeID
    var state: FilterState
  }

  /// In order of time.
  let moments: [Moment]
  /// By node: when its daemon changed its kernel's tables, in order of time.
  private let acts: [NodeID: [Instant]]

  /// - Parameters:
  ///   - changes: as the watch gave them, in its order.
  ///   - end: when the watch ended: a lease that ran longer has no end.
  init(_ changes: [FilterChange], until end: Instant) {
    var moments: [Moment] = []
    for (_, own) in Dictionary(grouping: changes, by: \.node).sorted(by: { $0.key.rawValue < $1.key.rawValue }
    ) {
      let kept = FilterHistory.withoutLost(own)
      for (i, change) in kept.enumerated() {
        let next = i + 1 < kept.count ? kept[i + 1] : nil
        moments.append(Moment(at: change.at, node: change.node, state: change.filter.state(at: change.at)))
        guard let lease = change.filter.leaseEnd, change.at < lease, lease < (next?.at ?? end),
          !(next.map { FilterHistory.isUnbroken($0) } ?? false)
        else { continue }
        moments.append(Moment(at: lease, node: change.node, state: change.filter.state(at: lease)))
      }
    }
    acts = Dictionary(grouping: changes.filter { !$0.isResynchronised }, by: \.node).mapValues {
      $0.map(\.at)
    }
    // Stable: a node's own moments stay in order.
    self.moments = moments.enumerated().sorted { a, b in
      a.element.at == b.element.at ? a.offset < b.offset : a.element.at < b.element.at
    }.map(\.element)
  }

  /// Whether the lease had not run out when a change came: it was taken away then, or found in force when all was
  /// read again and what came before is not known.
  private static func isUnbroken(_ change: FilterChange) -> Bool {
    change.hadLease || change.isResynchronised && change.filter.leaseEnd != nil
  }

  /// Changes of a machine after it had lost its power are none: the loss is noted a moment after it.
  private static func withoutLost(_ changes: [FilterChange]) -> [FilterChange] {
    var kept: [FilterChange] = []
    for change in changes {
      while let last = kept.last, last.at > change.at { kept.removeLast() }
      kept.append(change)
    }
    return kept
  }

  /// When a daemon that was started at an instant was first seen at work: the first change of its tables from then.
  func firstAct(of node: NodeID, from start: Instant) -> Instant? {
    acts[node]?.first { $0 >= start }
  }

  /// By node: what its filter holds at an instant.
  /// - Parameter empty: what a node has that was not watched yet.
  func states(at instant: Instant, nodeCount: Int, empty: FilterState) -> [FilterState] {
    var states = [FilterState](repeating: empty, count: nodeCount)
    for moment in moments {
      if moment.at > instant { break }
      states[moment.node.index] = moment.state
    }
    return states
  }
}

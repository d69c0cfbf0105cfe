import Engine

/// The content of every node's filter over time: the changes that the kernels announced, and the ends of leases, which
/// no kernel announces.
struct FilterHistory: Sendable {
  struct Moment: Sendable, Hashable {
    var at: Instant
    var node: NodeID
    var state: FilterState
  }

  /// In order of time.
  let moments: [Moment]
  /// By node: when its daemon changed the kernel's tables, in order of time.
  private let acts: [NodeID: [Instant]]

  /// - Parameters:
  ///   - changes: all changes, in the watch's order.
  ///   - end: when the watch ended. A lease that ran longer has no end.
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
    // The sort is stable, so that a node's own moments stay in order.
    self.moments = moments.enumerated().sorted { a, b in
      a.element.at == b.element.at ? a.offset < b.offset : a.element.at < b.element.at
    }.map(\.element)
  }

  /// Whether the lease had not ended when a change came: the change removed it, or found it in force when the whole
  /// filter was read again. In that case what came before is not known.
  private static func isUnbroken(_ change: FilterChange) -> Bool {
    change.hadLease || change.isResynchronised && change.filter.leaseEnd != nil
  }

  /// Drops changes of a machine that come after it lost its power: the loss is noted a moment later.
  private static func withoutLost(_ changes: [FilterChange]) -> [FilterChange] {
    var kept: [FilterChange] = []
    for change in changes {
      while let last = kept.last, last.at > change.at { kept.removeLast() }
      kept.append(change)
    }
    return kept
  }

  /// When a daemon that was started at an instant was first at work: its first change of the tables from then on.
  func firstAct(of node: NodeID, from start: Instant) -> Instant? {
    acts[node]?.first { $0 >= start }
  }

  /// By node: the content of its filter at an instant.
  /// - Parameter empty: the content for a node that was not watched yet.
  func states(at instant: Instant, nodeCount: Int, empty: FilterState) -> [FilterState] {
    var states = [FilterState](repeating: empty, count: nodeCount)
    for moment in moments {
      if moment.at > instant { break }
      states[moment.node.index] = moment.state
    }
    return states
  }
}

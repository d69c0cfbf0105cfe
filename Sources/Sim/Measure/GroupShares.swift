import Engine

/// The load of one group that each node carried in one phase, beside the share due to it.
public struct GroupShares: Sendable, Hashable {
  public var phase: SkewRow.Phase
  /// Packets if the group's clients sent any in the phase, else bucket-time.
  public var kind: SkewRow.Load
  /// By node: packets, or bucket-seconds.
  public var carried: [Double]
  /// By node: its share by weight, or in a group with a priority 1 for the node that should carry all. The share
  /// changes with weights and with the nodes in service; this is the average over the phase.
  public var due: [Double]

  init(phase: SkewRow.Phase, kind: SkewRow.Load, carried: [Double], due: [Double]) {
    self.phase = phase
    self.kind = kind
    self.carried = carried
    // An average may leave a tiny rounding error where the share is 0.
    self.due = due.map { ($0 * 1e9).rounded() / 1e9 }
  }

  /// By node: its part of what was carried, 0 to 1; `nil` if nothing was.
  public var shares: [Double]? {
    let all = carried.reduce(0, +)
    return all > 0 ? carried.map { $0 / all } : nil
  }
}

extension RunOutcome {
  /// The load of a group that the nodes carried, by phase that began.
  ///
  /// If a reload gives a group other buckets, its clients count in the space that they had first, as in
  /// ``StreamOutcome/group``.
  public func shares(of group: GroupID) -> [GroupShares] {
    owned.compactMap { own in
      guard group.index < own.byGroup.count, group.index < own.dues.byGroup.count else { return nil }
      let own = (phase: own.phase, seconds: own.byGroup[group.index], dues: own.dues)
      let those = streams.indices.filter { streams[$0].group == group }
      let load = phases.first { $0.phase == own.phase }
      let packets = those.map { s in
        load.map { s < $0.byStream.count ? $0.byStream[s].map { Double($0.packets) } : [] } ?? []
      }
      let sums = packets.map { $0.reduce(0, +) }
      guard sums.contains(where: { $0 > 0 }) else {
        return GroupShares(
          phase: own.phase, kind: .buckets, carried: own.seconds, due: own.dues.byGroup[group.index])
      }
      let all = sums.reduce(0, +)
      let due = Shares.sum(those.map { own.dues.byStream[$0] }, loads: sums.map { $0 / all })
      let carried = own.seconds.indices.map { n in packets.reduce(0) { $0 + ($1.isEmpty ? 0 : $1[n]) } }
      return GroupShares(phase: own.phase, kind: .packets, carried: carried, due: due)
    }
  }
}

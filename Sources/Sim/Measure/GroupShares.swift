import Engine

/// What the nodes carried of one group in one phase, beside what was due to each.
public struct GroupShares: Sendable, Hashable {
  public var phase: SkewRow.Phase
  /// Packets where the group's clients sent some in the phase, else buckets: their time.
  public var kind: SkewRow.Load
  /// By node: packets, or bucket-seconds.
  public var carried: [Double]
  /// By node: its share by weight, or 1 for the node that is to carry all, where the group has a priority. What is due to a
  /// node changes with weights and with who is in service; it is the average over the phase.
  public var due: [Double]

  init(phase: SkewRow.Phase, kind: SkewRow.Load, carried: [Double], due: [Double]) {
    self.phase = phase
    self.kind = kind
    self.carried = carried
    // What rounding leaves of an average is no share.
    self.due = due.map { ($0 * 1e9).rounded() / 1e9 }
  }

  /// By node: its part of what was carried, 0 to 1; `nil` if nothing was.
  public var shares: [Double]? {
    let all = carried.reduce(0, +)
    return all > 0 ? carried.map { $0 / all } : nil
  }
}

extension RunOutcome {
  /// What the nodes carried of a group, by phase that began.
  ///
  /// The clients of a group that a reload gives other buckets count where they were first, as in ``StreamOutcome/group``.
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

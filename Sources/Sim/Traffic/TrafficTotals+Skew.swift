import Engine

extension TrafficTotals {
  /// How even flows, packets and bytes were, one row for each kind of load that a phase had any of.
  /// - Parameter due: by phase and load, the share that each node should get: a number for every node, finite and not
  ///   negative. Nodes that nothing is due to are left out.
  public func skewRows(due: (SkewRow.Phase, SkewRow.Load) -> [Double]) -> [SkewRow] {
    phases.flatMap { phase in
      [SkewRow.Load.flows, .packets, .bytes].compactMap { kind in
        summary(of: kind, phase.load, weights: due(phase.phase, kind)).map {
          SkewRow(
            phase: phase.phase, load: kind, maxOverMean: $0.maxOverMean, variation: $0.variation,
            jain: $0.jain)
        }
      }
    }
  }

  /// How even one kind of load was over all phases; `nil` if there was none.
  public func skew(of load: SkewRow.Load, weights: [Double]) -> SkewSummary? {
    summary(of: load, self.load, weights: weights)
  }

  private func summary(of kind: SkewRow.Load, _ nodes: [NodeLoad], weights: [Double]) -> SkewSummary? {
    Statistics.skew(nodes.map { $0.amount(of: kind) }, due: weights)
  }
}

import Engine

extension TrafficTotals {
  /// How even flows, packets and bytes were, one row for each that a phase had any of.
  ///
  /// The p-value holds for independent packets or flows: clients that stick to a node make it small, as they
  /// should. Bytes are no counts and have none.
  /// - Parameter weights: of the nodes by id, the share each should get; nodes with weight 0 are left out.
  /// - Precondition: there is a weight for every node, finite and not negative.
  public func skewRows(weights: [Double]) -> [SkewRow] {
    phases.flatMap { rows(of: $0.phase, $0.load, weights: weights) }
  }

  /// How even one kind of load was over all phases; `nil` if there was none.
  public func skew(of load: SkewRow.Load, weights: [Double]) -> SkewSummary? {
    summary(of: load, self.load, weights: weights)
  }

  private func rows(of phase: SkewRow.Phase, _ nodes: [NodeLoad], weights: [Double]) -> [SkewRow] {
    [SkewRow.Load.flows, .packets, .bytes].compactMap { kind in
      summary(of: kind, nodes, weights: weights).map {
        SkewRow(
          phase: phase, load: kind, maxOverMean: $0.maxOverMean, variation: $0.variation, jain: $0.jain,
          pValue: kind == .bytes ? nil : $0.pValue)
      }
    }
  }

  private func summary(of kind: SkewRow.Load, _ nodes: [NodeLoad], weights: [Double]) -> SkewSummary? {
    let counts = nodes.map { node in
      switch kind {
      case .flows: Double(node.flows)
      case .packets: Double(node.packets)
      case .bytes: Double(node.bytes)
      case .buckets: 0.0
      }
    }
    return Statistics.skew(counts, due: weights)
  }
}

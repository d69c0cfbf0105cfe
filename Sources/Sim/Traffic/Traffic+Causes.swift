import Engine

/// The edges of the fault plan that clients' losses are charged to: see ``LossLedger``.
extension Traffic {
  /// The edge for a connect or request whose first attempt was not answered.
  /// - Parameters:
  ///   - since: when that attempt was made.
  ///   - node: the node that accepted it though its application did not serve it; `nil` if none did.
  func cause(of flow: FlowRecord, since: UInt64, leftAloneBy node: Int? = nil) -> Int? {
    if let node, let edge = losses.strike(of: node, at: since) { return edge }
    let stream = streams[Int(flow.stream)]
    if let from = stream.unmatchedFrom?.nanoseconds, from <= since,
      stream.unmatchedUntil.map({ since < $0.nanoseconds }) ?? true
    {
      // No rule matches it, so no disturbance of buckets is its cause.
      return losses.lastEdge(at: from)
    }
    return stream.first(of: flow) { losses.disturbance($0, $1, at: since) }
  }

  /// For a flow that was broken or reset, the edge that disturbed its bucket last before its trouble began.
  func disturbance(of flow: FlowRecord, at time: UInt64) -> Int? {
    streams[Int(flow.stream)].first(of: flow) {
      losses.lastDisturbance($0, $1, before: min(flow.since, time))
    }
  }
}

import Engine

/// Which edge of the fault plan what clients lose is charged to: see ``LossLedger``.
extension Traffic {
  /// Of a connect or request whose first attempt was not answered at a time.
  /// - Parameter node: that accepted it and whose application did not serve it, if one did.
  func cause(of flow: FlowRecord, since: UInt64, leftAloneBy node: Int? = nil) -> Int? {
    if let node, let edge = losses.strike(of: node, at: since) { return edge }
    let stream = streams[Int(flow.stream)]
    if let from = stream.unmatchedFrom?.nanoseconds, from <= since,
      stream.unmatchedUntil.map({ since < $0.nanoseconds }) ?? true
    {
      // There is no rule for it: what disturbs buckets has nothing to do with it.
      return losses.lastEdge(at: from)
    }
    return stream.first(of: flow) { losses.disturbance($0, $1, at: since) }
  }

  /// Of a flow that was broken or reset: the edge that disturbed its bucket last before its trouble began.
  func disturbance(of flow: FlowRecord, at time: UInt64) -> Int? {
    streams[Int(flow.stream)].first(of: flow) {
      losses.lastDisturbance($0, $1, before: min(flow.since, time))
    }
  }
}

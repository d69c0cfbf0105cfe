import Engine

/// A drain that has ended: the node had handed its buckets over and left, or went into standby.
public struct DrainedNode: Sendable, Hashable {
  public var node: NodeID
  public var at: Instant
  /// Connections that it still tracked and that the deadline of the drain cut.
  public var flowsCut: Int

  public init(node: NodeID, at: Instant, flowsCut: Int) {
    self.node = node
    self.at = at
    self.flowsCut = flowsCut
  }

  /// The last order to drain a node that had been given by a time; `nil` if there was none. Its deadline is `nil` where
  /// the farm file's holds.
  static func order(of node: NodeID, by time: Instant, in faults: [Fault]) -> (
    at: Duration, deadline: Duration?
  )? {
    for fault in faults.reversed() where .zero + fault.at <= time {
      if case .drain(let nodes, let deadline, _) = fault.kind, nodes.contains(node) {
        return (fault.at, deadline)
      }
    }
    return nil
  }
}

extension MeasureValues {
  /// Takes the longest drain, from its order to its end. One that is not over when the run ends has lasted so far.
  mutating func take(_ drained: [DrainedNode], draining: NodeSet, _ faults: [Fault], end: Instant) {
    let all = drained.map { ($0.node, $0.at, false) } + draining.map { ($0, end, true) }
    let lengths = all.compactMap { node, until, isOpen in
      DrainedNode.order(of: node, by: until, in: faults).map {
        Measured((until - (.zero + $0.at)).seconds, isCensored: isOpen)
      }
    }
    set(.drainTimeMax, Measured.largest(of: lengths))
  }
}

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
}

import Engine

/// A hold-down: a node came and went too often, and is kept out of service until it has been quiet for long enough or
/// an operator resumes it.
///
/// It ends when the node's daemon is gone. If the node is still held when it is back, that is another hold-down.
public struct HeldDown: Sendable, Hashable {
  public var node: NodeID
  public var from: Instant
  /// When the node was in service again, or its daemon gone; `nil` if the run ended before.
  public var until: Instant?

  public init(node: NodeID, from: Instant, until: Instant? = nil) {
    self.node = node
    self.from = from
    self.until = until
  }
}

import Engine

/// A node that comes and goes too often, and is kept out until it has been quiet for long enough or an operator resumes it.
///
/// While its daemon is gone nobody keeps it out: if it is still held when it is back, that is another time.
public struct HeldDown: Sendable, Hashable {
  public var node: NodeID
  public var from: Instant
  /// When it was in service again, or its daemon gone; `nil`: not before the run ended.
  public var until: Instant?

  public init(node: NodeID, from: Instant, until: Instant? = nil) {
    self.node = node
    self.from = from
    self.until = until
  }
}

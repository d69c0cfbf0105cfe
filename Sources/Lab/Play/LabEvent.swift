import Engine

/// Something that was done to the lab's farm, stamped when it was done.
public struct LabEvent: Sendable, Hashable {
  /// `CLOCK_MONOTONIC`.
  public var at: Instant
  public var kind: Kind

  public enum Kind: Sendable, Hashable {
    /// A fault of the plan's scenario begins or ends, by its index there.
    case fault(index: Int, isEnd: Bool)
    /// The nodes that get the frames of clients from here on, those without power left out.
    case reached(NodeSet)
    case repeatBegan(Int)
    case repeatEnded(Int)
  }

  public init(at: Instant, kind: Kind) {
    self.at = at
    self.kind = kind
  }
}

/// Who looks at a farm from outside while a lab plays. All are called in order, on the thread that plays.
public struct LabObserver: Sendable {
  /// A node's machine stands, its daemon does not run yet. It comes again after each power-on; what was held of an
  /// earlier machine of the node is to be let go.
  public var nodeBuilt: @Sendable (NodeID, NetworkNamespace) -> Void = { _, _ in }
  /// A node has lost power: its filter counts for nothing from here on.
  public var nodeLost: @Sendable (NodeID, Instant) -> Void = { _, _ in }
  public var event: @Sendable (LabEvent) -> Void = { _ in }

  public init() {}
}

import Engine

/// Something that was done to the lab's farm, stamped when it was done.
public struct LabEvent: Sendable, Hashable {
  /// `CLOCK_MONOTONIC`.
  public var at: Instant
  public var kind: Kind
  /// The daemons that were started with it, and when: they run a moment later.
  public var starts: [NodeID: Instant]

  public enum Kind: Sendable, Hashable {
    /// A fault of the plan's scenario begins or ends, by its index there.
    case fault(index: Int, isEnd: Bool)
    /// The nodes that get the frames of clients from here on, those without power left out.
    case reached(NodeSet)
    /// A node's application serves from here on, or does not any more.
    case served(NodeID, Bool)
    /// The process of a node's application is gone, and its kernel ends its connections.
    case ended(NodeID)
    /// A node that checks had taken out of service for a fault of the plan may serve again.
    case returned(fault: Int)
    case repeatBegan(Int)
    case repeatEnded(Int)
  }

  public init(at: Instant, kind: Kind, starts: [NodeID: Instant] = [:]) {
    self.at = at
    self.kind = kind
    self.starts = starts
  }
}

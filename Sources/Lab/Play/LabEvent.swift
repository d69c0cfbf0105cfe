import Engine

/// Something that was done to the lab's farm, with its time.
public struct LabEvent: Sendable, Hashable {
  /// By `CLOCK_MONOTONIC`.
  public var at: Instant
  public var kind: Kind
  /// The daemons that it started, and when. They are at work a moment later.
  public var starts: [NodeID: Instant]

  public enum Kind: Sendable, Hashable {
    /// A fault of the plan's scenario begins or ends, by its index there.
    case fault(index: Int, isEnd: Bool)
    /// The nodes with power that clients' frames reach from now on.
    case reached(NodeSet)
    /// A node's application begins or ceases to serve.
    case served(NodeID, Bool)
    /// The process of a node's application is gone, and its kernel ends its connections.
    case ended(NodeID)
    /// A node that checks had taken out of service because of a fault of the plan may serve again.
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

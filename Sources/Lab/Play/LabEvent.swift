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
    case repeatBegan(Int)
    case repeatEnded(Int)
  }

  public init(at: Instant, kind: Kind, starts: [NodeID: Instant] = [:]) {
    self.at = at
    self.kind = kind
    self.starts = starts
  }
}

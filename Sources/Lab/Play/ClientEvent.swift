import Engine

/// Something that a lab's client saw, in nanoseconds since the start of its trial.
public struct ClientEvent: Sendable, Hashable {
  public var at: UInt64
  public var kind: Kind

  public enum Kind: Sendable, Hashable {
    /// A connection stands, with the node that greeted it; `nil`: none did before it ended.
    case opened(NodeID?)
    /// A connection ended in good order; it began at that time, on that node.
    case kept(NodeID?, since: UInt64)
    /// Nobody answered it any more.
    case broken(NodeID?, since: UInt64)
    /// The farm reset it.
    case reset(NodeID?, since: UInt64)
    /// The last attempt of a connect went unanswered.
    case connectFailed
    /// A connect was answered by a node on which nobody listens.
    case connectRefused
    /// A connect was reset at once when it stood, as when two nodes answer; it stood at that time.
    case connectReset(since: UInt64)
    /// The machine had no free port for a client: it was not played.
    case notPlayed
    /// A client came through after it had failed since that time.
    case outage(since: UInt64)
    /// A datagram and how many nodes answered it.
    case datagram(answers: Int)
    case requestFailed
    /// A session met a second node.
    case sessionMoved
  }
}

/// A sparse question about one bucket, and the nodes that answered: none is a hole, two are a double.
public struct ProbeRecord: Sendable, Hashable {
  /// When it was sent: `CLOCK_MONOTONIC`.
  public var at: Instant
  public var group: GroupID
  public var bucket: Bucket
  public var answers: NodeSet
}

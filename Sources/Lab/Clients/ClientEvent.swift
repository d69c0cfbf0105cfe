import Engine

/// Something that a client of the lab saw, in nanoseconds since the start of its trial.
public struct ClientEvent: Sendable, Hashable {
  public var at: UInt64
  public var kind: Kind

  public enum Kind: Sendable, Hashable {
    /// A connection was established, with the node that greeted it; `nil` if it ended before a greeting.
    case opened(NodeID?)
    /// A connection that was established at `since` ended in good order.
    case kept(NodeID?, since: UInt64)
    /// A connection ended because no node answered any more.
    case broken(NodeID?, since: UInt64)
    /// The farm reset a connection.
    case reset(NodeID?, since: UInt64)
    /// The last attempt of a connect went unanswered.
    case connectFailed
    /// A connect reached a node on which no application listens.
    case connectRefused
    /// A connection was reset as soon as it was established at `since`, as when two nodes answer.
    case connectReset(since: UInt64)
    /// The machine had no free port for a client, which was left out.
    case notPlayed
    /// A client was answered whose attempts had failed since then.
    case outage(since: UInt64)
    /// A datagram, and how many nodes answered it.
    case datagram(answers: Int)
    case requestFailed
    /// A session met a second node.
    case sessionMoved
  }
}

/// A question about one bucket, and the nodes that answered it: none means a hole, two a double.
public struct ProbeRecord: Sendable, Hashable {
  /// When it was sent: `CLOCK_MONOTONIC`.
  public var at: Instant
  public var group: GroupID
  public var bucket: Bucket
  public var answers: NodeSet
}

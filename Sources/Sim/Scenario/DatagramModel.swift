import Engine

/// Datagrams of a UDP rule that belong together: a QUIC connection, a DTLS or RADIUS session, an RTP stream.
///
/// A flow begins like a request, with retries. After that the client sends for ``FlowModel/duration``, at intervals of
/// ``FlowModel/segmentInterval`` and once more at the end, whether it gets answers or not. The kernel tracks none of
/// it: each datagram goes to the node that owns its bucket at that time.
public struct DatagramModel: Sendable, Hashable {
  /// What happens to a flow whose bucket another node owns.
  public enum MoveEffect: Sendable, Hashable {
    /// The other node does not know the flow and does not answer. The flow continues if the bucket comes back within
    /// the client's patience and the first node's application still runs.
    case breaks
    /// The other node continues the flow: servers that share their state, or that need none.
    case survives
  }

  public var onMove: MoveEffect
  /// Time without an answer after which the client takes the flow for broken.
  public var patience: Duration

  public init(onMove: MoveEffect = .breaks, patience: Duration = .seconds(15)) {
    self.onMove = onMove
    self.patience = patience
  }
}

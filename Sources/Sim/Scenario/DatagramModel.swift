import Engine

/// Datagrams of a UDP rule that belong together: a QUIC connection, a DTLS or RADIUS session, an RTP stream.
///
/// A flow begins like a request, with retries. From then on the client sends for ``FlowModel/duration``, at intervals of
/// ``FlowModel/segmentInterval`` and the last one at its end, answered or not. The kernel tracks nothing of it: each
/// datagram goes to whoever owns its bucket by then.
public struct DatagramModel: Sendable, Hashable {
  /// What becomes of a flow whose bucket another node owns.
  public enum MoveEffect: Sendable, Hashable {
    /// The other node does not know it and does not answer. The flow goes on if the bucket comes back before the client
    /// loses its patience and the first node's application still runs.
    case breaks
    /// The other node goes on with it: servers that share what they know, or that need to know nothing.
    case survives
  }

  public var onMove: MoveEffect
  /// After so long without an answer the client takes the flow for broken.
  public var patience: Duration

  public init(onMove: MoveEffect = .breaks, patience: Duration = .seconds(15)) {
    self.onMove = onMove
    self.patience = patience
  }
}

/// The datagrams that one node put on the wire over a whole run: one for each network, however many receivers.
public struct NodeMessages: Sendable, Hashable, BitwiseCopyable {
  /// Its own heartbeats, triggered ones included.
  public var heartbeats = 0
  /// Other nodes' heartbeats that it relayed to a node that does not hear them.
  public var relayed = 0

  public init(heartbeats: Int = 0, relayed: Int = 0) {
    self.heartbeats = heartbeats
    self.relayed = relayed
  }
}

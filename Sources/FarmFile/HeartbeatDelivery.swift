import Engine

/// How a heartbeat gets to every node of a network.
public enum HeartbeatDelivery: Sendable, Hashable {
  /// One datagram to everyone on the segment. Only IPv4 has it.
  case broadcast
  /// One datagram to each node.
  case unicast
  /// One datagram to a group that the nodes join. Switches that snoop IGMP or MLD then need a querier.
  case multicast(IPAddress)
}

import Engine

/// How a heartbeat gets to every node of a network.
public enum HeartbeatDelivery: Sendable, Hashable {
  /// One datagram to everyone on the segment; IPv4 alone has it.
  case broadcast
  /// One datagram a node.
  case unicast
  /// One datagram to a group that the nodes join. Switches that snoop IGMP or MLD need a querier for it.
  case multicast(IPAddress)
}

/// How packets for the virtual IP reach every node.
public enum SharedAddressMode: Sendable, Hashable {
  /// The nodes answer for the virtual IP with one unicast MAC. None sends from that MAC, so switches flood
  /// it.
  case unicast
  /// The nodes answer with a multicast MAC. Some routers refuse it.
  case multicast
  /// The operator sees to it that the packets reach every node.
  case none
}

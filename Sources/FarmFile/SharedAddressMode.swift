/// How packets for the virtual IP reach every node.
public enum SharedAddressMode: Sendable, Hashable {
  /// The nodes answer for the virtual IP with one unicast MAC that none of them sends from, so that switches
  /// flood it.
  case unicast
  /// The nodes answer with a multicast MAC. Routers may refuse it.
  case multicast
  /// The operator brings the packets to every node.
  case none
}

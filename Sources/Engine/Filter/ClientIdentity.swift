/// Which part of a packet's source is hashed. Packets of equal identity go to the same bucket.
public enum ClientIdentity: Sendable, Hashable, BitwiseCopyable {
  /// The source address (SafeKit: on_addr; NLB: single affinity).
  case address
  /// The source address and port (NLB: no affinity).
  case addressPort
  /// The source address with all but the first bits cleared (NLB: network affinity). IPv4 prefix 1 to 32,
  /// IPv6 prefix 1 to 128; a rule without IPv6 addresses never uses the second.
  case network(v4: UInt8, v6: UInt8)
  /// The source port alone (SafeKit: on_port).
  case port
}

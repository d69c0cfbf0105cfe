/// What a filter looks at in a packet for the virtual IP.
///
/// Only packets to one of the farm's virtual IPs reach the filter. Packets to the nodes' dedicated addresses bypass it.
public struct Packet: Sendable, Hashable, BitwiseCopyable {
  /// The client. For an ICMP error see ``PacketKind/icmpError(_:)``.
  public var source: IPAddress
  /// The client's port; 0 where the packet has none.
  public var sourcePort: UInt16
  /// The virtual IP.
  public var destination: IPAddress
  /// The service's port; 0 where the packet has none.
  public var destinationPort: UInt16
  public var kind: PacketKind

  @inlinable public init(
    source: IPAddress, sourcePort: UInt16 = 0, destination: IPAddress, destinationPort: UInt16 = 0,
    kind: PacketKind
  ) {
    self.source = source
    self.sourcePort = sourcePort
    self.destination = destination
    self.destinationPort = destinationPort
    self.kind = kind
  }
}

/// What sort of packet it is, as far as verdicts differ.
public enum PacketKind: Sendable, Hashable, BitwiseCopyable {
  /// A TCP segment. The kernel puts its fragments together before the filter sees it, as for ``udp``.
  case tcp(TCPFlags)
  /// A UDP datagram. The kernel puts fragments together before the filter sees them, because connection tracking needs
  /// that too. Every node gets all fragments, so every node can.
  case udp
  /// A fragment other than the first that was not put together: it has no ports.
  case fragment
  /// An ICMP or ICMPv6 echo request.
  case icmpEcho
  /// An ICMP or ICMPv6 error about a packet that the farm sent.
  ///
  /// The packet's addresses and ports are those of the flow that the error quotes, seen from the client: source
  /// is the client to whom the quoted packet went, not the router that reports.
  case icmpError(Transport)
  /// Anything else: other protocols, other ICMP types.
  case other
}

/// The flags of a TCP segment that verdicts depend on.
public struct TCPFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The bits are those of the TCP header.
  public static let fin = TCPFlags(rawValue: 0x01)
  public static let syn = TCPFlags(rawValue: 0x02)
  public static let reset = TCPFlags(rawValue: 0x04)
  public static let ack = TCPFlags(rawValue: 0x10)

  /// Whether the segment opens a connection: SYN, and none of ACK, FIN and RST.
  ///
  /// The same test as `tcp flags & (fin | syn | rst | ack) == syn`. Connection tracking takes SYN with FIN or RST for
  /// invalid, so such a segment never belongs to a tracked flow and counts as unknown.
  @inlinable public var opens: Bool { rawValue & 0x17 == 0x02 }
}

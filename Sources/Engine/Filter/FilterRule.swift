/// Which packets for the virtual IP belong to which group, and what identifies their client.
public struct FilterRule: Sendable, Hashable {
  public var transport: Transport
  /// Destination ports, inclusive. Each range ascends, and no two of a rule overlap.
  public var ports: [PortRange]
  /// The virtual IPs that the rule is about; empty means all of them.
  public var virtualIPs: [IPAddress]
  public var group: GroupID
  public var identity: ClientIdentity

  public init(
    transport: Transport, ports: [PortRange], virtualIPs: [IPAddress] = [], group: GroupID,
    identity: ClientIdentity
  ) {
    self.transport = transport
    self.ports = ports
    self.virtualIPs = virtualIPs
    self.group = group
    self.identity = identity
  }
}

public enum Transport: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
  case tcp, udp
}

/// An inclusive range of ports, `first <= last`.
public struct PortRange: Sendable, Hashable, BitwiseCopyable {
  public var first: UInt16
  public var last: UInt16
  @inlinable public init(_ first: UInt16, _ last: UInt16) { (self.first, self.last) = (first, last) }
}

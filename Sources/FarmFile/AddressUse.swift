import Engine

/// What an operator gives an address for. It decides which addresses cannot be meant.
///
/// - Source: the special-purpose address registries of RFC 6890, and RFC 4291 for IPv6.
public enum AddressUse: Sendable {
  /// Clients send to it from anywhere.
  case virtualIP
  /// A node's own address on one network. Heartbeats go between two of them.
  case node
  /// A node that hears no other pings it.
  case witness
  /// A checker looks at it; it may be on the node itself.
  case probe
  case client

  /// Why an address cannot be meant; `nil` if it can.
  public func refusal(of address: IPAddress) -> (why: String, expected: String)? {
    if let plain = address.mappedIPv4 {
      return ("\(address.text) is an IPv4 address in the notation of IPv6", plain.text)
    }
    return reason(address).map { ("\(address.text) \($0)", expected) }
  }

  private func reason(_ address: IPAddress) -> String? {
    if address.isUnspecified { return "is the address of no machine" }
    if address.isMulticast { return "is the address of a group" }
    if address.isBroadcast { return "is everybody's on a network" }
    if address.isLoopback, self != .probe { return "never leaves the machine" }
    guard address.isLinkLocal else { return nil }
    switch self {
    case .virtualIP: return "is link-local: no router forwards packets for it"
    // IPv6 needs the interface as well, which witness and probe do not name.
    case .witness, .probe:
      return address.isIPv4 ? nil : "is link-local: it may be on any of the node's networks"
    case .node, .client: return nil
    }
  }

  private var expected: String {
    switch self {
    case .virtualIP: "an address that clients reach, such as 192.0.2.100"
    case .node: "an address of the node alone"
    case .witness: "an address of a router, such as 192.0.2.254"
    case .probe: "an address of a machine, such as 192.0.2.254"
    case .client: "an address of a client, such as 203.0.113.5"
    }
  }
}

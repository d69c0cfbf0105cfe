import Engine

/// Where a node is on a network: its dedicated IP there, and the interface that has it.
public struct NodeAttachment: Sendable, Hashable {
  public var address: IPAddress
  /// The name that the node's kernel gives the interface, such as `eth0`.
  public var interface: String

  public init(address: IPAddress, interface: String) {
    self.address = address
    self.interface = interface
  }
}

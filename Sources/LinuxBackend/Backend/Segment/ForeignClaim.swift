import Engine
import FarmFile

/// Another machine's claim to an address of this farm or node, as seen on the segment.
public struct ForeignClaim: Sendable, Hashable {
  public var address: IPAddress
  /// The MAC that was named for it.
  public var mac: MACAddress
  /// The interface that it was heard on.
  public var interface: String
  /// Whether it is this node's own address rather than a virtual IP.
  public var isOwnAddress: Bool
  /// How often it was heard.
  public var count: UInt64 = 1
  /// When it was heard last.
  public var last: Instant

  /// What it means, in one line.
  /// - Parameter node: this node's name.
  func words(node: String) -> String {
    guard isOwnAddress else {
      return
        "\(mac) on \(interface) claims the virtual IP \(address.text), and is none of this farm: whoever believes it sends to that machine alone"
    }
    return Self.twoMachines(address, mac, on: interface, node: node)
  }

  /// The sentence about a copied machine, the same before a farm is started and later.
  static func twoMachines(_ address: IPAddress, _ mac: MACAddress, on interface: String, node: String)
    -> String
  {
    "two machines use the address \(address.text): this one, and one with MAC \(mac) on \(interface); if that is a copy of this machine, two machines use the id of '\(node)'"
  }
}

import Engine
import FarmFile

/// Names and addresses in a lab. They depend on the farm alone.
///
/// Dedicated addresses are outside those of scenarios' clients. Network `k` is 10.(77+k).0.0/24 or fd00:77:k::/64, node
/// `n` has the number `n + 1`, and the router has 254.
struct LabAddresses: Sendable {
  let farm: Farm
  /// Dedicated addresses are IPv6 if all virtual IPs are.
  let usesIPv6: Bool

  init(_ farm: Farm) {
    self.farm = farm
    usesIPv6 = !farm.virtualIPs.contains { $0.isIPv4 }
  }

  static let routerNumber = 254

  /// A node's interface to a network, in its own namespace.
  func interface(_ network: NetworkID) -> String { "eth\(network.index)" }
  /// The switch's end of that interface.
  func port(_ network: NetworkID, _ node: NodeID) -> String { "p\(network.index)-\(node.index)" }
  /// The router's interface to a network, and the switch's end of it.
  func routerInterface(_ network: NetworkID) -> String { "eth\(network.index)" }
  func routerPort(_ network: NetworkID) -> String { "p\(network.index)-r" }
  /// The router's Ethernet address on a network.
  static func routerMAC(_ network: NetworkID) -> String { "02:fa:00:00:0\(network.index):fe" }
  func bridge(_ network: NetworkID) -> String { "br\(network.index)" }

  /// The network that clients use: the first that carries the service.
  var serviceNetwork: NetworkID {
    NetworkID(farm.settings.networks.firstIndex { $0.carriesService } ?? 0)
  }

  func ipv4(_ network: NetworkID, number: Int) -> IPAddress {
    IPAddress(v4: 0x0a00_0000 | UInt32(77 + network.index) << 16 | UInt32(number))
  }
  func ipv6(_ network: NetworkID, number: Int) -> IPAddress {
    IPAddress(v6: 0xfd00_0077_0000_0000 | UInt64(network.index) << 16, UInt64(number))
  }
  /// The dedicated address that heartbeats use.
  func dedicated(_ network: NetworkID, _ node: NodeID) -> IPAddress {
    usesIPv6 ? ipv6(network, number: node.index + 1) : ipv4(network, number: node.index + 1)
  }
  /// The router. It is also the gateway and the witness.
  var gateway: IPAddress {
    usesIPv6
      ? ipv6(serviceNetwork, number: LabAddresses.routerNumber)
      : ipv4(serviceNetwork, number: LabAddresses.routerNumber)
  }

  var nodes: [NodeID] { (0..<farm.settings.nodeCount).map { NodeID($0) } }
  var networks: [NetworkID] { farm.settings.networks.indices.map { NetworkID($0) } }
}

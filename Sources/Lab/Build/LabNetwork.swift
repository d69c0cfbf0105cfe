import Engine
import FarmFile

/// The network of a lab: a switch, a router with all clients behind it, and a machine for each node.
///
/// The switch is a namespace with one learning bridge for each network of the farm. Every node and the router have a
/// pair of virtual Ethernet interfaces to each bridge. Nothing is connected to the machine's own network, so that
/// nothing leaves the lab.
public final class LabNetwork {
  let addresses: LabAddresses
  public let switching: NetworkNamespace
  /// The router. Sockets of clients are opened here.
  public let clients: NetworkNamespace
  public private(set) var nodes: [NetworkNamespace?]
  let ports: PortSwitch

  /// Builds the switch and the router. Nodes have no power yet.
  public convenience init(_ farm: Farm) throws(LabError) { try self.init(farm, clients: []) }

  /// - Parameter named: blocks of clients besides those of every scenario.
  init(_ farm: Farm, clients named: [AddressPrefix]) throws(LabError) {
    let addresses = LabAddresses(farm)
    self.addresses = addresses
    switching = try NetworkNamespace(name: "switch")
    clients = try NetworkNamespace(name: "clients")
    nodes = Array(repeating: nil, count: farm.settings.nodeCount)
    ports = try PortSwitch(switching)
    try buildSwitch()
    try buildRouter(named)
  }

  private func buildSwitch() throws(LabError) {
    try switching.set(LabNetwork.quiet)
    var commands: [String] = []
    for network in addresses.networks {
      commands += [
        "link add \(addresses.bridge(network)) type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
        "link set \(addresses.bridge(network)) up",
        "link add \(addresses.routerPort(network)) type veth peer name \(addresses.routerInterface(network)) "
          + "address \(LabAddresses.routerMAC(network)) netns \(clients.path)",
        "link set \(addresses.routerPort(network)) master \(addresses.bridge(network)) up",
      ]
    }
    try switching.ip(commands)
  }

  /// Gives the router every client's address, and routes to the virtual IPs.
  private func buildRouter(_ named: [AddressPrefix]) throws(LabError) {
    let virtualIPs = addresses.farm.virtualIPs
    var commands = ["link set lo up"]
    for network in addresses.networks {
      let interface = addresses.routerInterface(network)
      let number = LabAddresses.routerNumber
      commands += [
        "link set \(interface) up",
        "addr add \(addresses.ipv4(network, number: number).text)/24 dev \(interface)",
        "addr add \(addresses.ipv6(network, number: number).text)/64 dev \(interface) nodad",
      ]
    }
    let service = addresses.routerInterface(addresses.serviceNetwork)
    commands += virtualIPs.map { "route add \($0.text)/\($0.isIPv4 ? 32 : 128) dev \(service)" }
    let blocks = Set(([AddressPrefix].clients + named).without(virtualIPs))
    commands += blocks.sorted { $0.text < $1.text }.map { "route add local \($0.text) dev lo" }
    try clients.set(LabNetwork.quiet + LabNetwork.busy)
    try clients.ip(commands)
  }

  /// Gives a node power: its machine is as after a cold start, with interfaces up and no daemon.
  public func powerOn(_ node: NodeID) throws(LabError) -> NetworkNamespace {
    precondition(nodes[node.index] == nil, "a node that has power")
    let machine = try NetworkNamespace(name: addresses.farm.nodes[node.index])
    try machine.set(LabNetwork.quiet)
    var outside: [String] = []
    var inside = ["link set lo up"]
    for network in addresses.networks {
      let (port, interface) = (addresses.port(network, node), addresses.interface(network))
      let number = node.index + 1
      outside += [
        "link add \(port) type veth peer name \(interface) netns \(machine.path)",
        "link set \(port) master \(addresses.bridge(network)) up",
      ]
      inside += [
        "addr add \(addresses.ipv4(network, number: number).text)/24 broadcast + dev \(interface)",
        "addr add \(addresses.ipv6(network, number: number).text)/64 dev \(interface) nodad",
        "link set \(interface) up",
      ]
    }
    let service = addresses.serviceNetwork
    for gateway in [addresses.ipv4(service, number: 254), addresses.ipv6(service, number: 254)] {
      inside.append("route add default via \(gateway.text) dev \(addresses.interface(service))")
    }
    try switching.ip(outside)
    try machine.ip(inside)
    for network in addresses.networks { try ports.waitUntilRunning(addresses.port(network, node)) }
    nodes[node.index] = machine
    return machine
  }

  /// Removes a node's links at the switch. Its namespace ends once nothing holds it.
  public func powerOff(_ node: NodeID) throws(LabError) {
    // `nodes` holds the machine meanwhile. Otherwise the kernel would remove the links itself, at a time of its own.
    try switching.ip(addresses.networks.map { "link del \(addresses.port($0, node))" })
    nodes[node.index] = nil
  }

  /// Settings that ignore routers and make addresses usable at once.
  private static let quiet: [(path: String, value: String)] =
    ["all", "default"].flatMap { scope in
      [
        ("ipv6/conf/\(scope)/disable_ipv6", "0"), ("ipv6/conf/\(scope)/accept_ra", "0"),
        ("ipv6/conf/\(scope)/accept_dad", "0"), ("ipv6/conf/\(scope)/dad_transmits", "0"),
        ("ipv6/conf/\(scope)/router_solicitations", "0"), ("ipv4/conf/\(scope)/rp_filter", "0"),
      ]
    }

  /// Settings for all clients of the farm on one machine.
  private static let busy: [(path: String, value: String)] = [
    ("ipv4/ip_local_port_range", "1024 65535"), ("ipv4/tcp_fin_timeout", "5"),
    ("ipv4/tcp_max_tw_buckets", "65536"),
  ]
}

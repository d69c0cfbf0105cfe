import Engine

/// A machine on the farm's segment that is not one of its nodes.
struct Stranger: Sendable {
  let machine: NetworkNamespace
  /// Its own address is 10.77.0.`number`.
  let number: Int

  /// - Parameter number: 100 or more; smaller ones belong to nodes.
  init(_ number: Int, on network: LabNetwork) throws(LabError) {
    self.number = number
    machine = try NetworkNamespace(name: "stranger\(number)")
    try machine.set(
      ["all", "default"].flatMap {
        [("ipv4/conf/\($0)/rp_filter", "0"), ("ipv6/conf/\($0)/disable_ipv6", "1")]
      })
    let service = network.addresses.serviceNetwork
    try network.switching.ip([
      "link add s\(number) type veth peer name eth0 netns \(machine.path)",
      "link set s\(number) master \(network.addresses.bridge(service)) up",
    ])
    try machine.ip([
      "link set lo up", "addr add 10.77.0.\(number)/24 broadcast + dev eth0", "link set eth0 up",
      "route add default via 10.77.0.254",
    ])
    try network.ports.waitUntilRunning("s\(number)")
  }
}

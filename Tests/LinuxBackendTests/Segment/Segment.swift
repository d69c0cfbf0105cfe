import Engine
import FarmFile
import Foundation
import LinuxBackend

/// A learning bridge with nodes and a client, IPv4 and IPv6, in namespaces of their own.
final class Segment {
  static let v4 = IPAddress(parsing: "10.77.0.100")!
  static let v6 = IPAddress(parsing: "fd00:77::100")!

  let bridge: TestNamespace
  let nodes: [TestNamespace]
  let client: TestNamespace

  init(nodes count: Int = 3) throws {
    bridge = try TestNamespace()
    nodes = try (0..<count).map { _ in try TestNamespace() }
    client = try TestNamespace()
    try bridge.shell(
      "ip link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0; ip link set br0 up")
    for (i, node) in nodes.enumerated() { try plug(node, number: i + 1) }
    try plug(client, number: 200)
  }

  /// Lets the bridge forward groups only to ports where somebody has joined, as a switch does that snoops and knows a
  /// querier. The bridge itself queries, and trusts what it heard after half a second.
  func snoop() throws {
    try bridge.shell(
      """
      echo 0 > /proc/sys/net/ipv6/conf/br0/disable_ipv6
      ip addr add fe80::1/64 dev br0 nodad
      ip link set br0 type bridge mcast_snooping 1 mcast_query_response_interval 50
      ip link set br0 type bridge mcast_querier 1
      sleep 1.5
      """)
  }

  private func plug(_ host: TestNamespace, number: Int) throws {
    // A namespace inherits the machine's setting, which may be to have no IPv6.
    try host.shell(
      "echo 0 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 0 > /proc/sys/net/ipv6/conf/default/disable_ipv6"
    )
    try bridge.shell(
      """
      ip link add p\(number) type veth peer name eth0 netns \(try host.threadID())
      ip link set p\(number) master br0 up
      """)
    try host.shell(
      """
      ip link set lo up
      ip addr add 10.77.0.\(number)/24 broadcast + dev eth0
      ip addr add fd00:77::\(number)/64 dev eth0 nodad
      ip link set eth0 addrgenmode eui64
      echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_dad
      ip link set eth0 up
      """)
  }

  /// A shared address on a node, not yet installed.
  func sharedAddress(
    on node: Int, mode: SharedAddressMode = .unicast, virtualIPs: [IPAddress] = [v4, v6],
    mac: MACAddress? = nil,
    interface: String = "eth0"
  ) throws -> SharedAddress {
    try nodes[node].run {
      try SharedAddress(virtualIPs: virtualIPs, mode: mode, mac: mac, interface: interface, table: "farmd")
    }
  }

  /// A farm filter of 256 buckets, a fixed share for each node; `isOpen: false` accepts nothing.
  func filter(isOpen: Bool = true) throws {
    for (i, node) in nodes.enumerated() {
      let owned = (0..<256).filter { $0 % nodes.count == i }.map(String.init).joined(separator: ", ")
      let hash = "meta mark set jhash ip"
      try node.shell(
        """
        nft -f - <<'END'
        table inet others {
          set owned { type mark; \(isOpen ? "elements = { \(owned) }" : "") }
          chain pre {
            type filter hook prerouting priority raw; policy accept;
            icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
            ip daddr \(Segment.v4.text) counter \(hash) saddr . th sport mod 256 seed 0xfa12 goto vip
            ip6 daddr \(Segment.v6.text) counter \(hash)6 saddr . th sport mod 256 seed 0xfa12 goto vip
          }
          chain vip {
            meta mark @owned accept
            drop
          }
        }
        END
        """)
    }
  }

  /// How many packets to its virtual IPs a node has counted, for IPv4 and IPv6, accepted or not.
  func arrived(at node: Int) throws -> [Int] {
    try nodes[node].shell("nft list chain inet others pre").matches(of: /counter packets (\d+)/).map {
      Int($0.1)!
    }
  }

  /// The MAC that the client knows for an address; `nil` if it knows none.
  func resolved(_ address: IPAddress) throws -> String? {
    let lines = try client.shell("ip neigh show \(address.text) dev eth0")
    return lines.firstMatch(of: /lladdr ([0-9a-f:]+)/).map { String($0.1) }
  }

  /// Everything that the shared address may change on a node, and more.
  func state(of node: Int) throws -> String {
    try nodes[node].shell(
      """
      ip addr show | grep -v valid_lft; ip -6 addr show | grep -c deprecated || true; ip route; ip -6 route
      bridge fdb show; ip maddr show dev eth0; nft list ruleset; cat /proc/sys/net/ipv4/conf/*/arp_*
      """)
  }
}

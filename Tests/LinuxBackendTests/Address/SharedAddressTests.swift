import Engine
import FarmFile
import Foundation
import LinuxBackend
import TestSupport
import Testing

/// The shared address on real interfaces, a real learning bridge and a real client.
@Suite(.serialized, .needsNamespaces)
struct SharedAddressTests {
  static let shared = "5a:fe:0a:4d:00:64"

  @Test(arguments: [Segment.v4, Segment.v6], [SharedAddressMode.unicast, .multicast])
  func everyRequestIsAnsweredOnce(_ address: IPAddress, _ mode: SharedAddressMode) throws {
    let segment = try Segment()
    try segment.filter()
    try segment.install(mode: mode)
    let answers = try Datagrams.ask(address, times: 600, in: segment)
    #expect(answers.map(\.count) == Array(repeating: 1, count: 600))
    #expect(Set(answers.joined()) == [0, 1, 2])
    let mac = mode == .unicast ? Self.shared : "03:bf:0a:4d:00:64"
    #expect(try segment.resolved(address) == mac)
    for node in segment.nodes.indices {
      #expect(try segment.arrived(at: node) == (address.isIPv4 ? [600, 0] : [0, 600]))
    }
    let learned = try segment.bridge.shell("bridge fdb show br br0 | grep -v permanent")
    #expect(learned.contains("dev p200"))
    #expect(!learned.contains(mac))
  }

  /// The node itself asks for neighbours, also from the virtual IP, and a client probes whether the MAC that it knows
  /// still answers.
  @Test(arguments: [Segment.v4, Segment.v6])
  func noNodeEverNamesItsOwnMAC(_ address: IPAddress) throws {
    let segment = try Segment()
    try segment.filter()
    let heard = try Announcements(at: segment.client)
    try segment.install()
    let (ip, ping) = address.isIPv4 ? ("ip", "10.77.0.200") : ("ip -6", "fd00:77::200")
    for node in segment.nodes {
      try node.shell("\(ip) neigh flush dev eth0; ping -c 1 -W 1 -I \(address.text) \(ping) || true")
    }
    try segment.client.shell("\(ip) neigh flush dev eth0; ping -c 1 -W 1 \(address.text) || true")
    try segment.client.shell(
      "\(ip) neigh change \(address.text) dev eth0 lladdr \(Self.shared) nud probe; ping -c 1 -W 1 \(address.text) || true; sleep 0.3"
    )
    let taken = heard.take(for: address)
    #expect(taken.named == [MACAddress(parsing: Self.shared)!])
    // All three nodes have spoken, each from its own MAC.
    #expect(taken.senders.count == 3)
    #expect(!taken.senders.contains(MACAddress(parsing: Self.shared)!))
    #expect(try segment.client.shell("\(ip) neigh show \(address.text)").contains("REACHABLE"))
  }

  /// The virtual IP was another machine's before the farm had it.
  @Test(arguments: [Segment.v4, Segment.v6])
  func neighboursForgetAnotherMAC(_ address: IPAddress) throws {
    let segment = try Segment(nodes: 1)
    try segment.client.shell(
      "ip neigh replace \(address.text) dev eth0 lladdr 02:00:00:00:00:99 nud stale; sleep 1.2")
    try segment.install()
    try segment.client.shell("sleep 0.2")
    #expect(try segment.resolved(address) == Self.shared)
  }

  /// A second interface on the same wire hears the question too.
  @Test(arguments: [Segment.v4, Segment.v6])
  func otherInterfacesKeepSilent(_ address: IPAddress) throws {
    let segment = try Segment(nodes: 1)
    let node = segment.nodes[0]
    try segment.bridge.shell(
      "ip link add q1 type veth peer name eth1 netns \(try node.threadID()); ip link set q1 master br0 up")
    try node.shell("ip addr add 10.77.0.91/24 dev eth1; ip link set eth1 up")
    try segment.filter()
    let heard = try Announcements(at: segment.client)
    try segment.install()
    try segment.client.shell("ping -c 1 -W 1 \(address.text) || true")
    #expect(heard.take(for: address).senders.count == 1)
  }

  @Test(arguments: [Segment.v4, Segment.v6])
  func aClosedFilterIsSilent(_ address: IPAddress) throws {
    let segment = try Segment(nodes: 2)
    try segment.filter(isOpen: false)
    try segment.install()
    let answers = try Datagrams.ask(address, times: 20, in: segment, wait: 0.5)
    #expect(answers.joined().isEmpty)
    let ping = try segment.client.shell("ping -c 2 -i 0.2 -W 1 \(address.text) || true")
    #expect(ping.contains("100% packet loss") && !ping.contains("unreachable"))
    // Nobody listens there: an open filter would let the kernel refuse at once.
    let start = Date()
    try segment.client.shell("timeout 1 bash -c 'exec 3<>/dev/tcp/\(address.text)/81' || true")
    #expect(Date().timeIntervalSince(start) > 0.9)
  }

  /// Flooded packets for other addresses are not taken: a node that routes would forward them.
  @Test func onlyVirtualIPsAreTaken() throws {
    let segment = try Segment(nodes: 2)
    try segment.install()
    try segment.client.shell(
      """
      ip neigh replace 10.77.0.1 lladdr \(Self.shared) dev eth0 nud permanent
      ping -c 2 -i 0.2 -W 1 10.77.0.1 || true
      """)
    #expect(
      try segment.nodes[0].shell("awk '/^Icmp:/ { print $10 }' /proc/net/snmp").contains("InEchos\n0"))
  }
}

extension Segment {
  /// Installs the shared address on every node.
  func install(mode: SharedAddressMode = .unicast) throws {
    for node in nodes.indices {
      let shared = try sharedAddress(on: node, mode: mode)
      try nodes[node].run { try shared.install() }
    }
  }
}

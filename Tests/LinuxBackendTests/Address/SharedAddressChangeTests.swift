import Engine
import FarmFile
import Foundation
import LinuxBackend
import TestSupport
import Testing

/// What a shared address leaves behind, takes over and repairs.
@Suite(.serialized, .needsNamespaces)
struct SharedAddressChangeTests {
  @Test func removalLeavesNoTrace() throws {
    let segment = try Segment(nodes: 1)
    let node = segment.nodes[0]
    try node.shell(
      "nft 'table arp others { chain c { type filter hook output priority 0; }; }'; echo 1 > /proc/sys/net/ipv4/conf/eth0/arp_announce"
    )
    let before = try segment.state(of: 0)
    let shared = try segment.sharedAddress(on: 0)
    try node.run { try shared.install() }
    let installed = try segment.state(of: 0)
    #expect(installed != before)
    try node.run { try shared.install() }
    #expect(try segment.state(of: 0) == installed)
    try node.run { try shared.remove() }
    #expect(try segment.state(of: 0) == before)
    try node.run { try shared.remove() }
    #expect(try segment.state(of: 0) == before)
  }

  /// An administrator's own filter entry and setting stay, even if the daemon was killed between.
  @Test func whatWasThereStays() throws {
    let segment = try Segment(nodes: 1)
    let node = segment.nodes[0]
    try node.shell(
      "bridge fdb add \(SharedAddressTests.shared) dev eth0 self permanent; echo 2 > /proc/sys/net/ipv4/conf/eth0/arp_announce"
    )
    let before = try segment.state(of: 0)
    let killed = try segment.sharedAddress(on: 0)
    try node.run { try killed.install() }
    let next = try segment.sharedAddress(on: 0)
    try node.run { try next.install() }
    try node.run { try next.remove() }
    #expect(try segment.state(of: 0) == before)
  }

  /// Somebody else's virtual IP is found wherever it is, and however it got there.
  @Test(arguments: [
    ("ip addr add 10.77.0.100/24 dev eth0", "10.77.0.100/24 on eth0", "ip addr del 10.77.0.100/24 dev eth0"),
    ("ip addr add 10.77.0.100/32 dev eth0", "10.77.0.100/32 on eth0", "ip addr del 10.77.0.100/32 dev eth0"),
    ("ip addr add 10.77.0.100/32 dev lo", "10.77.0.100/32 on lo", "ip addr del 10.77.0.100/32 dev lo"),
    (
      "ip link add eth1 type veth peer name eth2; ip addr add 10.77.0.100/24 dev eth1",
      "10.77.0.100/24 on eth1",
      "ip addr del 10.77.0.100/24 dev eth1"
    ),
    ("ip addr add fd00:77::100/128 dev lo", "fd00:77::100/128 on lo", "ip addr del fd00:77::100/128 dev lo"),
    (
      "ip addr add fd00:77::100/64 dev eth0 preferred_lft 0", "fd00:77::100/64 on eth0",
      "ip addr del fd00:77::100/64 dev eth0"
    ),
    (
      "echo 1 > /proc/sys/net/ipv6/conf/eth0/accept_dad; ip link set eth0 down; ip addr add fd00:77::100/64 dev eth0",
      "fd00:77::100/64 on eth0", "ip addr del fd00:77::100/64 dev eth0"
    ),
    ("ip route add local 10.77.0.96/28 dev lo", "in a route of type local", nil),
    ("ip -6 route add local fd00:77::100 dev lo", "in a route of type local", nil),
  ])
  func anothersVirtualIPIsFound(_ command: String, _ place: String, _ removal: String?) throws {
    let segment = try Segment(nodes: 1)
    let node = segment.nodes[0]
    let shared = try segment.sharedAddress(on: 0)
    #expect(try node.run { try shared.foreignAddress() } == nil)
    try node.shell(command)
    let found = try node.run { try shared.foreignAddress() }
    #expect(found?.place == place)
    let none = try segment.sharedAddress(on: 0, mode: .none)
    #expect(try node.run { try none.foreignAddress() } == nil)
    guard let removal else { return }
    #expect(found?.removal == removal)
    try node.shell(removal)
    #expect(try node.run { try shared.foreignAddress() } == nil)
  }

  /// An address that a killed daemon left counts as its own, even without its tables; one that others added does not.
  @Test func whatACrashLeftIsOnesOwn() throws {
    let segment = try Segment(nodes: 1)
    let node = segment.nodes[0]
    let before = try segment.state(of: 0)
    let killed = try segment.sharedAddress(on: 0)
    try node.run { try killed.install() }
    let next = try segment.sharedAddress(on: 0)
    #expect(try node.run { try next.foreignAddress() } == nil)
    // Tables of a daemon whose addresses have no mark, as on an older kernel, which keeps none.
    try node.shell("ip addr del 10.77.0.100/32 dev eth0; ip addr add 10.77.0.100/32 dev eth0")
    #expect(try node.run { try next.foreignAddress() } == nil)
    try node.shell("ip addr add 10.77.0.100/32 dev lo")
    #expect(try node.run { try next.foreignAddress() }?.place == "10.77.0.100/32 on lo")
    try node.shell("ip addr del 10.77.0.100/32 dev lo")
    try node.run {
      try killed.remove()
      try killed.install()
    }
    try node.shell("nft flush ruleset")
    #expect(try node.run { try next.foreignAddress() } == nil)
    try node.run {
      try next.install()
      try next.remove()
    }
    try node.shell(
      "bridge fdb del \(SharedAddressTests.shared) dev eth0 self || true; echo 0 > /proc/sys/net/ipv4/conf/eth0/arp_announce"
    )
    #expect(try segment.state(of: 0) == before)
  }

  /// Addresses that were added since the last look go as well: without the filter the node would answer every client.
  @Test func noVirtualIPStaysBehind() throws {
    let segment = try Segment(nodes: 1)
    let node = segment.nodes[0]
    let before = try segment.state(of: 0)
    let shared = try segment.sharedAddress(on: 0)
    try node.run { try shared.install() }
    try node.shell(
      "ip addr add 10.77.0.100/32 dev lo; ip addr add 10.77.0.100/24 dev eth0; ip addr add fd00:77::100/128 dev lo"
    )
    try node.run { try shared.remove() }
    #expect(try segment.state(of: 0) == before)
  }

  /// A daemon that was killed had another virtual IP, another MAC or another interface.
  @Test func anEarlierRunIsUndoneWhereItDiffers() throws {
    let segment = try Segment(nodes: 1)
    let node = segment.nodes[0]
    try node.shell("ip link add eth1 type veth peer name eth2; ip link set eth1 up; ip link set eth2 up")
    let before = try segment.state(of: 0)
    let other = IPAddress(parsing: "10.77.0.101")!
    let moved = try segment.sharedAddress(on: 0, interface: "eth1")
    let more = try segment.sharedAddress(on: 0, virtualIPs: [Segment.v4, other])
    let otherMAC = try segment.sharedAddress(
      on: 0, virtualIPs: [Segment.v4], mac: MACAddress(parsing: "5a:00:00:00:00:01"))
    let nothing = try segment.sharedAddress(on: 0, mode: .none)
    for killed in [moved, more, otherMAC] {
      try node.run { try killed.install() }
      #expect(try node.shell("ip addr show to 10.77.0.100").contains("10.77.0.100/32"))
    }
    let state = try segment.state(of: 0)
    #expect(
      !state.contains("10.77.0.101") && !state.contains(SharedAddressTests.shared)
        && !state.contains("fd00:77::100"))
    try node.run { try nothing.install() }
    #expect(try segment.state(of: 0) == before)
  }

  @Test(arguments: [
    ("ip addr del 10.77.0.100/32 dev eth0", "10.77.0.100 was not on eth0"),
    ("ip addr del fd00:77::100/128 dev eth0", "fd00:77::100 was not on eth0"),
    ("bridge fdb del 5a:fe:0a:4d:00:64 dev eth0 self", "5a:fe:0a:4d:00:64 was not in the MAC filter of eth0"),
    ("nft flush table netdev farmd", "tables 'farmd' were edited"),
    ("nft delete table arp farmd", "tables 'farmd' were edited"),
    ("nft insert rule ip6 farmd output accept", "tables 'farmd' were edited"),
    (
      "nft flush ruleset; ip addr flush dev eth0",
      "tables 'farmd' were edited, 10.77.0.100 was not on eth0, fd00:77::100 was not on eth0"
    ),
    ("ip addr add 10.77.0.100/24 dev eth0", "10.77.0.100/24 on eth0 was added and is taken away"),
    ("ip addr add 10.77.0.100/32 dev lo", "10.77.0.100/32 on lo was added and is taken away"),
    ("ip addr add fd00:77::100/128 dev lo", "fd00:77::100/128 on lo was added and is taken away"),
    (
      "ip addr add 10.77.0.100 peer 10.77.0.7 dev eth0",
      "10.77.0.100/32 on eth0 was added and is taken away"
    ),
    (
      "ip addr del fd00:77::100/128 dev eth0; ip addr add fd00:77::100/64 dev eth0",
      "fd00:77::100/64 on eth0 was added and is taken away, fd00:77::100 was not on eth0"
    ),
    ("ip link set eth0 down; ip link set eth0 up", "fd00:77::100 was not on eth0"),
    (
      "nft add table inet others; ip addr add 10.77.0.9/24 dev eth0; ip neigh add 10.77.0.8 lladdr 02:00:00:00:00:01 dev eth0",
      nil
    ),
  ])
  func editsAreRepaired(_ edit: String, _ report: String?) throws {
    let segment = try Segment(nodes: 1)
    let node = segment.nodes[0]
    let shared = try segment.sharedAddress(on: 0)
    try node.run { try shared.install() }
    _ = try segment.repair(shared)
    #expect(try segment.repair(shared) == nil)
    let installed = try node.shell(
      "nft list table netdev farmd; nft list table arp farmd; nft list table ip6 farmd")
    try node.shell(edit)
    #expect(try segment.repair(shared) == report)
    #expect(try segment.repair(shared) == nil)
    #expect(
      try node.shell("ip addr show dev eth0; bridge fdb show dev eth0").matches(
        of: /10.77.0.100|fd00:77::100|5a:fe:0a:4d:00:64/
      ).count == 3)
    // The node's own link-local address may be gone with the edit; solicitations then wait for the next one.
    let normal = { (text: String) in text.replacing(/ip6 saddr fd00:77::100 .*/, with: "") }
    let repaired = try node.shell(
      "nft list table netdev farmd; nft list table arp farmd; nft list table ip6 farmd")
    #expect(normal(repaired) == normal(installed))
  }

  @Test func aMissingInterfaceIsNamed() throws {
    let segment = try Segment(nodes: 1)
    let shared = try segment.sharedAddress(on: 0, interface: "eth7")
    let node = segment.nodes[0]
    #expect(throws: AddressError("interface eth7: No such device")) { try node.run { try shared.install() } }
    #expect(throws: AddressError("'eth0\"' is no name of an interface")) {
      try segment.sharedAddress(on: 0, interface: "eth0\"")
    }
    #expect(throws: AddressError("03:00:00:00:00:01 cannot be shared as a unicast MAC")) {
      try segment.sharedAddress(on: 0, mac: MACAddress(parsing: "03:00:00:00:00:01"))
    }
  }
}

extension Segment {
  fileprivate func repair(_ shared: SharedAddress) throws -> String? {
    try nodes[0].run { try shared.repairIfEdited() }
  }
}

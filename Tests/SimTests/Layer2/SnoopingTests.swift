import Engine
import FarmFile
import Testing

@testable import Sim

/// IGMP snooping: members, routers, queriers, and what becomes of groups that nobody has joined.
@Suite struct SnoopingTests {
  private let group = IPAddress(v4: 0xef01_0101)
  private let virtualIP = IPAddress(v4: 0x0a4d_0064)
  private let host = MACAddress(0x0200_0000_0001)

  private func bridge(_ settings: SnoopingSettings, roles: [SwitchPort.RouterRole] = [])
    -> EthernetSwitch
  {
    var ports = [SwitchPort](repeating: SwitchPort(), count: 5)
    for (p, role) in roles.enumerated() { ports[p].router = role }
    return EthernetSwitch(EthernetSwitch.Settings(snooping: settings), ports: ports)
  }
  private func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }
  private func igmp(_ message: IGMPMessage, from: UInt32 = 0x0a4d_0001) -> EthernetFrame {
    EthernetFrame(message, from: IPAddress(v4: from), mac: host)
  }
  private func data(to mac: MACAddress? = nil, _ ip: IPAddress? = nil) -> EthernetFrame {
    let ip = ip ?? group
    return EthernetFrame(
      to: mac ?? MACAddress(group: ip), from: host,
      .ipv4(.datagram(from: IPAddress(v4: 0x0a4d_0001), to: ip, ports: (1, 2), [])))
  }
  private func ways(_ bridge: EthernetSwitch, _ frame: EthernetFrame, at now: Instant) -> [Int] {
    Array(bridge.forwarding(of: frame, on: 0, at: now).ports)
  }
  private let general = IGMPMessage.query(group: nil, response: .seconds(10))

  /// RFC 3376, section 8.4: 2 x 125 s + 10 s; each report begins it anew.
  @Test func aMembershipLives260SecondsAfterItsLastReport() {
    var bridge = bridge(SnoopingSettings(unregistered: .routerPorts))
    #expect(SnoopingSettings().membership == .seconds(260))
    #expect(SnoopingSettings().otherQuerier == .seconds(255))
    _ = bridge.receive(igmp(.report(group: group)), on: 2, at: at(0))
    _ = bridge.receive(igmp(.report(group: group)), on: 3, at: at(60))
    _ = bridge.receive(igmp(.report(group: group)), on: 2, at: at(60))
    #expect(bridge.nextChange(for: data(), on: 0, after: at(60)) == at(320))
    #expect(ways(bridge, data(), at: at(319)) == [2, 3])
    #expect(ways(bridge, data(), at: at(320)) == [])
  }

  /// RFC 4541, section 2.1.2: to router ports; a switch may flood instead.
  @Test(arguments: [(SnoopingSettings.Unregistered.flood, [1, 2, 3, 4]), (.routerPorts, [4])])
  func aGroupThatNobodyJoined(_ policy: SnoopingSettings.Unregistered, _ expected: [Int]) {
    var bridge = bridge(SnoopingSettings(unregistered: policy))
    _ = bridge.receive(igmp(general), on: 4, at: at(0))
    #expect(ways(bridge, data(), at: at(20)) == expected)
    // Members get their group, and so do routers.
    _ = bridge.receive(igmp(.report(group: group)), on: 2, at: at(20))
    #expect(ways(bridge, data(), at: at(21)) == [2, 4])
  }

  /// RFC 4541, section 2.1.2: hosts need not report 224.0.0.x.
  @Test func localGroupsAreFlooded() {
    var bridge = bridge(SnoopingSettings(unregistered: .routerPorts))
    let local = IPAddress(v4: 0xe000_00fb)
    _ = bridge.receive(igmp(.report(group: local)), on: 2, at: at(0))
    #expect(ways(bridge, data(local), at: at(1)) == [1, 2, 3, 4])
  }

  /// Cisco 116150: NX-OS looks up by IP address and floods NLB's multicast MAC; Linux takes it for a group that nobody
  /// has joined, as the kernel shows.
  @Test(arguments: [(SwitchPreset.nxos, [1, 2, 3, 4]), (.linuxBridge, [4])])
  func aMACThatNobodyCanJoin(_ preset: SwitchPreset, _ expected: [Int]) throws {
    var bridge = bridge(try #require(preset.settings().snooping))
    _ = bridge.receive(igmp(general), on: 4, at: at(0))
    #expect(ways(bridge, data(to: MACAddress(0x03bf_0a4d_0064), virtualIP), at: at(20)) == expected)
  }

  /// NLB's IGMP mode: packets to the virtual IP in frames to the group's MAC. They find the members by MAC alone.
  @Test(arguments: [(SwitchPreset.nxos, [1, 2, 3, 4]), (.nxosMACLookup, [2, 3])])
  func lookupByMACFindsWhatLookupByIPDoesNot(_ preset: SwitchPreset, _ expected: [Int]) throws {
    var bridge = bridge(try #require(preset.settings().snooping))
    let nlb = IPAddress(v4: 0xefff_0064)
    for port in [2, 3] { _ = bridge.receive(igmp(.report(group: nlb)), on: port, at: at(0)) }
    #expect(ways(bridge, data(to: MACAddress(group: nlb), virtualIP), at: at(1)) == expected)
  }

  /// By MAC, groups that share one share their members.
  @Test(arguments: [(SnoopingSettings.Lookup.mac, [2]), (.ip, [1, 2, 3, 4])])
  func groupsThatShareAMAC(_ lookup: SnoopingSettings.Lookup, _ expected: [Int]) {
    var bridge = bridge(SnoopingSettings(lookup: lookup))
    _ = bridge.receive(igmp(.report(group: group)), on: 2, at: at(0))
    #expect(ways(bridge, data(IPAddress(v4: 0xee81_0101)), at: at(1)) == expected)
  }

  /// `br_multicast_querier_exists`: without a querier that has been answered, a Linux bridge floods.
  @Test func aLinuxBridgeFloodsWithoutAQuerier() throws {
    var bridge = bridge(try #require(SwitchPreset.linuxBridge.settings().snooping))
    _ = bridge.receive(igmp(.report(group: group)), on: 2, at: at(0))
    #expect(ways(bridge, data(), at: at(1)) == [1, 2, 3, 4])
    _ = bridge.receive(igmp(general), on: 4, at: at(2))
    #expect(ways(bridge, data(), at: at(11)) == [1, 2, 3, 4])
    #expect(ways(bridge, data(), at: at(12)) == [2, 4])
    #expect(ways(bridge, data(), at: at(256)) == [2, 4])
    #expect(ways(bridge, data(), at: at(257)) == [1, 2, 3, 4])
  }

  @Test func aSwitchThatQueriesItselfTrustsTheAnswers() throws {
    var bridge = bridge(try #require(SwitchPreset.linuxBridgeQuerier.settings().snooping))
    _ = bridge.receive(igmp(.report(group: group)), on: 2, at: at(1))
    #expect(ways(bridge, data(), at: at(9)) == [1, 2, 3, 4])
    #expect(ways(bridge, data(), at: at(10)) == [2])
  }

  /// RFC 3376, section 6.6.2: the lowest address queries. RFC 4541, section 2.1.1: queries show where routers are, but
  /// not those from 0.0.0.0.
  @Test func theLowestQuerierShowsTheRouterPort() {
    var bridge = bridge(SnoopingSettings(unregistered: .routerPorts))
    _ = bridge.receive(igmp(general, from: 0x0a4d_0009), on: 3, at: at(0))
    _ = bridge.receive(igmp(general, from: 0x0a4d_000a), on: 4, at: at(1))
    #expect(ways(bridge, data(), at: at(2)) == [3])
    _ = bridge.receive(igmp(general, from: 0), on: 2, at: at(3))
    #expect(ways(bridge, data(), at: at(4)) == [3])
    #expect(ways(bridge, data(), at: at(255)) == [])
    // One that queries from 0.0.0.0 is not elected: the next with an address is.
    _ = bridge.receive(igmp(general, from: 0x0a4d_000a), on: 4, at: at(256))
    #expect(ways(bridge, data(), at: at(257)) == [4])
  }

  @Test func routerPortsMayBeSetOrForbidden() {
    var bridge = bridge(
      SnoopingSettings(unregistered: .routerPorts), roles: [.detected, .always, .never])
    _ = bridge.receive(igmp(general), on: 2, at: at(0))
    #expect(ways(bridge, data(), at: at(1)) == [1])
  }

  /// RFC 4541, section 2.1.1: reports go to routers, all else of IGMP everywhere.
  @Test func reportsGoToRoutersAlone() {
    var bridge = bridge(SnoopingSettings())
    _ = bridge.receive(igmp(general), on: 4, at: at(0))
    #expect(Array(bridge.receive(igmp(.report(group: group)), on: 2, at: at(1)).ports) == [4])
    #expect(
      Array(bridge.receive(igmp(.leave(group: group)), on: 2, at: at(1)).ports) == [0, 1, 3, 4])
  }

  /// RFC 2236, section 3: after a leave, the last member query time is left for others to report.
  @Test func aLeaveEndsAMembershipSoon() {
    var bridge = bridge(SnoopingSettings(unregistered: .routerPorts))
    for port in [2, 3] { _ = bridge.receive(igmp(.report(group: group)), on: port, at: at(0)) }
    _ = bridge.receive(igmp(.leave(group: group)), on: 2, at: at(1))
    #expect(ways(bridge, data(), at: at(2)) == [2, 3])
    #expect(ways(bridge, data(), at: at(3)) == [3])
    // Where another querier is, its question to the group does that, on every port.
    _ = bridge.receive(igmp(general), on: 4, at: at(10))
    _ = bridge.receive(igmp(.leave(group: group)), on: 3, at: at(11))
    #expect(ways(bridge, data(), at: at(30)) == [3, 4])
    _ = bridge.receive(igmp(.query(group: group, response: .seconds(1))), on: 4, at: at(30))
    #expect(ways(bridge, data(), at: at(32)) == [4])
  }

  @Test func aPortThatGoesDownLosesMembersAndRouters() {
    var bridge = bridge(SnoopingSettings(unregistered: .routerPorts))
    _ = bridge.receive(igmp(general), on: 4, at: at(0))
    _ = bridge.receive(igmp(.report(group: group)), on: 2, at: at(0))
    bridge.enter(member: .ip(group), on: 3)
    for port in [2, 3, 4] {
      bridge.set(port, isUp: false)
      bridge.set(port, isUp: true)
    }
    // The member by hand is still there.
    #expect(ways(bridge, data(), at: at(1)) == [3])
  }
}

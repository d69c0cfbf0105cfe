import Engine
import FarmFile
import Testing

@testable import Sim

/// Frames through trees of switches and hypervisors, and the words that clients' packets look at.
@Suite struct SegmentTests {
  private let virtualIP = IPAddress(v4: 0x0a4d_0064)
  private let shared = MACAddress(0x02bf_0a4d_0064)
  private let routerMAC = MACAddress(0x0200_0000_00fe)

  private func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }
  private func plain(_ ports: Int) -> EthernetSwitch {
    EthernetSwitch(
      SwitchPreset.plain.settings(), ports: [SwitchPort](repeating: SwitchPort(), count: ports))
  }
  private func port(_ s: Int, _ p: Int) -> Segment.Port { Segment.Port(ofSwitch: s, number: p) }
  private func frame(_ source: MACAddress, _ destination: MACAddress) -> EthernetFrame {
    EthernetFrame(to: destination, from: source, .other(type: 0x88b5, payload: []))
  }

  /// A core switch with the router, two edge switches, and a node at each port of those: cards 1 to 4.
  private func tree() -> Segment {
    var segment = Segment(
      switches: [plain(3), plain(3), plain(3)],
      links: [(port(0, 1), port(1, 0)), (port(0, 2), port(2, 0))])
    _ = segment.add(NetworkCard(routerMAC), at: .port(port(0, 0)))
    for (n, place) in [port(1, 1), port(1, 2), port(2, 1), port(2, 2)].enumerated() {
      _ = segment.add(
        NetworkCard(MACAddress(0x0200_0000_0001 + UInt64(n)), listens: [shared]), at: .port(place))
    }
    return segment
  }

  @Test func allSwitchesOnAFramesWayLearn() {
    var segment = tree()
    #expect(
      segment.delivery(of: frame(routerMAC, shared), from: 0, at: at(0)).cards == [1, 2, 3, 4])
    // Node 3 leaks the shared MAC: all get nothing any more but that one.
    _ = segment.send(frame(shared, .broadcast), from: 3, at: at(0))
    let after = segment.delivery(of: frame(routerMAC, shared), from: 0, at: at(1))
    #expect(after.cards == [3] && after.flooded == [] && after.nextChange == at(300))
    // The core and the node's own switch have learned it, and so has the other edge switch.
    #expect(
      segment.switches.map { $0.ports(of: shared, at: at(1)) } == [2, 0, 1].map { SwitchPorts($0) })
    #expect(
      segment.delivery(of: frame(routerMAC, shared), from: 0, at: at(300)).cards == [1, 2, 3, 4])
  }

  /// A question changes nothing: neither tables nor counters.
  @Test func askingIsNotSending() {
    let segment = tree()
    _ = segment.delivery(of: frame(routerMAC, shared), from: 0, at: at(0))
    #expect(segment.switches[0].ports(of: routerMAC, at: at(0)) == nil)
  }

  @Test func aCutBetweenSwitchesHidesWhatIsBehind() {
    var segment = tree()
    segment.set(port(0, 2), isUp: false)
    #expect(segment.delivery(of: frame(routerMAC, shared), from: 0, at: at(0)).cards == [1, 2])
    segment.set(port(0, 2), isUp: true)
    #expect(
      segment.delivery(of: frame(routerMAC, shared), from: 0, at: at(0)).cards == [1, 2, 3, 4])
  }

  @Test func vlansPassTrunksWithTheirTags() {
    var edge = [SwitchPort](repeating: SwitchPort(), count: 3)
    edge[0].membership = .trunk(native: .standard)
    edge[1].membership = .access(VLAN(7))
    let both = (0..<2).map { _ in EthernetSwitch(SwitchPreset.plain.settings(), ports: edge) }
    var segment = Segment(switches: both, links: [(port(0, 0), port(1, 0))])
    for (s, p) in [(0, 1), (0, 2), (1, 1), (1, 2)] {
      _ = segment.add(
        NetworkCard(MACAddress(UInt64(0x0200_0000_0000 + s * 16 + p))), at: .port(port(s, p)))
    }
    #expect(segment.send(frame(segment.cards[0].mac, .broadcast), from: 0, at: at(0)).cards == [2])
    #expect(segment.send(frame(segment.cards[1].mac, .broadcast), from: 1, at: at(0)).cards == [3])
  }

  /// NLB's unicast mode on two hypervisors: a machine that moves shows its MAC, and then gets all for 300 s.
  @Test(arguments: [(HypervisorPreset.standard, true), (.nlbUnicast, false)])
  func aMigrationShowsTheSharedMACUnlessNotifyIsOff(_ preset: HypervisorPreset, _ isShown: Bool) {
    var segment = Segment(switches: [plain(3)])
    _ = segment.add(NetworkCard(routerMAC), at: .port(port(0, 0)))
    let hosts = [1, 2].map { segment.add(preset.settings, at: port(0, $0)) }
    for n in 0..<4 {
      let card = segment.add(
        NetworkCard(MACAddress(0x0050_5600_0001 + UInt64(n))), at: .hypervisor(hosts[n / 2]))
      var changed = segment.cards[card]
      changed.mac = shared
      segment.set(card, to: changed)
    }
    var reach = SegmentReach(nodeOfCard: [nil] + (0..<4).map { NodeID($0) })
    let way = reach.number(of: .init(card: 0, mac: shared, address: virtualIP))
    #expect(reach.update(from: segment, at: at(0)) == true)
    #expect(reach.words[way] == 0b1111 && reach.isFlooded[way])
    // Card 3 moves to the first hypervisor: all of that host's machines have the MAC.
    segment.migrate(3, to: hosts[0], at: at(10))
    let changed = reach.update(from: segment, at: at(10))
    #expect(reach.words[way] == (isShown ? 0b0111 : 0b1111) && changed == isShown)
    #expect(reach.nextChange == (isShown ? at(310) : .never))
    if isShown {
      #expect(reach.update(from: segment, at: reach.nextChange) && reach.words[way] == 0b1111)
    }
  }

  @Test func waysInAreSharedAndAtMost256() {
    var reach = SegmentReach(nodeOfCard: [nil])
    let ways = (0..<SegmentReach.capacity).map {
      reach.number(of: .init(card: 0, mac: MACAddress(UInt64($0)), address: virtualIP))
    }
    #expect(ways == Array(0..<256))
    #expect(reach.number(of: .init(card: 0, mac: MACAddress(7), address: virtualIP)) == 7)
  }
}

import Engine
import FarmFile
import Testing

@testable import Sim

/// What a switch learns from sources, and where it sends what it knows or does not know.
@Suite struct LearningTests {
  private let a = MACAddress(0x0200_0000_000a)
  private let b = MACAddress(0x0200_0000_000b)
  private let shared = MACAddress(0x02bf_0a4d_0064)

  private func bridge(
    _ settings: EthernetSwitch.Settings = SwitchPreset.plain.settings(), ports: Int = 4
  ) -> EthernetSwitch {
    EthernetSwitch(settings, ports: [SwitchPort](repeating: SwitchPort(), count: ports))
  }
  private func frame(_ source: MACAddress, _ destination: MACAddress, vlan: VLAN? = nil)
    -> EthernetFrame
  {
    EthernetFrame(to: destination, from: source, vlan: vlan, .other(type: 0x88b5, payload: []))
  }
  private func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }

  /// IEEE 802.1D, section 7.8: the first frame of a source teaches its port, and every one moves it.
  @Test func aSourceIsLearnedAndMovesAtOnce() {
    var bridge = bridge()
    #expect(Array(bridge.receive(frame(a, b), on: 0, at: at(0)).ports) == [1, 2, 3])
    #expect(Array(bridge.receive(frame(b, a), on: 2, at: at(0)).ports) == [0])
    #expect(Array(bridge.receive(frame(a, b), on: 3, at: at(0)).ports) == [2])
    #expect(Array(bridge.receive(frame(b, a), on: 2, at: at(0)).ports) == [3])
    // Towards the port that it came in by, a frame is not needed.
    #expect(bridge.receive(frame(b, a), on: 3, at: at(0)).ports.isEmpty)
  }

  /// IEEE 802.1D, section 7.9.2: 300 s from the last frame.
  @Test func aSourceIsForgottenAfterTheAgeingTime() {
    var bridge = bridge()
    _ = bridge.receive(frame(a, b), on: 0, at: at(0))
    _ = bridge.receive(frame(a, b), on: 0, at: at(100))
    #expect(bridge.nextChange(for: frame(b, a), on: 1, after: at(100)) == at(400))
    #expect(Array(bridge.forwarding(of: frame(b, a), on: 1, at: at(399)).ports) == [0])
    let later = bridge.forwarding(of: frame(b, a), on: 1, at: at(400))
    #expect(Array(later.ports) == [0, 2, 3] && later.flooded == .unknownUnicast)
  }

  /// The heart of NLB's unicast mode: who shows its MAC once gets all, for 300 s.
  @Test func aMACThatNobodySendsFromIsFloodedUntilItLeaks() {
    var bridge = bridge()
    #expect(Array(bridge.forwarding(of: frame(a, shared), on: 0, at: at(0)).ports) == [1, 2, 3])
    _ = bridge.receive(frame(shared, .broadcast), on: 2, at: at(0))
    #expect(Array(bridge.forwarding(of: frame(a, shared), on: 0, at: at(299)).ports) == [2])
    #expect(Array(bridge.forwarding(of: frame(a, shared), on: 0, at: at(300)).ports) == [1, 2, 3])
  }

  @Test func aPortThatGoesDownForgetsWhatItLearned() {
    var bridge = bridge()
    _ = bridge.receive(frame(a, b), on: 0, at: at(0))
    bridge.set(0, isUp: false)
    #expect(bridge.receive(frame(a, b), on: 0, at: at(1)).drop == .portDown)
    bridge.set(0, isUp: true)
    #expect(bridge.ports(of: a, at: at(1)) == nil)
  }

  /// IEEE 802.1D, section 17.11 of the 1998 edition: the forward delay takes the place of the ageing time.
  @Test func aTopologyChangeShortensDuesTo15Seconds() {
    var bridge = bridge()
    _ = bridge.receive(frame(a, b), on: 0, at: at(0))
    bridge.enter(b, on: SwitchPorts(1))
    bridge.topologyChange(at: at(10))
    #expect(bridge.ports(of: a, at: at(24)) != nil)
    #expect(bridge.ports(of: a, at: at(25)) == nil)
    #expect(bridge.ports(of: b, at: at(1000)) == SwitchPorts(1))
    // An entry that is nearly due is not made to live longer.
    _ = bridge.receive(frame(a, b), on: 0, at: at(100))
    bridge.topologyChange(at: at(395))
    #expect(bridge.ports(of: a, at: at(400)) == nil)
  }

  @Test func aFullTableLearnsNoMoreUntilEntriesAreDue() {
    var settings = SwitchPreset.plain.settings()
    settings.table.capacity = 2
    var bridge = bridge(settings)
    for (i, mac) in [a, b, shared].enumerated() {
      _ = bridge.receive(frame(mac, .broadcast), on: i, at: at(i))
    }
    #expect(bridge.ports(of: shared, at: at(3)) == nil)
    _ = bridge.receive(frame(shared, .broadcast), on: 2, at: at(300))
    #expect(bridge.ports(of: shared, at: at(300)) == SwitchPorts(2))
  }

  /// IEEE 802.1D, section 7.9.1: no frame moves an entry that was made by hand. A Linux bridge moves it.
  @Test(arguments: [(SwitchPreset.plain, 1), (.linuxBridge, 3)])
  func anEntryByHandStaysExceptOnLinux(_ preset: SwitchPreset, _ port: Int) {
    var bridge = bridge(preset.settings())
    bridge.enter(a, on: SwitchPorts(1))
    _ = bridge.receive(frame(a, b), on: 3, at: at(0))
    #expect(Array(bridge.forwarding(of: frame(b, a), on: 0, at: at(9999)).ports) == [port])
  }

  /// Cisco 216092: a group's MAC may be entered with several ports.
  @Test func aGroupMACByHandGoesToItsPortsAlone() {
    var bridge = bridge()
    let group = MACAddress(0x03bf_0a4d_0064)
    #expect(Array(bridge.forwarding(of: frame(a, group), on: 0, at: at(0)).ports) == [1, 2, 3])
    bridge.enter(group, on: SwitchPorts([1, 3]))
    #expect(Array(bridge.forwarding(of: frame(a, group), on: 0, at: at(0)).ports) == [1, 3])
  }

  @Test func portsThatDoNotLearnOrFloodDoNot() {
    var ports = [SwitchPort](repeating: SwitchPort(), count: 4)
    ports[0].learns = false
    ports[1].floods = [.broadcast, .multicast]
    ports[2].floods = [.unknownUnicast, .broadcast]
    var bridge = EthernetSwitch(SwitchPreset.plain.settings(), ports: ports)
    #expect(Array(bridge.receive(frame(a, b), on: 0, at: at(0)).ports) == [2, 3])
    #expect(bridge.ports(of: a, at: at(0)) == nil)
    #expect(Array(bridge.receive(frame(b, .broadcast), on: 1, at: at(0)).ports) == [0, 2, 3])
    let group = MACAddress(0x03bf_0a4d_0064)
    #expect(Array(bridge.receive(frame(b, group), on: 1, at: at(0)).ports) == [0, 3])
    // What is known leaves by every port.
    #expect(Array(bridge.receive(frame(a, b), on: 0, at: at(0)).ports) == [1])
  }

  @Test func isolatedPortsGetNothingFromEachOther() {
    var ports = [SwitchPort](repeating: SwitchPort(), count: 4)
    ports[0].isIsolated = true
    ports[1].isIsolated = true
    var bridge = EthernetSwitch(SwitchPreset.plain.settings(), ports: ports)
    #expect(Array(bridge.receive(frame(a, b), on: 0, at: at(0)).ports) == [2, 3])
    #expect(bridge.receive(frame(b, a), on: 1, at: at(0)).ports.isEmpty)
    #expect(Array(bridge.receive(frame(shared, a), on: 2, at: at(0)).ports) == [0])
  }

  /// IEEE 802.1Q: VLANs are switches of their own.
  @Test func vlansKeepFramesAndMACsApart() {
    var ports = [SwitchPort](repeating: SwitchPort(), count: 4)
    ports[2].membership = .access(VLAN(7))
    ports[3].membership = .trunk(native: .standard)
    var bridge = EthernetSwitch(SwitchPreset.plain.settings(), ports: ports)
    let seven = bridge.receive(frame(a, b), on: 2, at: at(0))
    #expect(Array(seven.ports) == [3] && bridge.ports[3].tag(of: seven.vlan) == VLAN(7))
    #expect(bridge.ports[3].tag(of: .standard) == nil)
    #expect(bridge.ports(of: a, in: .standard, at: at(0)) == nil)
    #expect(Array(bridge.receive(frame(b, a, vlan: VLAN(7)), on: 3, at: at(0)).ports) == [2])
    #expect(Array(bridge.receive(frame(b, a), on: 3, at: at(0)).ports) == [0, 1])
    #expect(bridge.receive(frame(a, b, vlan: VLAN(7)), on: 0, at: at(0)).drop == .vlan)
  }

  /// IEEE 802.1D, section 7.12.6; IEEE 802.3: a source is one station.
  @Test func reservedAddressesAndGroupsAsSourcesGoNowhere() {
    var bridge = bridge()
    #expect(
      bridge.receive(frame(a, MACAddress(0x0180_c200_000e)), on: 0, at: at(0)).drop == .address)
    #expect(
      bridge.receive(frame(MACAddress(0x0300_0000_0001), b), on: 0, at: at(0)).drop == .address)
    #expect(bridge.ports(of: a, at: at(0)) == nil)
  }
}

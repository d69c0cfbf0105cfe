import Engine
import FarmFile
import Testing

@testable import Sim

/// The security policy of a hypervisor's switch (VMware: vSphere Security, "Securing Virtual Switches"; KB 343401).
@Suite struct HypervisorTests {
  private let shared = MACAddress(0x02bf_0a4d_0064)
  private let outsider = MACAddress(0x0200_0000_0099)

  private func mac(_ n: Int) -> MACAddress { MACAddress(0x0050_5600_0000 + UInt64(n)) }
  private func frame(_ source: MACAddress, _ destination: MACAddress) -> EthernetFrame {
    EthernetFrame(to: destination, from: source, .other(type: 0x88b5, payload: []))
  }
  private func three() -> [NetworkCard] { (0..<3).map { NetworkCard(mac($0)) } }
  private func vswitch(_ preset: HypervisorPreset) -> HypervisorSwitch {
    HypervisorSwitch(preset.settings, cards: [0, 1, 2])
  }

  /// It knows its machines' MACs, learns none, and drops the rest.
  @Test func onlyItsMachinesMACsGetIn() {
    var vswitch = vswitch(.standard)
    let cards = three()
    #expect(vswitch.arrivals(of: frame(outsider, mac(1)), among: cards) == [1])
    #expect(vswitch.arrivals(of: frame(outsider, shared), among: cards) == [])
    #expect(vswitch.arrivals(of: frame(outsider, .broadcast), among: cards) == [0, 1, 2])
    // A source is not learned.
    _ = vswitch.departure(of: frame(shared, outsider), from: 0, among: cards)
    #expect(vswitch.arrivals(of: frame(outsider, shared), among: cards) == [])
  }

  @Test func aMachinesFrameStaysInsideIfItsMACIsThere() {
    var vswitch = vswitch(.standard)
    let cards = three()
    let inside = vswitch.departure(of: frame(mac(0), mac(2)), from: 0, among: cards)
    #expect(inside.cards == [2] && !inside.uplink)
    let outside = vswitch.departure(of: frame(mac(0), outsider), from: 0, among: cards)
    #expect(outside.cards == [] && outside.uplink)
    let all = vswitch.departure(of: frame(mac(0), .broadcast), from: 0, among: cards)
    #expect(all.cards == [1, 2] && all.uplink)
  }

  /// A MAC that no card has as its own needs promiscuous mode, on both sides.
  @Test(arguments: [(HypervisorPreset.standard, [Int]()), (.promiscuous, [0, 2])])
  func promiscuousCardsNeedTheSwitchsConsent(_ preset: HypervisorPreset, _ expected: [Int]) {
    var cards = three()
    cards[0].isPromiscuous = true
    cards[2].isPromiscuous = true
    #expect(vswitch(preset).arrivals(of: frame(outsider, shared), among: cards) == expected)
  }

  /// NLB's unicast mode gives each card the same MAC: MAC changes must be accepted.
  @Test(arguments: [(HypervisorPreset.standard, [0, 1]), (.distributed, [])])
  func aCardWithAnotherMACNeedsMACChanges(_ preset: HypervisorPreset, _ expected: [Int]) {
    var cards = three()
    cards[0].mac = shared
    cards[1].mac = shared
    var vswitch = vswitch(preset)
    #expect(vswitch.arrivals(of: frame(outsider, shared), among: cards) == expected)
    // Its port is disabled otherwise: it gets and sends nothing at all.
    #expect(
      vswitch.arrivals(of: frame(outsider, .broadcast), among: cards).contains(0) == !expected
        .isEmpty)
    #expect(
      vswitch.departure(of: frame(shared, outsider), from: 0, among: cards).uplink == !expected
        .isEmpty)
  }

  /// NLB masks its source: forged transmits must be accepted.
  @Test(arguments: [(HypervisorPreset.standard, true), (.distributed, false)])
  func anotherSourceNeedsForgedTransmits(_ preset: HypervisorPreset, _ expected: Bool) {
    var vswitch = vswitch(preset)
    let masked = MACAddress(0x0201_0a4d_0064)
    #expect(
      vswitch.departure(of: frame(masked, outsider), from: 0, among: three()).uplink == expected)
  }

  @Test func groupsReachCardsThatListen() {
    var cards = three()
    let group = MACAddress(0x03bf_0a4d_0064)
    cards[1].listens = [group]
    #expect(vswitch(.standard).arrivals(of: frame(outsider, group), among: cards) == [1])
  }

  @Test func aLearningSwitchFloodsUntilItHasLearned() {
    var vswitch = vswitch(.distributedLearning)
    var cards = three()
    let nested = MACAddress(0x0200_0000_0042)
    cards[0].listens = [nested]
    cards[1].isPromiscuous = true
    #expect(vswitch.arrivals(of: frame(outsider, nested), among: cards) == [0, 1])
    _ = vswitch.departure(of: frame(nested, outsider), from: 0, among: cards)
    #expect(vswitch.arrivals(of: frame(outsider, nested), among: cards) == [0])
  }

  /// KB 343401: RARP from the MAC in use; KB 1006778: off for NLB's unicast mode.
  @Test func itShowsSwitchesTheMACInUse() {
    var card = NetworkCard(mac(0))
    card.mac = shared
    let frames = vswitch(.standard).announcements(of: card, after: .migration)
    #expect(frames.map(\.source) == [shared])
    #expect(frames.first?.content == .arp(.reverseRequest(mac: shared)))
    #expect(vswitch(.standard).announcements(of: card, after: .uplinkChange).count == 5)
    #expect(vswitch(.nlbUnicast).announcements(of: card, after: .migration).isEmpty)
  }
}

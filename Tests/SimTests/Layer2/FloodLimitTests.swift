import Engine
import FarmFile
import Testing

@testable import Sim

/// Limits on what is flooded, and on who may send.
@Suite struct FloodLimitTests {
  private let client = MACAddress(0x0200_0000_0001)
  private let shared = MACAddress(0x5afe_0a4d_0064)

  private func frame(from source: MACAddress? = nil, to destination: MACAddress) -> EthernetFrame {
    EthernetFrame(
      to: destination, from: source ?? client,
      .other(type: 0x88b5, payload: [UInt8](repeating: 0, count: 46)))
  }
  private func at(milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
  private func bridge(_ settings: EthernetSwitch.Settings) -> EthernetSwitch {
    EthernetSwitch(settings, ports: [SwitchPort](repeating: SwitchPort(), count: 3))
  }
  /// How many of the frames of a second are flooded.
  private func passed(_ bridge: inout EthernetSwitch, _ frames: Int, second: Int = 0) -> Int {
    (0..<frames).count {
      !bridge.receive(
        frame(to: shared), on: 0, at: at(milliseconds: second * 1000 + $0 * 1000 / frames)
      )
      .ports.isEmpty
    }
  }

  /// FortiSwitch: 500 frames a second once storm control is on. 2000 offered lose 75 %.
  @Test func aRateDropsTheRestOfEachSecond() throws {
    let settings = SwitchPreset.fortiSwitchStorm.settings()
    var bridge = bridge(settings)
    #expect(passed(&bridge, 2000) == 500)
    #expect(passed(&bridge, 2000, second: 1) == 500)
    #expect(passed(&bridge, 400, second: 2) == 400)
    let limit = try #require(settings.limit)
    #expect(limit.lossShare(offered: 2000, bytes: 60) == 0.75)
    #expect(limit.lossShare(offered: 400, bytes: 60) == 0)
  }

  /// Junos EX: 80 % of the bandwidth; of 1 Mbit/s, 800,000 bits are 1666 frames of 60 bytes.
  @Test func aShareOfTheBandwidthCountsBits() throws {
    let settings = SwitchPreset.junosEX.settings(linkSpeed: 1_000_000)
    var bridge = bridge(settings)
    #expect(passed(&bridge, 2000) == 1666)
    #expect(abs(try #require(settings.limit).lossShare(offered: 2000, bytes: 60) - 0.167) < 1e-9)
    // Groups are not among what it limits, but on the EX4300 they are.
    let group = MACAddress(0x03bf_0a4d_0064)
    #expect(
      Array(bridge.receive(frame(to: group), on: 0, at: at(milliseconds: 999)).ports) == [1, 2])
    #expect(try #require(SwitchPreset.junosEX4300.settings().limit).classes.contains(.multicast))
  }

  /// What goes to one port is no flood.
  @Test func knownDestinationsAreNotCounted() {
    var settings = SwitchPreset.fortiSwitchStorm.settings()
    settings.limit?.amount = .frames(perSecond: 1)
    var bridge = bridge(settings)
    _ = bridge.receive(frame(from: shared, to: client), on: 2, at: at(milliseconds: 0))
    #expect(passed(&bridge, 100) == 100)
  }

  @Test func aBudgetEndsUntilThePortIsReset() {
    var settings = EthernetSwitch.Settings()
    settings.limit = FloodLimit(classes: .unknownUnicast, amount: .budget(frames: 1000))
    var bridge = bridge(settings)
    #expect(passed(&bridge, 1500) == 1000)
    #expect(
      bridge.forwarding(of: frame(to: shared), on: 0, at: at(milliseconds: 5000)).drop == .limit)
    bridge.set(0, isUp: false)
    bridge.set(0, isUp: true)
    #expect(passed(&bridge, 10, second: 9) == 10)
  }

  @Test func aLimitMayShutThePortDown() {
    var settings = EthernetSwitch.Settings()
    settings.limit = FloodLimit(classes: .all, amount: .frames(perSecond: 10), excess: .shutdown)
    var bridge = bridge(settings)
    #expect(passed(&bridge, 20) == 10)
    #expect(!bridge.ports[0].isUp)
  }

  /// SafeKit's guide, section 4.3.7: some switches stop flooding after hours.
  @Test func aLimitMayHoldOnlyAfterATime() {
    var settings = EthernetSwitch.Settings()
    settings.limit = FloodLimit(
      classes: .unknownUnicast, amount: .frames(perSecond: 10), after: .seconds(60))
    var bridge = bridge(settings)
    for second in 0..<60 { #expect(passed(&bridge, 20, second: second) == 20) }
    #expect(passed(&bridge, 20, second: 60) == 10)
    // A pause of a second begins anew.
    #expect(passed(&bridge, 20, second: 63) == 20)
  }

  @Test func unknownMACsMayBeDropped() {
    var settings = EthernetSwitch.Settings()
    settings.unknownUnicast = .drop
    var bridge = bridge(settings)
    #expect(bridge.receive(frame(to: shared), on: 0, at: .zero).drop == .unknown)
    #expect(Array(bridge.receive(frame(to: .broadcast), on: 0, at: .zero).ports) == [1, 2])
    #expect(Array(bridge.receive(frame(from: shared, to: client), on: 1, at: .zero).ports) == [0])
  }

  /// A second MAC on a port: it shuts down, or that MAC's frames are dropped.
  @Test(arguments: [(SwitchPreset.portSecurity, 1, false), (.cumulusSecure, 32, true)])
  func portSecurityCountsMACs(_ preset: SwitchPreset, _ maximum: Int, _ staysUp: Bool) {
    var bridge = bridge(preset.settings())
    func mac(_ n: Int) -> MACAddress { MACAddress(0x0200_0000_1000 + UInt64(n)) }
    for n in 0..<maximum {
      #expect(bridge.receive(frame(from: mac(n), to: .broadcast), on: 0, at: .zero).drop == nil)
    }
    #expect(
      bridge.receive(frame(from: mac(99), to: .broadcast), on: 0, at: .zero).drop == .security)
    #expect(bridge.ports[0].isUp == staysUp)
    #expect(
      bridge.receive(frame(from: mac(0), to: .broadcast), on: 0, at: .zero).drop
        == (staysUp ? nil : .portDown))
    // A MAC of one port is refused at another, until the first goes down.
    if staysUp {
      #expect(
        bridge.receive(frame(from: mac(0), to: .broadcast), on: 1, at: .zero).drop == .security)
      bridge.set(0, isUp: false)
    }
    #expect(bridge.receive(frame(from: mac(0), to: .broadcast), on: 1, at: .zero).drop == nil)
  }
}

import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import Sim

/// A random history of a Linux bridge, played on the real one and on the simulator's at the same time.
///
/// Times are real. What is forgotten at a due is judged only from 50 ms before it and 300 ms after it on: the kernel's
/// timers are coarse, so a frame that such a due decides about waits for it.
struct BridgeHistory {
  enum Snoops: String, CaseIterable {
    case not
    /// Nobody queries.
    case unasked
    /// The bridge queries.
    case itself
    /// Hosts query.
    case others
  }

  /// What the judged frames were.
  struct Tally {
    var judged = 0
    var byTable = 0
    var flooded = 0
    var snooped = 0
    var nowhere = 0
    var afterDue = 0
  }

  static let portCount = 8
  private static let ageing = Duration.milliseconds(1000)
  private static let membership = Duration.milliseconds(800)
  private static let otherQuerier = Duration.milliseconds(1100)

  let snoops: Snoops
  private let stand: BridgeStand
  private var model: EthernetSwitch
  private var random: SplitMix64
  private var serial: UInt32 = 0
  private(set) var tally = Tally()

  init(_ snoops: Snoops, seed: UInt64) throws {
    self.snoops = snoops
    random = SplitMix64(state: seed)
    var ports: [SwitchPort] = []
    var options: [String] = []
    for _ in 0..<Self.portCount {
      var port = SwitchPort()
      port.learns = random.next(below: 5) > 0
      port.isIsolated = random.next(below: 3) == 0
      if random.next(below: 5) == 0 { port.floods.remove(.unknownUnicast) }
      if random.next(below: 5) == 0 { port.floods.remove(.multicast) }
      let router = random.next(below: 6)
      port.router = router == 0 ? .always : router == 1 ? .never : .detected
      ports.append(port)
      options.append(Self.options(of: port))
    }
    // The port of the test.
    var own = SwitchPort()
    own.learns = false
    var settings = SwitchPreset.linuxBridge.settings()
    settings.table.ageing = Self.ageing
    settings.snooping?.membershipTime = Self.membership
    settings.snooping?.otherQuerierTime = Self.otherQuerier
    settings.snooping?.responseTime = .milliseconds(500)
    settings.snooping?.lastMemberInterval = .milliseconds(200)
    if snoops == .itself { settings.snooping?.querier = IPAddress(v4: 0) }
    if snoops == .not { settings.snooping = nil }
    let isSticky = random.next(below: 2) == 0
    settings.table.movesStatic = !isSticky
    stand = try BridgeStand(
      options: "ageing_time 100 mcast_snooping \(snoops == .not ? 0 : 1) mcast_membership_interval 80 "
        + "mcast_querier_interval 110 mcast_last_member_interval 20 mcast_query_response_interval 50",
      portOptions: options)
    if snoops == .itself { try stand.set("mcast_querier 1") }
    model = EthernetSwitch(settings, ports: ports + [own], from: BridgeStand.now)
    for mac in Self.entered {
      let port = random.next(below: Self.portCount)
      try stand.command("fdb add \(mac) dev p\(port) master static\(isSticky ? " sticky" : "")")
      model.enter(mac, on: SwitchPorts(port))
    }
    if snoops != .not {
      for (group, text) in [
        (Snooping.Group.ip(Self.groups[0]), "239.1.1.1"), (.mac(Self.heartbeat), "\(Self.heartbeat)"),
      ] {
        let port = random.next(below: Self.portCount)
        try stand.command("mdb add dev br0 port p\(port) grp \(text) permanent")
        model.enter(member: group, on: port)
      }
    }
    // Until the bridge's own query has been answered.
    if snoops == .itself { usleep(900_000) }
  }

  private static func options(of port: SwitchPort) -> String {
    func word(_ isOn: Bool) -> String { isOn ? "on" : "off" }
    let router = port.router == .always ? 2 : port.router == .never ? 0 : 1
    return "learning \(word(port.learns)) isolated \(word(port.isIsolated)) "
      + "flood \(word(port.floods.contains(.unknownUnicast))) "
      + "mcast_flood \(word(port.floods.contains(.multicast))) mcast_router \(router)"
  }

  // MARK: - Events

  /// Plays random events until so many frames have been judged.
  mutating func play(frames: Int) throws {
    while tally.judged < frames {
      switch random.next(below: 200) {
      case 0..<7: usleep(UInt32(50_000 + random.next(below: 700_000)))
      case 7..<9: try toggle(random.next(below: Self.portCount))
      default: try judge(frame(), on: random.next(below: Self.portCount))
      }
    }
  }

  private mutating func toggle(_ port: Int) throws {
    let isUp = !model.ports[port].isUp
    try stand.set(port, isUp: isUp)
    model.set(port, isUp: isUp)
  }

  private mutating func judge(_ make: (Int) -> EthernetFrame, on port: Int) throws {
    let frame = make(port)
    let bytes = frame.encode()
    waitForDues(of: frame, on: port)
    // A frame that is late is sent again: when the kernel had it is not known well enough.
    while true {
      let before = BridgeStand.now
      let received = try stand.send(bytes, from: port)
      let isInTime = BridgeStand.now - before < .milliseconds(25)
      let decided = model.receive(frame, on: port, at: before)
      var expected = decided.ports
      expected.remove(Self.portCount)
      if !isInTime { continue }
      #expect(received == expected, Comment(rawValue: story(frame, port, received, expected)))
      count(decided, frame)
      return
    }
  }

  private mutating func count(_ decided: EthernetSwitch.Forwarding, _ frame: EthernetFrame) {
    tally.judged += 1
    if decided.ports.isEmpty { tally.nowhere += 1 }
    if decided.drop != nil { return }
    if !decided.flooded.isEmpty {
      tally.flooded += 1
    } else if frame.destination.isMulticast {
      tally.snooped += 1
    } else {
      tally.byTable += 1
    }
  }

  private mutating func waitForDues(of frame: EthernetFrame, on port: Int) {
    while true {
      let now = BridgeStand.now
      let next = model.nextChange(for: frame, on: port, after: now - .milliseconds(300))
      if next == .never || next > now + .milliseconds(50) { return }
      tally.afterDue += 1
      let wait = next + .milliseconds(301) - now
      usleep(UInt32(wait.nanoseconds / 1000))
    }
  }

  private func story(
    _ frame: EthernetFrame, _ port: Int, _ received: SwitchPorts, _ expected: SwitchPorts
  ) -> String {
    "\(snoops), frame \(tally.judged) by port \(port) \(model.ports[port]): \(frame): the kernel brings it to "
      + "\(Array(received)), the model to \(Array(expected))"
  }

  // MARK: - Frames

  /// Groups that are joined, and one whose members need not.
  private static let groups = [0xef01_0101, 0xef01_0102, 0xef01_0103, 0xe000_00fb].map {
    IPAddress(v4: $0)
  }
  private static let virtualIP = IPAddress(v4: 0x0a4d_0064)
  private static let shared = MACAddress(0x5afe_0a4d_0064)
  private static let sharedGroup = MACAddress(0x03bf_0a4d_0064)
  /// A group that is entered by hand and carries no IP.
  private static let heartbeat = MACAddress(0x0300_5e00_0001)
  /// MACs that are entered by hand.
  private static let entered = [MACAddress(0x0200_0000_0201), MACAddress(0x0200_0000_0202)]

  private static func mac(_ host: Int) -> MACAddress { MACAddress(0x0200_0000_0100 | UInt64(host)) }
  private static func address(_ host: Int) -> IPAddress { IPAddress(v4: 0x0a4d_0001 + UInt32(host)) }

  /// A random frame, made for the port that it will come in by.
  private mutating func frame() -> (Int) -> EthernetFrame {
    serial += 1
    let data = stride(from: 24, through: 0, by: -8).map { [serial] in
      UInt8(truncatingIfNeeded: serial >> UInt32($0))
    }
    let other = random.next(below: Self.portCount)
    let group = Self.groups[random.next(below: Self.groups.count)]
    // Most frames come from the host of their port, some from a host that has moved.
    let moved: MACAddress? =
      switch random.next(below: 20) {
      case 0..<3: Self.mac(other)
      case 3: Self.shared
      case 4: Self.entered[random.next(below: 2)]
      default: nil
      }
    func packet(to mac: MACAddress, _ ip: IPAddress) -> (Int) -> EthernetFrame {
      { port in
        EthernetFrame(
          to: mac, from: moved ?? Self.mac(port),
          .ipv4(.datagram(from: Self.address(port), to: ip, ports: (4000, 80), data)))
      }
    }
    func plain(to mac: MACAddress) -> (Int) -> EthernetFrame {
      { EthernetFrame(to: mac, from: moved ?? Self.mac($0), .other(type: 0x88b5, payload: data)) }
    }
    func igmp(_ message: IGMPMessage) -> (Int) -> EthernetFrame {
      { EthernetFrame(message, from: Self.address($0), mac: Self.mac($0)) }
    }
    switch random.next(below: 100) {
    case 0..<28: return packet(to: Self.mac(other), Self.address(other))
    case 28..<34: return packet(to: MACAddress(0x0200_0000_0300 | UInt64(serial)), Self.virtualIP)
    case 34..<42: return packet(to: Self.entered[random.next(below: 2)], Self.virtualIP)
    case 42..<50: return packet(to: Self.shared, Self.virtualIP)
    case 50..<55: return plain(to: .broadcast)
    case 55..<73: return packet(to: MACAddress(group: group), group)
    case 73..<79: return packet(to: Self.sharedGroup, Self.virtualIP)
    case 79..<82: return plain(to: Self.sharedGroup)
    case 82..<85: return plain(to: Self.heartbeat)
    case 85..<93: return igmp(.report(group: group))
    case 93..<95: return igmp(.leave(group: group))
    default:
      guard snoops == .others else { return plain(to: Self.mac(other)) }
      let asked = random.next(below: 4) == 0 ? group : nil
      let query = IGMPMessage.query(group: asked, response: .milliseconds(100))
      // Another switch queries from no address.
      if random.next(below: 4) > 0 { return igmp(query) }
      return { EthernetFrame(query, from: IPAddress(v4: 0), mac: Self.mac($0)) }
    }
  }
}

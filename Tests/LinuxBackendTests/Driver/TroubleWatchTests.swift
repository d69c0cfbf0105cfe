import Engine
import FarmFile
import Testing

@testable import LinuxBackend

/// What goes wrong around a node is told when it begins and when it is over.
@Suite struct TroubleWatchTests {
  static func setup() throws -> DriverSetup {
    let text = DaemonFarm.usual.replacing("KEY", with: "/k")
    return DriverSetup(try DaemonFile.read(text: text, file: "f").get(), node: NodeID(0))
  }

  /// The events for the command of `notify:` after driver events that come a second apart, as text.
  static func told(_ events: [DriverEvent], seconds: Int = 1) throws -> [String] {
    let setup = try setup()
    let names = FarmNames(setup.farm)
    var watch = TroubleWatch()
    var told: [String] = []
    for (i, event) in events.enumerated() {
      guard let made = watch.event(of: event, setup, at: .zero + .seconds(i * seconds)) else { continue }
      told.append("\(made.kind.rawValue) \(made.reason ?? ""): \(names.text(of: made, from: NodeID(0)))")
    }
    return told
  }

  static let rule = ForeignRule(
    family: "inet", table: "host", chain: "pre", handle: 3, text: "tcp dport 80 notrack")
  static let short = PathTrouble(
    network: NetworkID(0), node: NodeID(1), interface: nil, mtu: nil, packetBytes: 500)

  @Test func whatLastsIsToldOnceAndItsEndOnce() throws {
    #expect(
      try Self.told([
        .kernelRecovered, .kernelRefused("no memory"), .kernelRefused("no room"), .kernelRecovered,
        .kernelRecovered, .kernelRefused("no memory"),
      ]) == [
        "trouble kernel: node1: the kernel refuses: no memory",
        "trouble_over kernel: node1, over: the kernel refuses what it is asked",
        "trouble kernel: node1: the kernel refuses: no memory",
      ])
    let rules = try Self.told([.untracked(Self.rule), .untracked(Self.rule), .trackedAgain(Self.rule)])
    #expect(rules.map { $0.prefix { $0 != ":" } } == ["trouble untracked", "trouble_over untracked"])
    #expect(rules[0].contains("'tcp dport 80 notrack' in table inet host, chain pre, handle 3"))
    let paths = try Self.told([.pathTooShort(Self.short), .pathLongEnough(Self.short)])
    #expect(paths.count == 2 && paths[0].contains("short datagrams of node2 arrive"))
    let lost = HeartbeatError(
      network: "lan", interface: "eth9", address: "192.0.2.1", port: 7946, step: .interface, errno: 0)
    let networks = try Self.told([.networkLost(NetworkID(0), lost), .networkBack(NetworkID(0))])
    #expect(networks.count == 2 && networks[0].hasSuffix("there is no interface eth9"))
    #expect(networks[1].hasPrefix("trouble_over network: node1, over: network "))
  }

  @Test func whatComesAgainAndAgainIsToldOnceAndAgainAfterAQuietTime() throws {
    let full = DriverEvent.cannotStore("/var/lib/farmd: no space left on device")
    #expect(try Self.told([full, full, full]).count == 1)
    #expect(try Self.told([full, full, full], seconds: 11).count == 3)
    let address = try #require(IPAddress(parsing: "192.0.2.100"))
    let mac = try #require(MACAddress(parsing: "02:00:00:00:00:09"))
    func claim(_ address: IPAddress) -> DriverEvent {
      .claimed(
        ForeignClaim(address: address, mac: mac, interface: "eth0", isOwnAddress: false, last: .zero),
        node: "node1")
    }
    let other = try #require(IPAddress(parsing: "192.0.2.101"))
    let told = try Self.told([claim(address), claim(address), claim(other)])
    #expect(told.count == 2 && told[0].hasPrefix("trouble address_claimed: node1: 02:00:00:00:00:09 on eth0"))
  }

  @Test func whatIsNoTroubleOrIsToldByTheEngineIsNotToldHere() throws {
    #expect(
      try Self.told([.notice(.leaseLost), .repaired("x"), .hostSetting("y"), .farm(FarmEvent(.hole))]) == [])
  }
}

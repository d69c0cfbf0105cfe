import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import Lab

/// These build real networks: they need root, and touch nothing outside their own namespaces.
@Suite(.enabled(if: LabNeeds.missing == nil, "needs root, ip and nft"), .serialized, .inTime)
struct LabNetworkTests {
  static let farm = Farm(
    nodes: ["node1", "node2", "node3"],
    virtualIPs: [IPAddress(parsing: "192.0.2.100")!, IPAddress(parsing: "2001:db8::100")!],
    groups: ["web"], networks: ["lan", "backup"],
    settings: Settings(nodeCount: 3, networks: [NetworkSettings(), NetworkSettings(carriesService: false)]))

  /// Whether a ping from a namespace is answered.
  func answers(_ from: NetworkNamespace, _ words: [String]) throws -> Bool {
    try from.run { () throws(LabError) in try Program.run("ping", ["-c", "1", "-W", "1"] + words) }.status
      == 0
  }

  @Test func nodesHearEachOtherOnEveryNetworkAndReachEveryClient() throws {
    let network = try LabNetwork(Self.farm)
    let machines = try (0..<3).map { try network.powerOn(NodeID($0)) }
    #expect(try answers(machines[0], ["10.77.0.2"]))
    #expect(try answers(machines[0], ["10.78.0.3"]))
    #expect(try answers(machines[2], ["fd00:77::1"]))
    for client in ["11.0.0.0", "74.255.255.255", "100.64.1.2", "2001:db8:7::1", "2001:db8::101"] {
      #expect(try answers(machines[1], [client]), "client \(client)")
    }
    // The router answers for no address that is not a client's, and not for the virtual IP.
    for stranger in ["75.0.0.0", "10.255.255.255", "2001:db8::100", "192.0.2.100"] {
      #expect(try !answers(machines[1], [stranger]), "\(stranger)")
    }
    // A port that is down cuts one network and leaves the other.
    try network.ports.set("p0-1", isUp: false)
    #expect(try !answers(machines[0], ["10.77.0.2"]))
    #expect(try answers(machines[0], ["10.78.0.2"]))
    try network.ports.set("p0-1", isUp: true)
    #expect(try answers(machines[0], ["10.77.0.2"]))
    // Power off and on again gives a new machine in the same place.
    try network.powerOff(NodeID(1))
    #expect(try !answers(machines[0], ["10.77.0.2"]))
    let again = try network.powerOn(NodeID(1))
    #expect(try answers(again, ["10.77.0.1"]))
    #expect(again.path != machines[1].path)
  }

  /// The kernel removes a machine's links in its own time, after the last process that holds the machine has ended.
  @Test func powerGoesFromAMachineThatNobodyElseHolds() throws {
    let network = try LabNetwork(Self.farm)
    for _ in 0..<20 {
      _ = try network.powerOn(NodeID(0))
      try network.powerOff(NodeID(0))
    }
    let ports = try network.switching.run { () throws(LabError) in try Program.run("ip", ["-o", "link"]) }
      .output
    #expect(!ports.contains("p0-0") && !ports.contains("p1-0"))
  }

  @Test func theRootNamespaceDoesNotChangeAndNothingLeaves() throws {
    func outside() throws -> String {
      try ["link", "route", "rule"].map { try Program.run("ip", ["-o", $0, "show"]).output }.joined()
        + Program.run("nft", ["list", "ruleset"]).output
    }
    let before = try outside()
    let network = try LabNetwork(Self.farm)
    let machine = try network.powerOn(NodeID(0))
    #expect(try outside() == before)
    let links = try network.clients.run { () throws(LabError) in try Program.run("ip", ["-o", "link"]) }
      .output
    #expect(links.split(separator: "\n").count == 3, "loopback and one interface a network: \(links)")
    #expect(try !answers(machine, ["192.168.0.1"]))
  }

  @Test func twoLabsStandSideBySide() throws {
    let labs = try (0..<2).map { _ in try LabNetwork(Self.farm) }
    for lab in labs { _ = try lab.powerOn(NodeID(0)) }
    #expect(try !answers(labs[0].nodes[0]!, ["10.77.0.2"]))
    _ = try labs[1].powerOn(NodeID(1))
    #expect(try !answers(labs[0].nodes[0]!, ["10.77.0.2"]), "the other lab's node")
    #expect(try answers(labs[1].nodes[0]!, ["10.77.0.2"]))
  }
}

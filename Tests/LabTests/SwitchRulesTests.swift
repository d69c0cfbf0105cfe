import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim
import TestSupport
import Testing

@testable import Lab

/// Network faults on a real switch: real packets show which node hears which.
@Suite(.enabled(if: LabNeeds.missing == nil, "needs root, ip and nft"), .serialized, .inTime)
struct SwitchRulesTests {
  /// A switch, three nodes and rules for some faults; those with the given indices are active.
  struct Stand {
    let network: LabNetwork
    let machines: [NetworkNamespace]
    let filter: NamespaceFilter
    let rules: SwitchRules

    init(_ faults: String, networks: String = "{lan: }") throws {
      let text = """
        farm: {nodes: 3, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
        networks: \(networks)
        faults: \(faults)
        """
      let scenario = try Scenario.read(text: text, name: "test").get()
      let network = try LabNetwork(scenario.farm)
      self.network = network
      machines = try (0..<3).map { try network.powerOn(NodeID($0)) }
      filter = try NamespaceFilter(network.switching, of: "the switch")
      rules = SwitchRules(addresses: network.addresses, scenario: scenario)
      // Every machine knows every other's Ethernet address before anything is cut.
      for from in machines + [network.clients] {
        for to in 1...3 { #expect(try Stand.answers(from, "10.77.0.\(to)") == 1) }
      }
    }

    /// How many of some echo requests are answered.
    static func answers(_ from: NetworkNamespace, _ to: String, of count: Int = 1) throws -> Int {
      let text = try from.run { () throws(LabError) in
        try Program.run("ping", ["-c", "\(count)", "-i", "0.002", "-W", "1", "-q", to])
      }.output
      guard let received = text.split(separator: ",").first(where: { $0.contains("received") }) else {
        return 0
      }
      return Int(received.split(separator: " ")[0]) ?? 0
    }

    /// Whether datagrams get from one node to another: one direction alone, unlike an echo.
    func hears(_ from: Int, _ to: Int, port: UInt16? = nil) throws -> Bool {
      let port = port ?? UInt16(5000 + from * 10 + to)
      let address = network.addresses.ipv4(NetworkID(0), number: to + 1)
      let receiver = machines[to].run { LabSocket.bound(.udp, to: address, port: port) }
      let socket = try #require(receiver)
      defer { close(socket) }
      let source = network.addresses.ipv4(NetworkID(0), number: from + 1)
      machines[from].run {
        guard let sender = LabSocket.bound(.udp, to: source, port: 0) else { return }
        _ = address.withSocketAddress(port: port) { sendto(sender, "x", 1, 0, $0, $1) }
        close(sender)
      }
      usleep(20_000)
      var byte: UInt8 = 0
      return recv(socket, &byte, 1, 0) == 1
    }

    /// The pairs that hear each other, as `from>to`.
    func pairs() throws -> [String] {
      var pairs: [String] = []
      for from in 0..<3 {
        for to in 0..<3 where from != to {
          if try hears(from, to) { pairs.append("\(from + 1)>\(to + 1)") }
        }
      }
      return pairs
    }
  }

  static let all = ["1>2", "1>3", "2>1", "2>3", "3>1", "3>2"]

  @Test(arguments: [
    ("one_way_cut: {from: node1, to: node2}", ["1>3", "2>1", "2>3", "3>1", "3>2"]),
    ("pair_cut: [node1, node2]", ["1>3", "2>3", "3>1", "3>2"]),
    ("partition: [[node1], [node2, node3]]", ["2>3", "3>2"]),
    ("bridge: {left: node1, right: node2, by: node3}", ["1>3", "2>3", "3>1", "3>2"]),
  ])
  func cutsAreWhatTheSimulatorCutsAndEnd(_ fault: String, _ left: [String]) throws {
    let stand = try Stand("[{at: 9 s, for: 1 s, \(fault)}]")
    #expect(try stand.pairs() == Self.all)
    try stand.filter.set(stand.rules.text(active: [0]))
    #expect(try stand.pairs() == left)
    try stand.filter.set(stand.rules.text(active: []))
    #expect(try stand.pairs() == Self.all)
  }

  @Test func clientsStayOnTheSideNamedFirst() throws {
    let stand = try Stand("[{at: 9 s, for: 1 s, partition: [[node1], [node2, node3]]}]")
    try stand.filter.set(stand.rules.text(active: [0]))
    #expect(try Stand.answers(stand.network.clients, "10.77.0.1") == 1)
    #expect(try Stand.answers(stand.network.clients, "10.77.0.2") == 0)
  }

  @Test func receiversLoseTheirShareOfEverybodysFrames() throws {
    let stand = try Stand(
      "[{at: 9 s, for: 1 s, loss: {downlink: 30 %, receivers: node2}}, {at: 9 s, for: 1 s, loss: 50 %}]")
    let (one, clients) = (stand.machines[0], stand.network.clients)
    try stand.filter.set(stand.rules.text(active: [0]))
    // 300 echoes at 70 % success: the standard deviation is 8.
    #expect((170...250).contains(try Stand.answers(one, "10.77.0.2", of: 300)))
    #expect(try Stand.answers(one, "10.77.0.3", of: 50) == 50)
    #expect((170...250).contains(try Stand.answers(clients, "10.77.0.2", of: 300)))
    #expect(try Stand.answers(clients, "10.77.0.3", of: 50) == 50)
    // Each echo and each answer is lost with probability one half; of a client's echo, only the way there.
    try stand.filter.set(stand.rules.text(active: [1]))
    #expect((35...115).contains(try Stand.answers(one, "10.77.0.3", of: 300)))
    #expect((110...190).contains(try Stand.answers(clients, "10.77.0.3", of: 300)))
  }

  /// Real clients lose as much as the simulator's at a card that is deaf, mute or partly so. Echoes that reach the
  /// machine are counted there, answers by the client.
  @Test(arguments: [
    ("{downlink: 100 %, receivers: node2}", 0, 0...0), ("{uplink: 100 %, senders: node2}", 50, 0...0),
    ("{uplink: 40 %, senders: node2}", 300, 138...222),
  ])
  func aDeafOrMuteCardIsDeafOrMuteForClients(_ loss: String, _ arrive: Int, _ answers: ClosedRange<Int>)
    throws
  {
    let stand = try Stand("[{at: 9 s, for: 1 s, loss: \(loss)}]")
    try stand.filter.set(stand.rules.text(active: [0]))
    let count = max(50, arrive)
    func echoes() throws -> Int {
      let lines = stand.machines[1].run {
        (try? String(contentsOfFile: "/proc/thread-self/net/snmp", encoding: .utf8)) ?? ""
      }.split(separator: "\n").filter { $0.hasPrefix("Icmp:") }.map { $0.split(separator: " ") }
      let column = try #require(lines.first?.firstIndex(of: "InEchos"))
      return try #require(Int(lines[1][column]))
    }
    let before = try echoes()
    #expect(answers.contains(try Stand.answers(stand.network.clients, "10.77.0.2", of: count)))
    #expect(try echoes() - before == arrive)
    #expect(try Stand.answers(stand.network.clients, "10.77.0.3", of: 20) == 20)
  }

  /// A node's firewall drops heartbeats alone, and only in the given direction. Datagrams to the farm's port show it.
  @Test(arguments: [
    (FirewallDirection.into, ["2>1", "1>3", "2>3", "3>1"]), (.out, ["1>2", "1>3", "3>1", "3>2"]),
    (.both, ["1>3", "3>1"]),
  ])
  func aFirewallDropsHeartbeatsAndNothingElse(_ direction: FirewallDirection, _ left: [String]) throws {
    let stand = try Stand(
      "[{at: 9 s, for: 1 s, block_heartbeats: {node: node2, direction: \(direction.rawValue)}}]")
    let rules = FirewallRules(addresses: stand.network.addresses, scenario: stand.rules.scenario)
    #expect(rules.areNeeded)
    let firewalls = try stand.machines.map { try NamespaceFilter($0, of: "a node") }
    func set(_ active: [Int]) throws {
      try stand.filter.set(stand.rules.text(active: active))
      for n in 0..<3 { try firewalls[n].set(rules.text(of: NodeID(n), active: active)) }
    }
    func heard() throws -> Set<String> {
      Set(
        try Self.all.filter { pair in
          let ends = pair.split(separator: ">").map { Int($0)! - 1 }
          return try stand.hears(ends[0], ends[1], port: LinuxSettings.defaultPort)
        })
    }
    try set([0])
    #expect(try heard() == Set(left))
    #expect(try stand.pairs() == Self.all, "other datagrams pass")
    #expect(try Stand.answers(stand.network.clients, "10.77.0.2", of: 20) == 20)
    try set([])
    #expect(try heard() == Set(Self.all))
  }

  @Test func aSendersLossHitsAllReceiversTogether() throws {
    let stand = try Stand("[]", networks: "{lan: {loss: {uplink: 100 %}}}")
    try stand.filter.set(stand.rules.text(active: []))
    #expect(try stand.pairs() == [])
    #expect(try Stand.answers(stand.network.clients, "10.77.0.2") == 0)
  }
}

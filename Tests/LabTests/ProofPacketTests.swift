import Engine
import FarmFile
import Foundation
import Sim
import TestSupport
import Testing

@testable import Lab

/// Every packet goes to the node that the look-up names.
@Suite(.needsRealFarm, .serialized)
struct ProofPacketTests {
  static let text = """
    farm:
      nodes: 4
      virtual_ip: [192.0.2.100, "2001:db8::100"]
      groups: {all: {buckets: 256}, each: {buckets: 1024}, nets: {buckets: 64}}
      rules:
        - {protocol: udp, port: 5001, group: all, identity: address}
        - {protocol: udp, port: 5002, group: each, identity: address_port}
        - {protocol: udp, port: 5003, group: nets, identity: network/20/44}
        - {protocol: tcp, port: 5001, group: all, identity: address}
        - {protocol: tcp, port: 5002, group: each, identity: address_port}
        - {protocol: tcp, port: 5003, group: nets, identity: network/20/44}
    run: {duration: 10 s}
    """

  /// Clients from all over both families, each with a rule in turn.
  static func asks(_ count: Int, _ transport: Transport, seed: UInt64) -> [ProofAsk] {
    var random = SplitMix64(state: seed)
    return (0..<count).map { i in
      let isIPv4 = i / 3 % 2 == 0
      let source =
        isIPv4
        ? IPAddress(v4: 0x0b00_0000 &+ UInt32(truncatingIfNeeded: random.next() % 0x4000_0000))
        : IPAddress(v6: 0x2001_0db8_0000_0000 | random.next() & 0xffff_ffff | 1 << 31, random.next())
      return ProofAsk(
        transport: transport, source: source, port: UInt16(truncatingIfNeeded: 1024 + random.next() % 64000),
        virtualIP: isIPv4 ? IPAddress(v4: 0xc000_0264) : IPAddress(v6: 0x2001_0db8_0000_0000, 0x100),
        destination: UInt16(5001 + i % 3))
    }
  }

  @Test func everyOneOfFourThousandIsAcceptedByTheNodeThatTheLookUpNames() throws {
    let proof = try ProofFarm(Self.text)
    let farm = proof.scenario.farm
    let lookups = farm.settings.rules.indices.map { OwnerLookup(farm: farm, rule: $0, down: .empty) }
    func rule(_ ask: ProofAsk) -> Int {
      farm.settings.rules.firstIndex {
        $0.transport == ask.transport && $0.ports[0].first == ask.destination
      }!
    }
    func counted() throws -> (accepted: UInt64, rejected: UInt64) {
      try proof.farm.nodes.map { try proof.status($0) }.flatMap(\.groups).reduce((0, 0)) {
        ($0.0 + ($1.accepted ?? 0), $0.1 + ($1.rejected ?? 0))
      }
    }
    // The first questions wait for link-layer addresses and are repeated each second, which would distort the counts.
    let first = try ProofAsk.answers(Self.asks(24, .udp, seed: 9), in: proof.clients, patience: 5)
    #expect(first.allSatisfy { $0?.count == 1 }, "\(first)")
    var wrong: [String] = []
    var byNode = [Int](repeating: 0, count: 4)
    for (transport, count) in [(Transport.udp, 4000), (.tcp, 600)] {
      let asks = Self.asks(count, transport, seed: 42)
      let before = try counted()
      let answers = try ProofAsk.answers(asks, in: proof.clients, patience: 3)
      let after = try counted()
      let played = answers.filter { $0 != nil }.count
      #expect(played > count * 99 / 100, "the machine had sockets for \(played)")
      for (ask, nodes) in zip(asks, answers) {
        guard let nodes else { continue }
        let lookup = lookups[rule(ask)]
        let named = lookup.node(of: lookup.bucket(of: ask.source, port: ask.port))!.index
        if nodes != [named] { wrong.append("\(ask): answered by \(nodes), named \(named)") }
        byNode[named] += 1
      }
      if transport == .udp {
        // The kernels agree: each packet was accepted once, and rejected by the three other nodes.
        #expect(after.accepted - before.accepted == UInt64(played))
        #expect(after.rejected - before.rejected == UInt64(3 * played))
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) wrong: \(wrong.prefix(5))")
    #expect(byNode.allSatisfy { $0 > 800 }, "every node has a share: \(byNode)")
    Proof.say("4000 datagrams and 600 connects by node \(byNode), wrong \(wrong.count)")
    try agreesWithTheCommand(Self.asks(6, .udp, seed: 42), lookups, rule)
  }

  /// Checks that `farmsim owner` prints what the look-up says.
  private func agreesWithTheCommand(
    _ asks: [ProofAsk], _ lookups: [OwnerLookup], _ rule: (ProofAsk) -> Int
  ) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("proof-\(getpid()).yaml").path
    try Self.text.write(toFile: file, atomically: true, encoding: .utf8)
    defer { unlink(file) }
    for ask in asks {
      let client = ask.source.isIPv4 ? "\(ask.source.text):\(ask.port)" : "[\(ask.source.text)]:\(ask.port)"
      let outcome = try Program.run(
        "env", [BuiltProgram.farmsim.path, "owner", file, client, "--rule", "udp/\(ask.destination)"])
      let lookup = lookups[rule(ask)]
      let named = lookup.node(of: lookup.bucket(of: ask.source, port: ask.port))!
      #expect(outcome.output.contains(lookup.farm.nodes[named.index]), "\(outcome)")
    }
  }
}

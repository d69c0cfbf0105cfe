import Engine
import FarmFile
import Foundation
import LinuxBackend
import Testing

@testable import Lab

/// A card that sends and receives nothing, and a firewall that drops heartbeats: who answers the clients?
@Suite(.needsRealFarm, .serialized)
struct ProofDeafTests {
  static let text = """
    farm:
      nodes: 3
      virtual_ip: 192.0.2.100
      groups: {web: {buckets: 256}}
      rules: [{protocol: udp, port: 5300, identity: address_port}]
    run: {duration: 10 s}
    """
  private let first = NodeID(0)
  private let last = NodeID(2)

  /// Asks by one client for each bucket. Fails if a client gets none or two answers.
  /// - Returns: the nodes that answered.
  private func everyoneIsAnswered(_ proof: ProofFarm, _ what: String) throws -> Set<Int> {
    let answers = try ProofAsk.answers(
      ProofAsk.everyBucket(proof.scenario.farm), in: proof.clients, patience: 3)
    #expect(answers.count == 256)
    let unanswered = answers.count { $0?.isEmpty == true }
    let twice = answers.count { ($0?.count ?? 0) > 1 }
    #expect(
      unanswered == 0 && twice == 0, "\(what): \(unanswered) unanswered, \(twice) twice: \(proof.farm.logs)")
    return Set(answers.flatMap { $0 ?? [] })
  }

  /// The status of a node, as each node reports it, itself included.
  private func statuses(of node: NodeID, _ proof: ProofFarm) throws -> [String] {
    try proof.farm.nodes.map { asked in
      let report = try proof.status(asked)
      return asked == node ? report.status : report.members[node.index].status ?? "unknown"
    }
  }

  private func isDeaf(_ node: NodeID, _ proof: ProofFarm) throws -> Bool {
    try statuses(of: node, proof) == ["deaf", "deaf", "deaf"]
  }

  private func returns(_ proof: ProofFarm) throws {
    try proof.wait(20, for: "three that serve") {
      try proof.farm.isWhole
        && proof.farm.nodes.allSatisfy { try proof.status($0).groups[0].claims[$0.index] > 0 }
    }
    #expect(try everyoneIsAnswered(proof, "afterwards") == [0, 1, 2])
  }

  @Test func aDeafNodeServesNobodyAndItsClientsAreServed() throws {
    let proof = try ProofFarm(Self.text)
    for node in [first, last] {
      let start = MonotonicClock.now
      let port = proof.network.addresses.port(proof.network.addresses.serviceNetwork, node)
      try proof.setSwitch(["oifname \"\(port)\" drop"])
      try proof.wait(5, for: "a deaf node") { try isDeaf(node, proof) && proof.farm.isWhole }
      let answered = try everyoneIsAnswered(proof, "deaf at the switch")
      #expect(answered == Set([0, 1, 2]).subtracting([node.index]))
      let end = MonotonicClock.now
      let owners = ProofOwnership(proof.history(), from: start, until: end, proof.farm)
      #expect(owners.longestDouble <= Proof.readingError, "\(owners.double)")
      try proof.setSwitch([])
      try returns(proof)
    }
    #expect(proof.farm.logs.values.count { $0.contains("node1 is deaf") } >= 3, "every log names it")
  }

  @Test func framesThatTheNodeItselfDropsDoNotCount() throws {
    let proof = try ProofFarm(Self.text)
    try proof.nft(
      first,
      "table netdev deaf { chain in { type filter hook ingress device eth0 priority -400; policy drop; }; }")
    try proof.wait(5, for: "a deaf node") { try isDeaf(first, proof) && proof.farm.isWhole }
    #expect(try everyoneIsAnswered(proof, "deaf at its ingress") == [1, 2])
    try proof.nft(first, "delete table netdev deaf")
    try returns(proof)
  }

  @Test func whereAFirewallBlocksHeartbeatsAloneOneSideYields() throws {
    let proof = try ProofFarm(Self.text)
    for node in [last, first] {
      let start = MonotonicClock.now
      try proof.nft(
        node, "table inet wall { chain in { type filter hook input priority 0; udp dport 7946 drop; }; }")
      Proof.sleep(2)
      #expect(try everyoneIsAnswered(proof, "heartbeats blocked") == [node.index])
      let owners = ProofOwnership(proof.history(), from: start, until: MonotonicClock.now, proof.farm)
      #expect(owners.longestDouble <= Proof.readingError, "\(owners.double)")
      #expect(owners.longestHole < .milliseconds(250))
      try proof.nft(node, "delete table inet wall")
      try returns(proof)
    }
  }

  /// Two nodes that hear each other serve, whatever the third cannot hear when they start.
  @Test func aDeafNodeKeepsNobodyOut() throws {
    let proof = try ProofFarm(Self.text) { farm in
      let address = farm.network.addresses
      try farm.filter.set(
        """
        table bridge proof
        delete table bridge proof
        table bridge proof {
          chain passed { type filter hook forward priority 10; policy accept;
            oifname "\(address.port(address.serviceNetwork, NodeID(0)))" drop
          }
        }

        """)
    }
    #expect(try isDeaf(first, proof))
    #expect(try everyoneIsAnswered(proof, "started with a deaf third") == [1, 2])
  }

  /// No node was in service before, so none returns and waits for its operator.
  @Test func aColdStartWithManualFailbackServesOnEveryNode() throws {
    for _ in 0..<3 {
      let proof = try ProofFarm(Self.text.replacing("  nodes: 3", with: "  nodes: 3\n  failback: manual"))
      try proof.wait(10, for: "three that serve") {
        try proof.farm.nodes.allSatisfy { try proof.status($0).status == "up" } && proof.farm.isWhole
      }
      #expect(try everyoneIsAnswered(proof, "manual failback") == [0, 1, 2])
    }
  }
}

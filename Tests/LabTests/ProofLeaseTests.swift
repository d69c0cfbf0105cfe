import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim
import Testing

@testable import Lab

/// A daemon that is dead or stands still: its kernel stops accepting by itself, before others begin.
@Suite(.needsRealFarm, .serialized)
struct ProofLeaseTests {
  static let text = ProofDrainTests.text.replacingOccurrences(
    // The same node fails several times.
    of: "  virtual_ip", with: "  flap: off\n  virtual_ip")

  @Test(arguments: [SIGKILL, SIGSTOP]) func itsFilterAcceptsNothingAfterItsLease(_ signal: Int32) throws {
    let proof = try ProofFarm(Self.text)
    let node = NodeID(2)
    let asks = ProofAsk.everyBucket(proof.scenario.farm)
    #expect(asks.count == 256)
    try proof.clientsReach(only: node)
    // Asked directly, it answers for its own buckets and no others.
    let owned = try #require(proof.farm.watch.current()[node]?.owned.first)
    let before = try ProofAsk.answers(asks, in: proof.clients, patience: 0.2)
    #expect(before.filter { $0 == [2] }.count == owned.count && owned.count == 64)
    for round in 0..<(Proof.isLong ? 5 : 1) {
      let start = MonotonicClock.now
      proof.farm.daemons[node.index]!.send(signal)
      let lease = proof.scenario.farm.settings.heartbeat.lease
      usleep(UInt32((lease + .milliseconds(20)).nanoseconds / 1000))
      let after = try ProofAsk.answers(
        asks, in: proof.clients, patience: Proof.seconds(short: 1.5, long: 2.5))
      #expect(after.allSatisfy { $0 == [] }, "\(after.filter { $0 != [] }.count) were answered")
      // The three other nodes have all buckets.
      try proof.waitUntilWhole()
      try proof.clientsReach(only: nil)
      let others = try ProofAsk.answers(asks, in: proof.clients, patience: 2)
      let wrong = others.filter { $0?.count != 1 || $0 == [2] }
      let believed = wrong.isEmpty ? "" : try neighbours(proof)
      #expect(wrong.isEmpty, "\(wrong.count) were not answered once; \(believed)")
      if signal == SIGSTOP {
        proof.farm.daemons[node.index]!.send(SIGCONT)
      } else {
        try proof.farm.startDaemon(node)
      }
      // The sets that a dead daemon left stay all along; they count only under a lease.
      try proof.wait(20, for: "the node's share") {
        let filter = proof.farm.watch.current()[node]?.state(at: MonotonicClock.now)
        return filter?.hasLease == true && filter?.owned[0] == owned
      }
      try proof.waitUntilWhole()
      let whole = try ProofAsk.answers(asks, in: proof.clients, patience: 2)
      #expect(whole.allSatisfy { $0?.count == 1 } && whole.filter { $0 == [2] }.count == 64)
      let owners = ProofOwnership(proof.history(), from: start, until: MonotonicClock.now, proof.farm)
      #expect(owners.longestDouble <= Proof.readingError)
      #expect(owners.longestHole > .zero && owners.longestHole < .seconds(1))
      Proof.say(
        "signal \(signal), round \(round): 0 of 256 answered after the lease, longest hole "
          + "\(owners.longestHole.words), double \(owners.longestDouble.words)")
      if round + 1 < (Proof.isLong ? 5 : 1) { try proof.clientsReach(only: node) }
    }
  }

  @Test func nodesThatNoClientReachesStillFindTheWayBack() throws {
    let proof = try ProofFarm(Self.text)
    let asks = ProofAsk.everyBucket(proof.scenario.farm)
    try proof.clientsReach(only: NodeID(2))
    let machine = try #require(proof.network.nodes[0])
    let gateway = proof.network.addresses.gateway.text
    // The node asks for the router at once, since it watches it. After three seconds without an answer it would give up
    // and drop the packets that wait for the route.
    let forgotten = try machine.run { () throws(LabError) in
      try Program.run("ip", ["neigh", "del", gateway, "dev", "eth0"])
    }
    try #require(forgotten.status == 0, "\(forgotten.complaint)")
    Proof.sleep(2.1)
    let reached = try ProofAsk.answers(asks, in: proof.clients, patience: 0.2)
    #expect(reached.allSatisfy { $0 == [] || $0 == [2] })
    try proof.clientsReach(only: nil)
    let answers = try ProofAsk.answers(asks, in: proof.clients, patience: 2)
    let wrong = answers.filter { $0?.count != 1 }
    let believed = wrong.isEmpty ? "" : try neighbours(proof)
    #expect(wrong.isEmpty, "\(wrong.count) were not answered once; \(believed)")
  }

  /// The MAC that the router has for the virtual IP, and the ports where the switch has learned MACs.
  private func neighbours(_ proof: ProofFarm) throws -> String {
    let router = try proof.clients.run { () throws(LabError) in try Program.run("ip", ["neigh"]) }
    let learned = try proof.network.switching.run { () throws(LabError) in
      try Program.run("bridge", ["fdb", "show", "dynamic"])
    }
    return router.output + learned.output
  }
}

import Engine
import FarmFile
import Foundation
import LinuxBackend
import Synchronization
import Testing

@testable import Lab

/// Somebody on the segment without the farm's key forges heartbeats and sends recorded ones again: who answers the
/// clients meanwhile?
@Suite(.needsRealFarm, .serialized)
struct ProofAttackTests {
  /// Asks by one client for each bucket. Fails if a client gets none or two answers.
  /// - Returns: the nodes that answered.
  private func everyoneIsAnswered(_ proof: ProofFarm, _ what: String) throws -> Set<Int> {
    let answers = try ProofAsk.answers(
      ProofAsk.everyBucket(proof.scenario.farm), in: proof.clients, patience: 3)
    let unanswered = answers.count { $0?.isEmpty == true }
    let twice = answers.count { ($0?.count ?? 0) > 1 }
    #expect(answers.count == 256)
    #expect(
      unanswered == 0 && twice == 0, "\(what): \(unanswered) unanswered, \(twice) twice: \(proof.farm.logs)")
    return Set(answers.flatMap { $0 ?? [] })
  }

  /// A farm of three, and a machine on its segment that has heard it from the start.
  private func attackedFarm() throws -> (ProofFarm, ProofAttacker) {
    var attacker: ProofAttacker?
    let proof = try ProofFarm(ProofDeafTests.text) { attacker = try ProofAttacker(on: $0.network) }
    return (proof, attacker!)
  }

  private func waitForShares(_ proof: ProofFarm, of nodes: Set<Int>, _ seconds: Double) throws {
    // It looks at the kernels' filters: a daemon that has just been started does not answer yet, and one that is gone
    // leaves a lease.
    try proof.wait(seconds, for: "buckets of \(nodes.sorted()) alone") {
      let now = MonotonicClock.now
      let states = proof.farm.watch.current()
      return proof.farm.isWhole
        && proof.farm.nodes.allSatisfy { node in
          let state = states[node]?.state(at: now)
          let serves = state?.hasLease == true && state?.owned[0].isEmpty == false
          return serves == nodes.contains(node.index)
        }
    }
  }

  @Test func forgedHeartbeatsKeepNobodyFromServing() throws {
    let (proof, attacker) = try attackedFarm()
    Proof.sleep(1)
    attacker.listen()
    // The last survivor stands still for a second and begins anew.
    for node in 1...2 { proof.farm.daemons[node]!.kill() }
    try waitForShares(proof, of: [0], 10)
    attacker.begin(attacker.forged(), perSecond: 5)
    Proof.sleep(1)
    let pid = try #require(proof.farm.daemons[0]).pid
    kill(pid, SIGSTOP)
    Proof.sleep(1)
    kill(pid, SIGCONT)
    try proof.wait(5, for: "a survivor that has begun anew") {
      try proof.status(NodeID(0)).events.first { $0.name == "lease_lost" }!.count >= 1 && proof.farm.isWhole
    }
    #expect(try everyoneIsAnswered(proof, "a survivor") == [0])
    // The others join it.
    for node in 1...2 { try proof.farm.startDaemon(NodeID(node)) }
    try waitForShares(proof, of: [0, 1, 2], 10)
    #expect(try everyoneIsAnswered(proof, "three under attack") == [0, 1, 2])
    // The log names the attacker's MAC.
    #expect(proof.farm.logs.values.contains { $0.contains("come from MAC 02:ba:d0:00:00:01 on eth0") })
    if Proof.isLong {
      for node in 0...2 { proof.farm.daemons[node]!.kill() }
      // Within its lease a new daemon would take over from the one before.
      Proof.sleep(2)
      for node in 0...2 { try proof.farm.startDaemon(NodeID(node)) }
      let start = MonotonicClock.now
      try waitForShares(proof, of: [0, 1, 2], 60)
      #expect(try everyoneIsAnswered(proof, "a cold start under attack") == [0, 1, 2])
      Proof.say("a cold start under attack takes \((MonotonicClock.now - start).nanoseconds / 1_000_000) ms")
    }
    #expect(attacker.end() > 10)
  }

  @Test func recordedHeartbeatsKeepNobodyFromServing() throws {
    let (proof, attacker) = try attackedFarm()
    Proof.sleep(Proof.seconds(short: 4, long: 60))
    attacker.listen()
    // One node is gone for good. Another one is restarted while recorded heartbeats of both are sent again.
    proof.farm.daemons[1]!.kill()
    try waitForShares(proof, of: [0, 2], 10)
    proof.farm.daemons[2]!.kill()
    attacker.begin(attacker.recorded(of: NodeSet(bits: 0b110), from: [10, 77, 0, 1]), perSecond: 20)
    try waitForShares(proof, of: [0], 10)
    let start = MonotonicClock.now
    try proof.farm.startDaemon(NodeID(2))
    try waitForShares(proof, of: [0, 2], 10)
    Proof.say("under replay a restart takes \((MonotonicClock.now - start).nanoseconds / 1_000_000) ms")
    #expect(try everyoneIsAnswered(proof, "under replay") == [0, 2])
    Proof.sleep(Proof.seconds(short: 2, long: 30))
    #expect(try everyoneIsAnswered(proof, "still under replay") == [0, 2])
    // The frames have the first node's address, so that node drops them. The other node reports them.
    #expect(try proof.status(NodeID(2)).events.first { $0.name == "stale" }!.count >= 1)
    #expect(attacker.end() > 10)
    try proof.farm.startDaemon(NodeID(1))
    try waitForShares(proof, of: [0, 1, 2], 10)
    #expect(try everyoneIsAnswered(proof, "afterwards") == [0, 1, 2])
  }
}

/// A machine that sends frames until it is told to stop.
private final class ProofAttacker: Sendable {
  private let stranger: Stranger
  private let socket: FrameSocket
  private let heartbeats = Mutex<[HeartbeatDatagram]>([])
  private let state = Mutex((isOn: false, sent: 0))

  init(on network: LabNetwork) throws {
    stranger = try Stranger(100, on: network)
    socket = try FrameSocket("eth0", in: stranger.machine)
  }

  deinit { _ = end() }

  /// Takes over the heartbeats that it has heard.
  func listen() {
    let heard = socket.heard().compactMap(HeartbeatDatagram.init(frame:)).filter { $0.sender != nil }
    heartbeats.withLock { $0 += heard }
  }

  /// The heartbeats of every node, with a trailer that no key explains.
  func forged() -> [HeartbeatDatagram] { heartbeats.withLock { $0 }.map(\.forged) }

  /// The heartbeats of some nodes, oldest first, as if another node relayed them.
  func recorded(of nodes: NodeSet, from source: [UInt8]) -> [HeartbeatDatagram] {
    heartbeats.withLock { $0 }.filter { $0.sender.map(nodes.contains) ?? false }.map {
      HeartbeatDatagram(source: source, payload: $0.payload)
    }
  }

  func begin(_ datagrams: [HeartbeatDatagram], perSecond: Double) {
    precondition(!datagrams.isEmpty, "nothing was heard")
    state.withLock { $0 = (true, 0) }
    Thread { [self] in
      while true {
        let next = state.withLock { $0.isOn ? $0.sent : nil }
        guard let next else { return }
        var batch = FrameBatch()
        batch.append(datagrams[next % datagrams.count].frame)
        socket.send(batch)
        state.withLock { $0.sent += 1 }
        usleep(UInt32(1e6 / perSecond))
      }
    }.start()
  }

  /// - Returns: how many frames were sent.
  @discardableResult func end() -> Int {
    state.withLock {
      $0.isOn = false
      return $0.sent
    }
  }
}

import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim
import TestSupport
import Testing

@testable import Lab

/// Planned work on a farm under load, which no client notices.
@Suite(.needsRealFarm, .serialized)
struct ProofDrainTests {
  static let text = """
    \(Proof.farm)
    run: {duration: 10 s}
    """

  /// Connects from random clients.
  static func asks(_ count: Int, seed: UInt64) -> [ProofAsk] {
    var random = SplitMix64(state: seed)
    return (0..<count).map { _ in
      ProofAsk(
        transport: .tcp, source: IPAddress(v4: 0x0b00_0000 + UInt32(random.next() % 0x4000_0000)),
        port: UInt16(1024 + random.next() % 64000), virtualIP: IPAddress(v4: 0xc000_0264), destination: 80)
    }
  }

  /// This many of each node's own clients.
  static func asks(_ counts: [Int], of farm: Farm, seed: UInt64) -> [ProofAsk] {
    let lookup = OwnerLookup(farm: farm, rule: 0, down: .empty)
    var left = counts
    return asks(20_000, seed: seed).filter { ask in
      let node = lookup.node(of: lookup.bucket(of: ask.source, port: ask.port))!.index
      left[node] -= 1
      return left[node] >= 0
    }
  }

  @Test func aNodeWithFiveHundredConnectionsIsDrainedAndComesBack() throws {
    let proof = try ProofFarm(Self.text)
    let node = NodeID(1)
    let kept = Self.asks([100, 500, 100, 100], of: proof.scenario.farm, seed: 1)
    let load = ProofLoad(
      kept: kept, short: Self.asks(20_000, seed: 2), perSecond: 150, in: proof.clients)
    try proof.wait(10, for: "800 connections") { load.seen.kept.reduce(0, +) >= 800 }
    #expect(load.seen.kept[1] == 500)
    let start = MonotonicClock.now
    try proof.farm.ask(node, .drain(deadline: 3600, isForced: false))
    try proof.wait(5, for: "no bucket left") {
      proof.farm.watch.current()[node].map { $0.owned.allSatisfy(\.isEmpty) } ?? false
    }
    let drained = MonotonicClock.now
    try proof.waitUntilWhole()
    Proof.sleep(Proof.seconds(short: 1.5, long: 30))
    #expect((try? proof.status(node).status) == "draining", "\(proof.farm.logs)")
    let back = MonotonicClock.now
    try proof.farm.ask(node, .resume)
    try proof.wait(5, for: "a share of its own") {
      (proof.farm.watch.current()[node]?.owned.first?.count ?? 0) >= 60
    }
    try proof.waitUntilWhole()
    let whole = MonotonicClock.now
    Proof.sleep(Proof.seconds(short: 1, long: 20))
    let seen = load.finish()
    #expect(seen.broken.isEmpty, "\(seen.broken.count) broken: \(seen.broken.prefix(5))")
    #expect(seen.failed.isEmpty, "\(seen.failed.count) failed: \(seen.failed.prefix(5))")
    let short = seen.opened.filter { $0.at > start - .seconds(1) }
    let meanwhile = short.filter { $0.at > drained && $0.at < back }
    #expect(meanwhile.count > 150)
    #expect(meanwhile.filter { $0.node == 1 }.isEmpty, "a drained node takes no new connection")
    #expect(!short.filter { $0.at > whole && $0.node == 1 }.isEmpty, "a node that is back takes some")
    let owners = ProofOwnership(proof.history(), from: start, until: MonotonicClock.now, proof.farm)
    #expect(owners.longestDouble <= Proof.readingError)
    Proof.say(
      "drain and return: \(seen.kept) open, \(seen.echoes) echoes, broken \(seen.broken.count), failed "
        + "\(seen.failed.count), \(meanwhile.count) new ones elsewhere, \(short.filter { $0.took > .milliseconds(900) }.count)"
        + " connects needed a second SYN, released after \((drained - start).words), longest hole "
        + "\(owners.longestHole.words), double \(owners.longestDouble.words)")
  }

  /// The farm with a grace that ends long before the connections do.
  static let shortGrace = text.replacing("  nodes: 4\n", with: "  nodes: 4\n  flow_grace: 1 s\n")

  /// A drain, a failback and lowered weights.
  @Test func plannedMovesCutNobodyPastTheGrace() throws {
    let proof = try ProofFarm(Self.shortGrace)
    let kept = Self.asks([40, 80, 40, 40], of: proof.scenario.farm, seed: 11)
    let load = ProofLoad(kept: kept, short: Self.asks(6_000, seed: 12), perSecond: 50, in: proof.clients)
    try proof.wait(10, for: "200 connections") { load.seen.kept.reduce(0, +) >= 200 }
    let node = NodeID(1)
    try proof.farm.ask(node, .drain(deadline: 3600, isForced: false))
    try proof.wait(5, for: "no bucket left") {
      proof.farm.watch.current()[node].map { $0.owned.allSatisfy(\.isEmpty) } ?? false
    }
    // Longer than the grace, so that every connection has segments within it.
    Proof.sleep(3)
    #expect((try? proof.status(node).status) == "draining", "\(proof.farm.logs)")
    #expect(load.seen.broken.isEmpty, "while it drains: \(load.seen.broken.prefix(5))")
    try proof.farm.ask(node, .resume)
    try proof.wait(5, for: "a share of its own") {
      (proof.farm.watch.current()[node]?.owned.first?.count ?? 0) >= 60
    }
    try proof.farm.ask(NodeID(2), .setWeight(group: nil, weight: 20))
    Proof.sleep(2)
    try proof.farm.ask(NodeID(2), .setWeight(group: nil, weight: 100))
    Proof.sleep(2.5)
    let seen = load.finish()
    #expect(seen.kept.reduce(0, +) >= 200 && seen.echoes > 2_000)
    #expect(seen.broken.isEmpty, "\(seen.broken.count) broken: \(seen.broken.prefix(5))")
    #expect(seen.failed.isEmpty, "\(seen.failed.count) failed: \(seen.failed.prefix(5))")
  }

  @Test func everyConnectionThatADeadlineCutsIsResetAndTheLogSaysHowMany() throws {
    let proof = try ProofFarm(Self.shortGrace)
    let kept = Self.asks([30, 60, 30, 30], of: proof.scenario.farm, seed: 21)
    let load = ProofLoad(kept: kept, short: [], perSecond: 1, in: proof.clients)
    try proof.wait(10, for: "150 connections") { load.seen.kept.reduce(0, +) >= 150 }
    let node = NodeID(1)
    try proof.farm.ask(node, .drain(deadline: 3, isForced: false))
    try proof.wait(10, for: "the end of the drain") { (try? proof.status(node)) == nil }
    Proof.sleep(2)
    let seen = load.finish()
    #expect(seen.broken.count == 60, "\(seen.broken.prefix(5))")
    #expect(
      seen.broken.allSatisfy { $0.hasPrefix("node 1,") && $0.hasSuffix("errno \(ECONNRESET)") },
      "\(seen.broken)")
    let log = proof.farm.logs.values.joined()
    #expect(log.contains("is drained by its deadline, 60 tracked flows are cut"), "\(proof.farm.logs)")
  }

  @Test func everyDaemonInTurnIsReplacedUnderLoad() throws {
    let proof = try ProofFarm(Self.text)
    let kept = Self.asks([100, 100, 100, 100], of: proof.scenario.farm, seed: 3)
    let load = ProofLoad(
      kept: kept, short: Self.asks(20_000, seed: 4), perSecond: 150, in: proof.clients)
    try proof.wait(10, for: "400 connections") { load.seen.kept.reduce(0, +) >= 400 }
    let start = MonotonicClock.now
    var away: [Duration] = []
    for _ in 0..<(Proof.isLong ? 5 : 1) {
      for node in proof.farm.nodes {
        let before = try #require(proof.farm.daemons[node.index])
        let gone = MonotonicClock.now
        before.send(SIGUSR2)
        try #require(before.waitForEnd(seconds: 2))
        #expect(before.end.map { $0 >> 8 } == 75, "the status that asks for a restart")
        try proof.farm.startDaemon(node)
        try proof.wait(5, for: "a new daemon") { (try? proof.status(node)) != nil }
        away.append(MonotonicClock.now - gone)
        let status = try proof.status(node)
        #expect(status.events.first { $0.name == "resumed" }?.count == 1, "\(proof.farm.logs)")
        Proof.sleep(Proof.seconds(short: 0.5, long: 3))
      }
    }
    let seen = load.finish()
    #expect(seen.broken.isEmpty, "\(seen.broken.count) broken: \(seen.broken.prefix(5))")
    #expect(seen.failed.isEmpty, "\(seen.failed.count) failed: \(seen.failed.prefix(5))")
    let short = seen.opened.filter { $0.at > start }
    #expect(short.count > 250)
    #expect(Set(short.map(\.node)).count == 4)
    let again = short.filter { $0.took > .milliseconds(900) }.count
    #expect(again == 0, "connects that needed a second SYN")
    let owners = ProofOwnership(proof.history(), from: start, until: MonotonicClock.now, proof.farm)
    #expect(owners.isUnchanged, "no filter lost a bucket or its lease")
    Proof.say(
      "upgrade in place: away at most \(away.max()!.words), \(seen.kept) open, \(seen.echoes) echoes, broken "
        + "\(seen.broken.count), \(short.count) connects, failed \(seen.failed.count), second SYN \(again), "
        + "longest hole \(owners.longestHole.words), double \(owners.longestDouble.words)")
  }
}

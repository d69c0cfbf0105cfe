import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim
import TestSupport
import Testing

@testable import Lab

/// The holes and doubles that the daemons report, compared with what their kernels' filters held.
@Suite(.needsRealFarm, .serialized)
struct ProofCoverageTests {
  @Test func survivorsHaveSeenTheHoleOfACrashAndAnUpgradeForgetsItNot() throws {
    let proof = try ProofFarm(ProofDrainTests.text)
    let survivors = [NodeID(0), NodeID(1), NodeID(2)]
    let before = try survivors.map { try proof.status($0).groups[0] }
    let crash = try proof.farm.powerOff(NodeID(3))
    try proof.wait(10, for: "a take-over") { proof.farm.isWhole }
    let after = try proof.wait(5, for: "holes that were seen", from: survivors) {
      $0.groups[0].holes == 0 && $0.groups[0].claims[3] == 0
    }
    let owners = ProofOwnership(proof.history(), from: crash, until: MonotonicClock.now, proof.farm)
    let hole = Double(owners.longestHole.nanoseconds) * 1e-9
    let interval = Double(proof.scenario.farm.settings.heartbeat.interval.nanoseconds) * 1e-9
    for (was, now) in zip(before, after.map { $0.groups[0] }) {
      #expect(now.holesSeen.count - was.holesSeen.count == 64, "its share: \(now)")
      // Its last heartbeat was up to an interval before the crash, so the daemons count a longer hole. A frame takes
      // far less than 30 ms.
      let seen = now.holesSeen.secondsOfLongest
      #expect(seen > hole - 0.03 && seen < hole + interval + 0.03, "\(seen) s seen, \(hole) s by the filters")
      #expect(now.holesSeen.bucketSeconds - was.holesSeen.bucketSeconds > 63 * (seen - 0.03))
      #expect(try #require(now.holesSeen.secondsSinceLast) < 10)
      #expect(now.doublesSeen.count == was.doublesSeen.count && now.holes == 0)
    }
    Proof.say(
      "a hole of \(hole) s by the filters, seen as \(after.map { $0.groups[0].holesSeen.secondsOfLongest })")

    let node = survivors[0]
    let daemon = try #require(proof.farm.daemons[node.index])
    daemon.send(SIGUSR2)
    try #require(daemon.waitForEnd(seconds: 2))
    try proof.farm.startDaemon(node)
    try proof.wait(5, for: "a new daemon") { (try? proof.status(node)) != nil }
    let upgraded = try proof.status(node)
    #expect(upgraded.events.first { $0.name == "resumed" }?.count == 1)
    #expect(upgraded.groups[0].holesSeen.count == after[0].groups[0].holesSeen.count)
    #expect(upgraded.groups[0].holesSeen.secondsOfLongest == after[0].groups[0].holesSeen.secondsOfLongest)
  }

  /// Three nodes whose check fails within 200 + 2 x 200 + 100 = 700 ms, and that wait for their applications.
  static let checked = """
    farm:
      nodes: 3
      virtual_ip: 192.0.2.100
      groups: {web: {buckets: 256}}
      rules: [{port: 80, identity: address_port}]
      checkers:
        - {http: "http://127.0.0.1:80/health", interval: 200 ms, timeout: 100 ms, threshold: 3, action: wait}
    run: {duration: 10 s}
    """

  /// The threshold of the alert on holes that the documentation recommends, in holes per bucket.
  static func recommendedThreshold() throws -> Double {
    let text = try String(
      contentsOf: BuiltProgram.root.appendingPathComponent("docs/linux-backend.md"), encoding: .utf8)
    let alert = #/expr: rate\(farmd_hole_seconds_total\[5m\]\) / farmd_buckets > ([0-9.]+)\n/#
    let found = try #require(text.firstMatch(of: alert)?.1)
    return try #require(Double(found))
  }

  @Test func aTotalOutageIsCountedByEveryNodeAndTheAlertFires() throws {
    let proof = try ProofFarm(Self.checked)
    let (farm, nodes) = (proof.farm, proof.farm.nodes)
    try proof.wait(20, for: "every application") { farm.servesEverywhere }
    let before = try nodes.map { try proof.status($0) }
    let start = MonotonicClock.now
    _ = try farm.applications.strike(NodeSet(first: 3), fault: 0, .init(kind: .hang, hasEnd: true))
    let out = try proof.wait(10, for: "nobody serves", from: nodes) { $0.groups[0].holes == 256 }
    #expect(out.allSatisfy { $0.status == "standby" && $0.groups[0].holesSeen.secondsSinceLast == 0 })
    Proof.sleep(2)
    // A daemon that is out of service also counts on after an upgrade.
    let upgraded = try #require(farm.daemons[1])
    let middle = try proof.status(NodeID(1)).groups[0].holesSeen
    upgraded.send(SIGUSR2)
    try #require(upgraded.waitForEnd(seconds: 2))
    try farm.startDaemon(NodeID(1))
    try proof.wait(5, for: "a new daemon") { (try? proof.status(NodeID(1))) != nil }
    let next = try proof.status(NodeID(1)).groups[0].holesSeen
    // It has the counts that were kept with the last heartbeat.
    #expect(next.count >= middle.count && middle.count >= 256)
    #expect(next.bucketSeconds > middle.bucketSeconds - 256 * 0.3)
    Proof.sleep(2)
    _ = try farm.applications.release(fault: 0)
    try proof.wait(20, for: "a whole farm") { farm.isWhole }
    let after = try proof.wait(5, for: "no holes", from: nodes) { $0.groups[0].holes == 0 }
    let owners = ProofOwnership(proof.history(), from: start, until: MonotonicClock.now, farm)
    // By the kernels' filters, at least four seconds of 256 buckets.
    #expect(owners.holeSeconds > 4 * 256, "\(owners.holeSeconds)")
    let threshold = try Self.recommendedThreshold()
    for (node, (was, now)) in zip(before, after).enumerated() {
      let seen = now.groups[0].holesSeen.bucketSeconds - was.groups[0].holesSeen.bucketSeconds
      // The upgraded daemon did not look while it began anew: up to two seconds and the time-out.
      let blind = node == 1 ? 256 * 2.6 : 0
      #expect(
        seen < owners.holeSeconds + 256 * 0.1 && seen > owners.holeSeconds - 256 * 0.1 - blind,
        "node\(node + 1) \(seen), the filters \(owners.holeSeconds)")
      #expect(seen / 300 / 256 > threshold, "the alert does not fire on node\(node + 1)")
      #expect(now.groups[0].holesSeen.secondsOfLongest > 1.5)
      #expect(now.groups[0].doublesSeen.count == was.groups[0].doublesSeen.count)
    }
    Proof.say(
      "\(owners.holeSeconds) bucket-seconds by the filters, seen as \(after.map { $0.groups[0].holesSeen.bucketSeconds })"
    )
  }
}

extension ProofFarm {
  /// Waits until the status of every one of some daemons is as wanted.
  /// - Returns: their last status reports.
  fileprivate func wait(
    _ seconds: Double, for what: String, from nodes: [NodeID], until isSo: (StatusReport) -> Bool
  ) throws -> [StatusReport] {
    var reports: [StatusReport] = []
    try wait(seconds, for: what) {
      reports = try nodes.map { try status($0) }
      return reports.allSatisfy(isSo)
    }
    return reports
  }
}

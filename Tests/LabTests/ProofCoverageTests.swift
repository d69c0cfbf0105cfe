import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim
import Testing

@testable import Lab

/// What the daemons say to have seen of holes and doubles, beside what their kernels' filters held.
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
      // Nobody saw it fail: its last heartbeat was up to an interval earlier. What a frame takes is far less than 30 ms.
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
}

extension ProofFarm {
  /// Waits until what every one of some daemons says is so. - Returns: what they said.
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

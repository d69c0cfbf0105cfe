import Foundation
import Sim
import TestSupport
import Testing

@testable import Lab

/// One real round with the programs that were built with the tests.
@Suite(
  .needsRealFarm,
  .serialized)
struct SoakPlayTests {
  private let programs = LabPrograms(farmd: BuiltProgram.farmd.path, server: BuiltProgram.farmsim.path)

  /// A failure prints the violations; the seed and the round are enough to repeat it.
  @Test func aRealFarmKeepsItsPromisesForARound() throws {
    let round = try SoakRound(text: SoakFarm.text, file: "soak", seed: 1, number: 0)
    let played = try round.play(programs, control: RunControl())
    #expect(!played.isPartial)
    #expect(played.verdict.violations.isEmpty, "\(played.verdict.violations)")
    // The round did lose nodes, and clients did probe.
    #expect(played.verdict.longestHole > .milliseconds(300))
    #expect(played.verdict.probes > 1000)
    // Every node's frames were captured, and no node's answer was missed.
    #expect(played.verdict.packets > 5000)
    #expect(played.verdict.unansweredPackets < played.verdict.packets / 5)
    #expect(played.verdict.holdings.count >= 1)
    #expect(played.captures.isEmpty)
    #expect(played.logs["node1.farmd.log"]?.isEmpty == false)
  }

  /// The judge finds real violations: without a lease, the filter of a dead daemon goes on accepting.
  @Test func aFarmWithoutALeaseIsFoundOut() throws {
    let text = SoakFarm.text.replacingOccurrences(
      of: "  nodes: 4", with: "  nodes: 4\n  heartbeat: {lease: none}")
    let round = try SoakRound(text: text, file: "soak", seed: 1, number: 0)
    let played = try round.play(programs, control: RunControl())
    let verdict = played.verdict
    #expect(Set(verdict.violations.map(\.property)).isSuperset(of: [.doubles, .silence]))
    // Packets show it as well, and captures of every node are kept.
    #expect(
      verdict.violations.contains { $0.text.contains("probe") } || verdict.longestDouble > .milliseconds(100))
    #expect(verdict.packetsAnsweredTwice > 0)
    #expect(played.captures.keys.contains { $0.hasSuffix("-node1.pcap") })
    #expect(
      played.captures.values.allSatisfy { $0.count > 1000 && $0.starts(with: [0x4d, 0x3c, 0xb2, 0xa1]) })
  }

  /// Trouble that is the farm's fault breaks a property; trouble that is the machine's fault is reported as such.
  @Test func daemonsThatEndAreTheFarmsFaultAndAMissingProgramIsNot() throws {
    let round = try SoakRound(text: SoakFarm.text, file: "soak", seed: 1, number: 0)
    let ended = try round.play(
      LabPrograms(farmd: "/bin/false", server: BuiltProgram.farmsim.path), control: RunControl())
    #expect(ended.verdict.violations.map(\.property) == [.forming])
    #expect(throws: LabError.self) {
      try round.play(
        LabPrograms(farmd: BuiltProgram.farmd.path, server: "/no/such/server"), control: RunControl())
    }
  }

  @Test func aStopLeavesARoundUnjudged() throws {
    let round = try SoakRound(text: SoakFarm.text, file: "soak", seed: 1, number: 0)
    let control = RunControl()
    let stop = Thread {
      usleep(3_000_000)
      control.requestStop()
    }
    stop.start()
    let played = try round.play(programs, control: control)
    #expect(played.isPartial && played.verdict.violations.isEmpty)
  }
}

import Engine
import FarmFile
import Sim
import Testing

@testable import Lab

@Suite struct SoakRoundTests {
  private static func round(
    _ number: Int, seed: UInt64 = 1, nodes: Int = 4, changes: [Override] = []
  ) throws -> SoakRound {
    let overrides = [Override(path: "farm.nodes", value: "\(nodes)")] + changes
    return try SoakRound(
      text: SoakFarm.text, file: "soak", overrides: overrides, seed: seed, number: number)
  }

  @Test func theSameSeedGivesTheSameFaults() throws {
    #expect(try Self.round(3).text == Self.round(3).text)
    #expect(try Self.round(3).mishaps == Self.round(3).mishaps)
    #expect(try Self.round(3).mishaps != Self.round(4).mishaps)
    #expect(try Self.round(3).scenario.faults != Self.round(4).scenario.faults)
    #expect(try Self.round(3).scenario.faults != Self.round(3, seed: 2).scenario.faults)
  }

  /// Reading the round's own file checks that nothing impossible is asked of a node.
  @Test(arguments: [2, 3, 4, 8]) func everyRoundCanBePlayedAndHealsAtItsEnd(nodes: Int) throws {
    for number in 0..<100 {
      let round = try Self.round(number, nodes: nodes)
      let plan = LabPlan(round.scenario, repeats: 1)
      #expect(plan.refusals.isEmpty)
      // The lab adds nothing and moves nothing.
      #expect(plan.scenario.faults == round.scenario.faults)
      #expect(plan.scenario.run == round.scenario.run)
      let last = try #require(round.scenario.faults.map { $0.until ?? $0.at }.max())
      #expect(round.scenario.run.duration >= last + LabPlan.settleTime(plan.scenario.farm.settings.heartbeat))
      #expect(round.scenario.faults.count + round.mishaps.count >= 4)
      // Mishaps end while the farm still has time to settle.
      let lastMishap = round.mishaps.map { $0.until ?? $0.at }.max() ?? .zero
      #expect(round.scenario.run.duration >= lastMishap + .seconds(1))
      #expect(round.mishaps.allSatisfy { ($0.until ?? $0.at) >= $0.at })
    }
  }

  /// With heartbeats whose times are no whole milliseconds.
  @Test func theFileIsPlayedToTheNanosecond() throws {
    let changes = [Override(path: "farm.heartbeat.interval", value: "700300001 ns")]
    for number in 0..<20 {
      let round = try Self.round(number, changes: changes)
      #expect(round.scenario.faults[0].at.nanoseconds % 1_000_000 != 0)
      #expect(LabPlan(round.scenario, repeats: 1).scenario.faults == round.scenario.faults)
    }
  }

  @Test func everyKindOfFaultComes() throws {
    var seen = Set<String>()
    for number in 0..<40 { seen.formUnion(try Self.round(number).scenario.faults.map(\.kind.key.rawValue)) }
    #expect(
      seen == [
        "crash", "kill", "stall", "drain", "leave", "restart", "upgrade", "pair_cut", "one_way_cut", "bridge",
        "loss", "interface_down", "network_down", "partition",
      ])
  }

  @Test func everyKindOfMishapComesAndIsNamedInTheFile() throws {
    var seen = Set<String>()
    for number in 0..<60 {
      let round = try Self.round(number)
      seen.formUnion(round.mishaps.map(\.kind.word))
      for mishap in round.mishaps { #expect(round.text.contains(": \(mishap.kind.word)")) }
    }
    #expect(
      seen == [
        "flush", "flush of its table", "address taken off", "foreign table", "notrack rule", "replay",
        "forgery",
        "metrics flood", "full disk", "read-only disk", "short path", "rollback", "foreign claim",
      ])
  }

  /// Nothing else happens while a daemon has something to repair, so that no other bound applies.
  @Test func nothingElseHappensAroundARepair() throws {
    for number in 0..<60 {
      let round = try Self.round(number)
      for mishap in round.mishaps where mishap.kind.needsRepair {
        let edges = round.scenario.faults.flatMap { [$0.at] + ($0.until.map { [$0] } ?? []) }
        #expect(edges.allSatisfy { abs(($0 - mishap.at).nanoseconds) >= 1_000_000_000 }, "round \(number)")
      }
    }
  }

  @Test func aLongerRoundHasMoreFaults() throws {
    let round = try SoakRound(
      text: SoakFarm.text, file: "soak", seed: 1, number: 0, length: .seconds(250))
    #expect(round.scenario.faults.count > 60 && round.scenario.run.duration > .seconds(200))
  }

  @Test func aNodeStaysInEveryRound() throws {
    for number in 0..<100 {
      var hit = NodeSet.empty
      for fault in try Self.round(number).scenario.faults {
        if case .upgrade = fault.kind { continue }
        hit = hit.union(fault.kind.nodesNamed)
      }
      #expect(hit.count < 4)
    }
  }

  @Test func aFileThatIsWrongSaysSoAndWhere() throws {
    let wrong = try #require(throws: FileProblems.self) {
      try SoakRound(text: "\n\nfarm: {nodes: 0}", file: "x", seed: 1, number: 0)
    }
    #expect(wrong.problems.allSatisfy { $0.description.hasPrefix("x:3:") })
    let change = try #require(throws: FileProblems.self) {
      try Self.round(0, changes: [Override(path: "farm.profil", value: "fast")])
    }
    #expect(
      change.problems.map(\.description) == [
        "--set farm.profil: unknown key 'profil'; did you mean 'profile'?"
      ])
  }
}

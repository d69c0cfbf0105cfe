import Engine
import FarmFile
import Testing

@testable import Sim

/// Daemons replaced on kernels that go on, judged by the filters.
@Suite struct UpgradeFaultTests {
  private func node(_ id: Int) -> NodeSet { NodeSet(NodeID(id - 1)) }

  private func play(
    _ faults: [Fault], nodes: Int = 4, seed: UInt64 = 1, seconds: Int = 20
  ) -> TrialResult {
    Simulation.run(
      WorldTests.scenario(nodes: nodes, faults: faults, seconds: seconds), seed: seed, trial: 0,
      keepsDetails: true, control: RunControl())
  }

  private func value(_ result: TrialResult, _ measure: Measure) throws -> Double {
    let index = measure.index
    return try #require(result.values[index], "\(measure) was not measured")
  }

  @Test(arguments: 1...5) func withinTheLeaseNothingMoves(seed: UInt64) throws {
    let faults = (1...4).map { i in
      Fault(
        at: .milliseconds(6000 + 1037 * i), until: .milliseconds(6000 + 1037 * i + 80 * i),
        kind: .upgrade(node(i)))
    }
    let result = play(faults, seed: seed)
    for name in [Measure.holeTimeTotal, .doubleOwnerTimeTotal, .viewChanges, .falseRemovals] {
      #expect(try value(result, name) == 0, "\(name)")
    }
    #expect(result.rebalances.count == 8)
    #expect(result.rebalances.allSatisfy { $0.total == nil && $0.bucketsMoved == 0 })
    #expect(result.timeline.count { $0.text.contains("goes on as the daemon before it") } == 4)
  }

  /// Nobody but the daemon that is replaced could tell the other node that it is heard.
  @Test(arguments: 1...8) func inAFarmOfTwoNothingMovesEither(seed: UInt64) throws {
    let faults = (0..<8).map { i in
      let at = Duration.milliseconds(6000 + 1537 * i)
      return Fault(at: at, until: at + .milliseconds(320 - 20 * i), kind: .upgrade(node(1 + i % 2)))
    }
    let result = play(faults, nodes: 2, seed: seed)
    for name in [Measure.holeTimeTotal, .doubleOwnerTimeTotal, .viewChanges, .falseRemovals] {
      #expect(try value(result, name) == 0, "\(name)")
    }
  }

  @Test func longerThanTheLeaseItIsACrashOfTheDaemon() throws {
    let result = play([Fault(at: .seconds(6), until: .milliseconds(6700), kind: .upgrade(node(2)))])
    #expect(try value(result, .doubleOwnerTimeTotal) == 0)
    #expect(try value(result, .holeTimeTotal) > 0)
    let away = result.rebalances[0]
    // The hole begins with the end of the lease and ends at the time-out: T, a frame and a commit later.
    let total = try #require(away.total)
    #expect(total > .milliseconds(90) && total < .milliseconds(106))
    #expect(away.bucketsMoved == 16)
    #expect(result.rebalances[1].bucketsMoved == 16)
    #expect(
      result.timeline.contains { $0.text.contains("starts anew: the lease of the daemon before it is over") })
  }

  @Test func powerLossEndsAnUpgrade() throws {
    let result = play([
      Fault(at: .seconds(6), until: .milliseconds(6300), kind: .upgrade(node(2))),
      Fault(at: .milliseconds(6100), until: .seconds(12), kind: .crash(node(2))),
    ])
    #expect(try value(result, .doubleOwnerTimeTotal) == 0)
    #expect(!result.timeline.contains { $0.text.contains("goes on as") || $0.text.contains("starts anew") })
    #expect(result.rebalances.last?.bucketsMoved == 16, "it came back with the end of the crash")
  }

  @Test func aKernelThatStandsStillIsNotReadFrom() throws {
    let result = play([
      Fault(at: .seconds(6), until: .milliseconds(6100), kind: .upgrade(node(2))),
      Fault(at: .milliseconds(6050), until: .milliseconds(6900), kind: .pause(node(2))),
    ])
    #expect(!result.timeline.contains { $0.text.contains("goes on as the daemon") })
  }
}

import Engine
import FarmFile
import Testing

@testable import Sim

/// Whole farms of real engines: what the protocol promises of each fault, judged by the filters.
@Suite struct WorldFarmTests {
  private func node(_ ids: Int...) -> NodeSet { NodeSet(bits: ids.reduce(0) { $0 | 1 << UInt64($1 - 1) }) }
  private let on = NetworkSet(first: 1)

  private func run(_ scenario: Scenario, seed: UInt64 = 1) -> TrialResult {
    Simulation.run(scenario, seed: seed, trial: 0, keepsDetails: true, control: RunControl())
  }
  private func value(_ result: TrialResult, _ measure: Measure) throws -> Double {
    let index = measure.index
    return try #require(result.values[index], "\(measure) was not measured")
  }
  private func play(_ nodes: Int, _ faults: [Fault], seconds: Int = 20, seed: UInt64 = 1) -> TrialResult {
    run(WorldTests.scenario(nodes: nodes, buckets: 64, faults: faults, seconds: seconds), seed: seed)
  }
  private func clients(rate: Double) -> [TrafficModel] {
    [
      TrafficModel(
        name: "web", rule: 0, virtualIP: IPAddress(v4: 0xC000_0264), port: 80,
        arrivals: .poisson(rate: rate), clients: ClientModel(population: 500))
    ]
  }

  /// `tau + delta + C`, with the kernel model's longest commit.
  private let bound = 0.555 + 0.0006

  @Test(arguments: 1...5) func aCrashIsMendedInTimeAndAReturnMovesOnlyTheShare(seed: UInt64) throws {
    let result = play(
      4, [Fault(at: .seconds(6), kind: .crash(node(2))), Fault(at: .seconds(12), kind: .restart(node(2)))],
      seed: seed)
    let (crash, back) = (result.rebalances[0], result.rebalances[1])
    let total = try #require(crash.total)
    #expect(Double(total.nanoseconds) * 1e-9 <= bound)
    #expect(try #require(crash.detection) >= .milliseconds(449), "tau - T at the earliest")
    #expect(crash.bucketsMoved == 16 && crash.bucketsMovedMinimum == 16)
    #expect(back.bucketsMoved == 16 && back.bucketsMovedMinimum == 16)
    #expect(try #require(back.total) < .milliseconds(20))
    #expect(try value(result, .doubleOwnerTimeTotal) == 0)
    #expect(try value(result, .falseRemovals) == 0)
    #expect(try value(result, .skewBucketsMaxOverMean) == 1)
  }

  @Test func cutsThatLeaveAWayChangeNothing() throws {
    for kind: FaultKind in [
      .pairCut(node(1), node(2), on), .oneWayCut(from: node(1), to: node(2), on),
      .bridge(node(1, 2), node(3, 4), by: node(5), on),
      .loss(on, uplink: nil, downlink: .independent(0.2), at: .empty),
    ] {
      let result = play(5, [Fault(at: .seconds(5), until: .seconds(15), kind: kind)])
      #expect(try value(result, .doubleOwnerTimeTotal) == 0, "\(kind)")
      #expect(try value(result, .holeTimeTotal) == 0, "\(kind)")
      #expect(try value(result, .viewChanges) == 0, "\(kind)")
      #expect(try value(result, .falseRemovals) == 0, "\(kind)")
      #expect(result.rebalances.allSatisfy { $0.total == nil && $0.bucketsMoved == 0 }, "\(kind)")
    }
  }

  @Test func aStalledOrKilledDaemonIsReplacedWithoutADouble() throws {
    for kind: FaultKind in [.stall(node(2)), .kill(node(2))] {
      let result = play(4, [Fault(at: .seconds(6), until: .seconds(12), kind: kind)])
      #expect(try value(result, .doubleOwnerTimeTotal) == 0, "\(kind)")
      let total = try #require(result.rebalances[0].total)
      #expect(Double(total.nanoseconds) * 1e-9 <= bound, "\(kind)")
      #expect(result.rebalances[0].bucketsMoved == 16)
    }
  }

  @Test func localEarsAloneTakeACutNodeForDead() throws {
    var scenario = WorldTests.scenario(
      nodes: 4, faults: [Fault(at: .seconds(5), until: .seconds(15), kind: .pairCut(node(1), node(2), on))])
    scenario.farm.settings.heartbeat.isRelaying = false
    let result = run(scenario)
    #expect(try value(result, .falseRemovals) >= 2)
    #expect(try value(result, .doubleOwnerTimeLongest) > 8)
  }

  @Test func clientsOfAFailedNodeAreTheOnlyOnesThatLose() throws {
    var scenario = WorldTests.scenario(
      nodes: 4,
      faults: [
        Fault(at: .seconds(8), kind: .crash(node(2))), Fault(at: .seconds(14), kind: .restart(node(2))),
      ],
      seconds: 30)
    scenario.traffic = clients(rate: 200)
    let result = run(scenario)
    #expect(try value(result, .flowsBroken) > 0)
    #expect(try value(result, .flowsBrokenOutsideFailedNodes) == 0)
    #expect(try value(result, .packetsTwice) == 0)
    #expect(try value(result, .connectsReset) == 0)
    #expect(result.rebalances[0].firstPacket != nil)
    #expect(try value(result, .clientOutageMax) > 0.4)
    #expect(Set(result.skew.map(\.phase)) == [.before, .during, .after])
  }

  @Test func flowsThatBreakBehindADeadInterfaceAreTheNodesOwn() throws {
    let networks = [
      NetworkModel(name: "lan"), NetworkModel(name: "backup", carriesService: false),
    ]
    var scenario = WorldTests.scenario(
      nodes: 4, networks: networks,
      faults: [Fault(at: .seconds(8), until: .seconds(28), kind: .interfaceDown(node(2), on))], seconds: 32)
    scenario.traffic = clients(rate: 200)
    let result = run(scenario)
    // Nothing arrives there, so the node says that it is deaf, and its clients are told by those that take over.
    #expect(try value(result, .flowsBroken) + value(result, .flowsReset) > 0)
    #expect(try value(result, .flowsBrokenOutsideFailedNodes) == 0)
    #expect(try value(result, .flowsResetOutsideFailedNodes) == 0)
    #expect(try value(result, .falseRemovals) == 0)
    #expect(try value(result, .doubleOwnerTimeTotal) == 0)
  }

  @Test func oneSeedIsOneRunAndAnotherSeedAnother() {
    var scenario = WorldTests.scenario(
      nodes: 4, faults: [Fault(at: .seconds(6), kind: .crash(node(2)))], seconds: 9)
    scenario.traffic = clients(rate: 100)
    let first = run(scenario)
    #expect(run(scenario).digest == first.digest)
    #expect(run(scenario, seed: 2).digest != first.digest)
    #expect(
      Simulation.run(scenario, seed: 1, trial: 1, keepsDetails: true, control: RunControl()).digest
        != first.digest)
    #expect(
      Simulation.run(scenario, seed: 1, trial: 0, keepsDetails: false, control: RunControl()).digest
        == first.digest, "what is kept changes nothing")
  }

  @Test func aCloneGoesOnAsTheOriginal() {
    let scenario = WorldTests.scenario(
      nodes: 4, faults: [Fault(at: .seconds(6), kind: .crash(node(2)))], seconds: 9)
    var world = World(scenario, seed: 1, trial: 0, keepsDetails: false)
    world.run(until: .zero + .seconds(6) + .milliseconds(300))
    var copy = world.clone()
    world.run(until: .never)
    copy.run(until: .never)
    let digest = copy.trace.digest
    let original = world.trace.digest
    #expect(original == digest)
    let finished = world.finish(isPartial: false).digest
    #expect(run(scenario).digest == finished)
  }

  @Test func aStoppedRunIsPartial() {
    let control = RunControl()
    control.requestStop()
    let result = Simulation.run(
      WorldTests.scenario(nodes: 2), seed: 1, trial: 0, keepsDetails: false, control: control)
    #expect(result.isPartial && result.end == .zero)
  }

  @Test func theStoryTellsTheFaultAndItsConsequences() {
    let result = play(3, [Fault(at: .seconds(6), kind: .crash(node(2)))], seconds: 10)
    let lines = result.timeline.filter { $0.at >= .zero + .seconds(6) }.map(\.text)
    #expect(lines.first == "node2 loses power")
    #expect(lines.contains { $0.hasSuffix("is the first to miss node2") })
    #expect(lines.contains { $0.contains(" takes over ") && $0.hasSuffix("of web") })
  }
}

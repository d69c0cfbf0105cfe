import Engine
import Testing

@testable import Sim

/// Cards that fail one way only, in whole farms.
@Suite struct DeafNodeTests {
  private let second = NodeSet(NodeID(1))

  private func scenario(_ faults: [Fault], flow: FlowModel = FlowModel(), seconds: Int = 60) -> Scenario {
    let networks = [NetworkModel(name: "lan"), NetworkModel(name: "heartbeat", carriesService: false)]
    var scenario = WorldTests.scenario(
      nodes: 3, buckets: 256, networks: networks, faults: faults, seconds: seconds)
    scenario.traffic = [
      TrafficFarm.stream(.poisson(rate: 200), clients: ClientModel(population: 2000), flow: flow)
    ]
    return scenario
  }
  private func run(_ scenario: Scenario) -> TrialResult {
    Simulation.run(scenario, seed: 1, trial: 0, keepsDetails: true, control: RunControl())
  }
  private func value(_ result: TrialResult, _ measure: Measure) throws -> Double {
    let index = measure.index
    return try #require(result.values[index], "\(measure) was not measured")
  }
  private func lan(_ up: LossModel?, _ down: LossModel?) -> FaultKind {
    .loss(NetworkSet(first: 1), uplink: up, downlink: down, at: second)
  }

  /// The node is heard on both networks, and its clients are lost until the others take them.
  @Test func whatArrivesAtADeafCardIsLostUntilTheOthersTakeIt() throws {
    let short = FlowModel(duration: .constant(.milliseconds(250)), segmentInterval: .seconds(100))
    let result = run(
      scenario([Fault(at: .seconds(20), until: .seconds(40), kind: lan(nil, .independent(1)))], flow: short))
    let (begin, bin) = (20.0, Double(result.load.binWidth.nanoseconds) * 1e-9)
    func lost(_ from: Double, _ to: Double) -> Int {
      result.load.lost.enumerated().filter { (from..<to).contains((Double($0.offset) + 0.5) * bin) }
        .reduce(0) { $0 + $1.element }
    }
    #expect(lost(10, begin) == 0 && lost(begin, begin + 0.5) > 25)
    #expect(lost(begin + 16, begin + 20) == 0, "flows of before are given up, and new ones go elsewhere")
    #expect(try value(result, .clientOutageMax) == 1, "the first retry comes through")
    #expect(try value(result, .connectsFailed) == 0)
    #expect((0.4...0.56).contains(try value(result, .unreachedTimeLongest)))
    #expect(try value(result, .holeTimeLongest) < 0.01)
    #expect(try value(result, .flowsBroken) + value(result, .flowsReset) > 5)
    #expect(try value(result, .flowsBrokenOutsideFailedNodes) == 0)
    #expect(try value(result, .falseRemovals) == 0)
  }

  /// A card that does not send hears the connect, and its answer is lost: the client has as little of it.
  @Test func whatAMuteCardAnswersIsLostUntilTheOthersTakeItsBuckets() throws {
    let result = run(
      scenario([Fault(at: .seconds(20), until: .seconds(40), kind: lan(.independent(1), nil))]))
    let formed = 10 * 1_000_000_000 / Int(result.load.binWidth.nanoseconds)
    #expect(result.load.lost[formed...].reduce(0, +) == 0, "every packet is accepted")
    #expect(try value(result, .clientOutageMax) == 1)
    #expect((0.4...0.56).contains(try value(result, .unreachedTimeLongest)))
    #expect(try value(result, .flowsBroken) > 100)
    #expect(try value(result, .flowsBrokenOutsideFailedNodes) == 0)
  }

  /// Half of the frames each way: connects take longer and none fails for good in a second.
  @Test func aHalfDeafCardMakesItsClientsTryAgain() throws {
    let result = run(
      scenario([Fault(at: .seconds(20), until: .seconds(40), kind: lan(nil, .independent(0.5)))]))
    #expect(try value(result, .packetsLost) > 100)
    #expect(try value(result, .unreachedTimeLongest) == 0)
    #expect(try value(result, .clientOutageMax) >= 2)
  }

  /// Whether any frame of another machine arrives: a dead card, a dead switch and the last machine alone on a segment.
  @Test func aNodeKnowsWhetherAnyFrameArrives() {
    let on = NetworkSet(first: 1)
    let dead = LossModel.independent(1)
    let others = NodeSet(bits: 0b101)
    let rest: [(FaultKind, NodeSet)] = [
      (lan(nil, dead), others), (lan(dead, nil), NodeSet(first: 3)),
      (lan(nil, .independent(0.9)), NodeSet(first: 3)),
      (.interfaceDown(second, on), others), (.networkDown(on), .empty),
      (.loss(NetworkSet(bits: 2), uplink: nil, downlink: dead, at: second), NodeSet(first: 3)),
      (.partition([NodeSet(bits: 0b101), second], on), others),
      (.partition([second, NodeSet(bits: 0b101)], on), NodeSet(first: 3)),
      (.blockHeartbeats(second, .both, NetworkSet(bits: 3)), NodeSet(first: 3)),
      (.crash(others), second), (.crash(second), others), (.pause(others), NodeSet(first: 3)),
    ]
    for (kind, arrive) in rest {
      var world = World(
        scenario([Fault(at: .seconds(5), until: .seconds(6), kind: kind)], seconds: 8), seed: 1, trial: 0,
        keepsDetails: false)
      world.run(until: .zero + .seconds(5))
      let (before, all) = (world.framesArrive, NodeSet(first: 3))
      #expect(before == all, "\(kind)")
      world.run(until: .zero + .milliseconds(5001))
      let during = world.framesArrive
      #expect(during == arrive, "\(kind)")
      world.run(until: .never)
      let after = world.framesArrive
      #expect(after == all, "\(kind)")
    }
  }
}

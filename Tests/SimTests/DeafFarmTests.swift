import Engine
import FarmFile
import Testing

@testable import Sim

/// A card that sends and receives nothing must not take the farm down: reported cases, by what their clients see.
@Suite struct DeafFarmTests {
  private func play(_ text: String, seed: UInt64 = 1) throws -> TrialResult {
    let scenario = try Scenario.read(text: text, name: "case").get()
    return Simulation.run(scenario, seed: seed, trial: 0, keepsDetails: true, control: RunControl())
  }
  private func value(_ result: TrialResult, _ measure: Measure) throws -> Double {
    let index = measure.index
    return try #require(result.values[index], "\(measure) was not measured")
  }
  /// Packets lost between two instants, in seconds.
  private func lost(_ result: TrialResult, from: Double, to: Double) -> Int {
    let bin = Double(result.load.binWidth.nanoseconds) * 1e-9
    return result.load.lost.enumerated().filter { (from..<to).contains((Double($0.offset) + 0.5) * bin) }
      .reduce(0) { $0 + $1.element }
  }

  static let deafCard = """
    farm: {nodes: 3, virtual_ip: 192.0.2.100, rules: [{port: 443}]}
    traffic: {arrivals: 200/s, clients: 2000, flow: {duration: 250 ms, segment_interval: 100 s}}
    faults:
     - {at: 20 s, for: 20 s, loss: {downlink: 100 %, receivers: NODE}}
    run: {duration: 60 s}
    """

  @Test(arguments: ["node1", "node2", "node3"])
  func aDeafNodeLeavesItsClientsToTheOthers(node: String) throws {
    let result = try play(Self.deafCard.replacing("NODE", with: node))
    #expect(lost(result, from: 20, to: 20.5) > 10, "what arrives at it before it knows is lost")
    #expect(
      lost(result, from: 53, to: 60) == 0, "flows of before have been given up, and everyone else is served")
    #expect(try value(result, .unreachedTimeLongest) <= 0.58)
    #expect(try value(result, .holeTimeLongest) <= 0.02)
    #expect(try value(result, .doubleOwnerTimeTotal) == 0)
    #expect(try value(result, .clientOutageMax) <= 1)
    #expect(try value(result, .falseRemovals) == 0, "nobody is removed by a node that hears nothing")
  }

  @Test func ofTwoTheOneThatHearsServesEveryone() throws {
    let text = Self.deafCard.replacing("nodes: 3", with: "nodes: 2").replacing("NODE", with: "node1")
    let result = try play(text)
    #expect(lost(result, from: 53, to: 60) == 0)
    #expect(try value(result, .doubleOwnerTimeTotal) == 0)
    #expect(try value(result, .holeTimeLongest) <= 0.02, "the other one goes on all the time")
  }

  @Test func twoThatHearEachOtherServeWhateverADeafSpareHears() throws {
    let result = try play(
      """
      farm: {nodes: {spare: 0, web-a: 100, web-b: 100}, virtual_ip: 192.0.2.100, rules: [{port: 443}]}
      traffic: {arrivals: 200/s, clients: 2000, flow: {duration: 2 s}}
      faults:
        - {at: 15 s, for: 35 s, loss: {downlink: 100 %, receivers: spare}}
        - {at: 20 s, for: 1 s, crash: [web-a, web-b]}
      run: {duration: 70 s}
      """)
    #expect(try value(result, .holeTimeLongest) <= 3)
    #expect(try value(result, .holeTimeLongest) >= 1, "both were without power for a second")
  }

  @Test func aDeafStandbyKeepsNobodyFromServing() throws {
    let result = try play(
      """
      farm:
        nodes: [fw-a, fw-b, fw-c]
        virtual_ip: 192.0.2.100
        rules: [{port: 443}]
        checkers: [{tcp: 443, interval: 500 ms, timeout: 200 ms, threshold: 2}]
      traffic: {arrivals: 200/s, clients: 2000, flow: {duration: 2 s}}
      faults:
        - {at: 10 s, for: 40 s, application_crash: fw-a}
        - {at: 15 s, for: 35 s, loss: {downlink: 100 %, receivers: fw-a}}
        - {at: 20 s, for: 700 ms, pause: [fw-b, fw-c]}
      run: {duration: 70 s}
      """)
    #expect(try value(result, .holeTimeLongest) <= 3)
  }

  @Test func aResumedNodeIsNotHeldDownAnyMore() throws {
    let result = try play(
      """
      farm: {nodes: 3, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
      traffic: {arrivals: 100/s, clients: 1000}
      faults:
        - {at: 20 s, for: 3 s, crash: node2}
        - {at: 28 s, for: 3 s, crash: node2}
        - {at: 36 s, for: 3 s, crash: node2}
        - {at: 44 s, for: 3 s, crash: node2}
        - {at: 52 s, for: 3 s, crash: node2}
        - {at: 60 s, resume: node2}
      run: {duration: 70 s}
      """)
    // L2: its share back within 5T + 3 delta + 2C of the resume.
    let line = try #require(
      result.timeline.first { $0.at >= .zero + .seconds(60) && $0.text.contains("is up") })
    #expect(line.at <= .zero + .milliseconds(60_600), "\(line)")
    #expect(line.text.contains("node2"))
  }
}

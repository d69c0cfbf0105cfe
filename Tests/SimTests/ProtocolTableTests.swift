import Engine
import Testing

@testable import Sim

/// What the design buys: N = 8, B = 256, T = 100 ms, k = 4, m = 30 ms, faults of 20 s. Each fault is played twice:
/// with the protocol, which must come through, and with local time-outs and no lease, which must show the damage
/// that the fault can do. Without the second the first could hold because nothing happened.
@Suite struct ProtocolTableTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var fault: String
    var seconds = 30
    /// What is added to the fault where it would do no damage otherwise.
    var localFault = ""
    /// The least that local time-outs suffer: longest double in seconds, and view changes.
    var localDouble: Double
    var localViewChanges: Double
    /// Whether the protocol must not even change a view.
    var isUnnoticed = true
    var testDescription: String { name }
  }

  static let rows = [
    Row(
      name: "one pair cut", fault: "{at: 5 s, for: 20 s, pair_cut: [node2, node5]}", localDouble: 19,
      localViewChanges: 4),
    Row(
      name: "one pair cut one way", fault: "{at: 5 s, for: 20 s, one_way_cut: {from: node2, to: node5}}",
      localDouble: 19, localViewChanges: 2),
    Row(
      name: "bridge partition",
      fault:
        "{at: 5 s, for: 20 s, bridge: {left: [node1, node2, node3], right: [node5, node6, node7, node8], by: node4}}",
      localDouble: 19, localViewChanges: 48),
    Row(
      name: "20 % receiver-side loss for 120 s", fault: "{at: 5 s, for: 120 s, loss: {downlink: 20 %}}",
      seconds: 130, localDouble: 0.1, localViewChanges: 50),
    Row(
      name: "one node cannot send",
      fault:
        "{at: 5 s, for: 20 s, one_way_cut: {from: node2, to: [node1, node3, node4, node5, node6, node7, node8]}}",
      // Even alone it fences itself, because nobody echoes it: what it holds then stays only where the kernel refuses.
      localFault: ", {at: 5 s, for: 20 s, commit_failure: node2}", localDouble: 19, localViewChanges: 7,
      isUnnoticed: false),
    Row(
      name: "daemon stalls 10 s, kernel filter stays", fault: "{at: 5 s, for: 10 s, stall: node2}",
      localDouble: 9.5, localViewChanges: 7, isUnnoticed: false),
  ]

  private func play(_ row: Row, isLocal: Bool) throws -> TrialResult {
    let scenario = try OracleFarm.scenario(
      nodes: 8,
      farm: """
        flap: off
        heartbeat: {interval: 100 ms, misses: 4, margin: 30 ms\(isLocal ? ", relay: no, lease: none" : "")}
        """, buckets: 256,
      rest: """
        faults: [\(row.fault)\(isLocal ? row.localFault : "")]
        run: {duration: \(row.seconds) s}
        """)
    return OracleFarm.result(scenario)
  }

  @Test(arguments: rows) func theProtocolComesThrough(_ row: Row) throws {
    let result = try play(row, isLocal: false)
    #expect(try OracleFarm.value(result, .doubleOwnerTimeTotal) == 0)
    #expect(try OracleFarm.value(result, .falseRemovals) == 0)
    if row.isUnnoticed {
      #expect(try OracleFarm.value(result, .viewChanges) == 0)
      #expect(try OracleFarm.value(result, .holeTimeTotal) == 0)
    } else {
      // The node is replaced: a hole of at most tau + delta + C, one view change and one back a node at least.
      #expect(try OracleFarm.value(result, .viewChanges) >= 14)
      #expect(try OracleFarm.value(result, .holeTimeLongest) <= 0.44)
    }
  }

  @Test(arguments: rows) func localTimeOutsSuffer(_ row: Row) throws {
    let result = try play(row, isLocal: true)
    #expect(try OracleFarm.value(result, .doubleOwnerTimeLongest) >= row.localDouble)
    #expect(try OracleFarm.value(result, .viewChanges) >= row.localViewChanges)
  }

  /// Mean 383 ms and at most 434 ms to the last bucket: `tau - 0.4754 T + d` and `tau + d`, and the commit. The
  /// same without relay, because a crash is alike for all.
  @Test(arguments: [true, false]) func aCrashCostsTheTimeOut(relay: Bool) async throws {
    let scenario = try OracleFarm.scenario(
      nodes: 8,
      farm: "heartbeat: {interval: 100 ms, misses: 4, margin: 30 ms, relay: \(relay ? "yes" : "no")}",
      buckets: 256,
      rest: """
        faults: [{at: 3 s, crash: node2}]
        run: {duration: 5 s}
        """)
    let results = await OracleFarm.trials(60) { trial in
      OracleFarm.result(
        OracleFarm.shifted(scenario, fault: 0, within: .seconds(1), trial: trial), trial: trial)
    }
    let times = try results.map { try OracleFarm.value($0, .rebalanceTimeMax) }
    let error = OracleFarm.sigmas * 0.0275 / Double(times.count).squareRoot()
    #expect(abs(try Statistics.mean(times) - 0.383) < error)
    #expect(times.allSatisfy { $0 <= 0.434 })
  }
}

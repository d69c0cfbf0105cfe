import Engine
import Foundation
import Testing

@testable import Sim

/// Evenness has one definition, counts are whole, and names are complete.
@Suite struct EvennessTests {
  @Test func evennessIsByWeightOverTheNodesConfiguredToServe() throws {
    let run = try PlayedCase(
      """
      farm:
        nodes: {big: 200, small: 100, spare: 0}
        virtual_ip: 192.0.2.1
        rules: [{port: 80, identity: address_port}]
        groups: {web: {buckets: 300}}
      traffic: {arrivals: 500/s, clients: 20000, flow: {duration: 100 ms}}
      faults: [{at: 20 s, crash: small}]
      run: {duration: 30 s}
      """)
    // Big has 300 buckets instead of 200, small none instead of 100: 1.5 and 0 over their mean.
    #expect(run.result[.skewBucketsMaxOverMean] == Measured(2))
    func row(_ load: SkewRow.Load, _ phase: SkewRow.Phase) throws -> Double {
      try #require(run.result.skew.first { $0.load == load && $0.phase == phase }).maxOverMean
    }
    for load in SkewRow.Load.allCases {
      #expect(abs(try row(load, .before) - 1) < 0.06, "\(load.rawValue) follow the weights")
      #expect(abs(try row(load, .after) - 2) < 0.02, "\(load.rawValue) are all on one of two")
    }
  }

  @Test func countsAreWholeNumbersInJSON() throws {
    let sample = ReportSample()
    let trials = sample.trials(4)
    let text = JSONSummary.text(
      scenario: sample.scenario, result: trials[0], trials: trials, environment: ReportSample.environment)
    #expect(text.contains("\"flows_opened\": 180123,\n"))
    #expect(text.contains("\"max\": 180123,\n") && text.contains("\"rebalance_time.max\": 0.517,\n"))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let digest = try #require(object["digest_of_trials"] as? String)
    #expect(digest.count == 16 && digest != object["digest"] as? String)
    var others = trials
    others[3].digest = Digest(rawValue: 5)
    #expect(TrialResult.digest(of: others) != TrialResult.digest(of: trials))
    let printed = TextSummary.text(
      scenario: sample.scenario, result: trials[0], trials: trials, usesColour: false)
    #expect(printed.contains("digest 0123456789abcdef of trial 0, \(digest) of all\n"))
  }

  @Test func whomNoSideOfAPartitionNamesFormsOneMore() {
    var scenario = ReportSample().scenario
    let lan = NetworkSet(first: 1)
    scenario.faults = [
      Fault(at: .zero, kind: .partition([NodeSet(bits: 0b1), NodeSet(bits: 0b10)], lan)),
      Fault(at: .zero, kind: .partition([NodeSet(bits: 0b11), NodeSet(bits: 0b1100)], lan)),
    ]
    let words = FaultText(scenario)
    #expect(words.happened(0, isEnd: false) == "lan split into node1, node2 and {node3, node4}")
    #expect(words.happened(1, isEnd: false) == "lan split into {node1, node2} and {node3, node4}")
  }
}

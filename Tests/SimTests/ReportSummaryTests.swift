import Foundation
import Testing

@testable import Sim

@Suite struct ReportSummaryTests {
  let sample = ReportSample()

  @Test func jsonReadsBackWithTheNamesOfTheMeasures() throws {
    var scenario = sample.scenario
    scenario.question = "\"quoted\" \\ \n ü"
    var result = sample.result
    result.seed = .max
    let text = JSONSummary.text(
      scenario: scenario, result: result, trials: sample.trials(10), environment: ReportSample.environment)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["question"] as? String == scenario.question)
    #expect(object["seed"] as? UInt64 == .max)
    #expect(object["digest"] as? String == "0123456789abcdef")
    #expect(object["passed"] as? Bool == true && object["partial"] as? Bool == false)
    let measures = try #require(object["measures"] as? [String: Any])
    #expect(Set(measures.keys) == Set(Measure.allCases.map(\.name)))
    #expect(measures["rebalance_time.max"] as? Double == 0.517)
    #expect(measures["connects_failed"] is NSNull)
    let statistics = try #require(object["statistics"] as? [String: [String: Any]])
    #expect(statistics["rebalance_time.max"]?["count"] as? Int == 10)
    let expectations = try #require(object["expectations"] as? [[String: Any]])
    #expect(expectations[0]["measure"] as? String == "rebalance_time.max")
    #expect(expectations.allSatisfy { $0["passed"] as? Bool == true })
    // Keys in the order of the measures, whatever hashing does.
    let places = Measure.allCases.compactMap { text.range(of: "\"\($0.name)\": ")?.lowerBound }
    #expect(places.count == Measure.allCases.count && places == places.sorted())
  }

  @Test func textIsPlainUnlessColourIsAllowed() {
    var scenario = sample.scenario
    scenario.question = "evil \u{1b}[2J title\u{9b}31m"
    let plain = TextSummary.text(scenario: scenario, result: sample.result, trials: [], usesColour: false)
    #expect(
      plain.unicodeScalars.allSatisfy {
        $0 == "\n" || ($0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value))
      })
    #expect(plain.contains("\nholds  rebalance_time.max <= 560 ms: 517 ms\n"))
    #expect(plain.contains("\n  flows_lost.elsewhere          0\n"))
    let coloured = TextSummary.text(scenario: scenario, result: sample.result, trials: [], usesColour: true)
    #expect(coloured.contains("\u{1b}[32mholds\u{1b}[0m") && !coloured.contains("\u{1b}[2J"))
  }

  @Test func failuresNameTheTrial() {
    let trials = sample.trials(100)
    let text = TextSummary.text(
      scenario: sample.scenario, result: trials[0], trials: trials, usesColour: false)
    // 500 ms to 599 ms: 39 of the hundred are above 560 ms; trial 0 has 517 ms instead of 500 ms.
    #expect(text.contains("fails  rebalance_time.max <= 560 ms: 599 ms (trial 27, one of 39 that fail)"))
  }
}

import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import Sim

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Whatever names and texts are, pictures are pictures, tables are tables, and terminals are told nothing.
@Suite struct ReportFuzzTests {
  /// The sample with every name and text replaced.
  func hostile(_ seed: UInt64) -> (scenario: Scenario, result: TrialResult, environment: ReportEnvironment) {
    var words = HostileText(seed: seed)
    var sample = ReportSample()
    sample.buckets = 64
    var scenario = sample.scenario
    for i in scenario.farm.nodes.indices { scenario.farm.nodes[i] = words.text() }
    for i in scenario.farm.groups.indices { scenario.farm.groups[i] = words.text() }
    for i in scenario.farm.networks.indices { scenario.farm.networks[i] = words.text() }
    scenario.name = words.text()
    scenario.question = words.text()
    scenario.description = words.text()
    for i in scenario.expectations.indices { scenario.expectations[i].text = words.text() }
    let lan = NetworkSet(first: 1)
    scenario.faults.append(
      Fault(
        at: .seconds(70), kind: .loss(lan, uplink: .independent(1), downlink: .independent(0.5), at: .empty)))
    scenario.faults.append(Fault(at: .seconds(80), kind: .weight(NodeSet(NodeID(2)), GroupID(0), 3)))
    var result = sample.result
    for i in result.timeline.indices { result.timeline[i].text = words.text() }
    let environment = ReportEnvironment(
      words: [words.text(), words.text()], version: words.text(), platform: words.text())
    return (scenario, result, environment)
  }

  func expectPlain(_ text: String, _ what: String) {
    let bad = text.unicodeScalars.filter { !PlainText.isPlain($0) && $0 != "\n" }
    #expect(bad.isEmpty, "\(what): \(bad.map { String($0.value, radix: 16) })")
  }

  /// Every row of a table has as many cells as its head.
  func expectTables(_ page: String, _ what: String) {
    var head: Int?
    var fence: Substring?
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if let open = fence {
        if line == open { fence = nil }
        continue
      }
      if line.hasPrefix("```") { fence = line.prefix { $0 == "`" } }
      guard line.hasPrefix("| ") else {
        head = nil
        continue
      }
      var (cells, isEscaped) = (0, false)
      for scalar in line.unicodeScalars {
        if scalar == "|", !isEscaped { cells += 1 }
        isEscaped = scalar == "\\" && !isEscaped
      }
      #expect(cells == head ?? cells, "\(what): \(line)")
      head = head ?? cells
    }
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func namesAndTextsDoNothing(seed: UInt64) throws {
    let (scenario, result, environment) = hostile(seed)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = folder.appendingPathComponent("one")
    try Report.write(
      scenario: scenario, result: result, trials: ReportSample().trials(5), environment: environment,
      to: place.path)
    for file in try FileManager.default.contentsOfDirectory(atPath: place.path) {
      let data = try Data(contentsOf: place.appendingPathComponent(file))
      let text = String(decoding: data, as: UTF8.self)
      if file.hasSuffix(".svg") {
        #expect(XMLParser(data: data).parse(), "\(file) of seed \(seed) is not well-formed")
        // gnuplot indents with tabs.
        expectPlain(text.replacing("\t", with: " "), file)
      } else {
        expectPlain(text, file)
      }
      if file.hasSuffix(".csv") { expectRows(text, file) }
      if file == "report.md" { expectTables(text, file) }
    }
    let index = ReportIndex(of: folder.path).markdown
    expectTables(index, "index")
    #expect(index.contains("(one/report.md)"))
  }

  /// Cells of comma-separated values, quoted or not.
  private func expectRows(_ text: String, _ file: String) {
    var head: Int?
    for line in text.split(separator: "\n") {
      var (cells, isQuoted) = (1, false)
      for byte in line.utf8 {
        if byte == 0x22 { isQuoted.toggle() } else if byte == 0x2c, !isQuoted { cells += 1 }
      }
      #expect(!isQuoted && cells == head ?? cells, "\(file): \(line)")
      head = head ?? cells
    }
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func terminalsAreToldNothing(seed: UInt64) throws {
    let (scenario, result, environment) = hostile(seed)
    let trials = [result]
    expectPlain(
      TextSummary.text(scenario: scenario, result: result, trials: trials, usesColour: false), "text")
    let json = JSONSummary.text(
      scenario: scenario, result: result, trials: trials, environment: environment)
    expectPlain(json, "json")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["question"] as? String == scenario.question)
    let comparison = Comparison(scenario, simulated: trials, real: trials)
    expectPlain(ComparisonSummary.text(scenario, comparison), "comparison")
    // Its pictures are drawn like those above; a few pages are enough.
    guard seed <= 5 else { return }
    let report = ComparisonReport(
      scenario: scenario, comparison: comparison, calibrated: nil,
      answers: (scenario.question, scenario.description), simulated: result, real: result,
      changes: [scenario.description], calibration: [scenario.question],
      machine: [(scenario.name, scenario.question)], command: environment.command)
    let page = report.markdown(
      ComparisonCharts(scenario, comparison, calibrated: nil, simulated: result, real: result))
    expectPlain(page, "lab's page")
    expectTables(page, "lab's page")
  }

  /// What is readable comes through, in every script.
  @Test func lettersAndEmojiStay() {
    for text in ["node-1", "名前", "שלום", "👩‍👩‍👧", "🏳️‍🌈", "é e\u{301}", "100 %"] {
      #expect(PlainText.line(text) == text && Chart.quoted(text) == "'\(text)'")
    }
    // With an accent behind it a quotation mark is still one.
    #expect(Chart.quoted("'a'\u{301}''b") == "'’a’\u{301}’’b'")
    #expect(MarkdownText.escaped("3.04 s") == "3.04 s")
    #expect(Chart.tic("%\u{301}", at: 1) == "'%%\u{301}' 1")
    #expect(PlainText.line("a\u{202e}b\u{1b}[2J\nc") == "a b [2J c")
    #expect(PlainText.lines("a\nb\r") == "a\nb ")
    #expect(MarkdownText.escaped("1. a") == "1\\. a" && MarkdownText.escaped("    a") == "a")
    #expect(MarkdownText.escaped("- a|b") == "\\- a\\|b" && MarkdownText.escaped("12") == "12")
    #expect(MarkdownText.address("a b/(c).md") == "a%20b/%28c%29.md")
  }
}

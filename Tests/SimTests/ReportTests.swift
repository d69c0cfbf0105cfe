import Engine
import Foundation
import Testing

@testable import Sim

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ReportTests {
  let sample = ReportSample()

  /// A folder of its own that is gone afterwards.
  func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  func write(_ scenario: Scenario, _ result: TrialResult, _ trials: [TrialResult] = [], to path: String)
    throws
  {
    try Report.write(
      scenario: scenario, result: result, trials: trials, environment: ReportSample.environment, to: path)
  }

  @Test func sectionsComeInTheOrderOfReading() throws {
    let text = Report.markdown(
      scenario: sample.scenario, result: sample.result, trials: sample.trials(20),
      environment: ReportSample.environment)
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("# ") || $0.hasPrefix("## ") }
    #expect(
      headings == [
        "# crash", "## What clients saw", "## Timeline", "## Ownership over time",
        "## The rebalance, phase by phase", "## Who had to move", "## Key figures",
        "## How even the load was", "## Repeated trials", "## Expectations", "## How to reproduce",
        "## Everything as tables", "## What is not modelled",
      ])
    // The picture comes right after the answer, before the first screen ends.
    let lines = text.split(separator: "\n")
    let picture = try #require(lines.firstIndex { $0.contains("](ownership-1.svg)") })
    let clients = try #require(lines.firstIndex { $0 == "## What clients saw" })
    #expect(picture < clients && picture <= 8)
    #expect(lines[clients + 1].contains("](load.svg)"))
    #expect(text.contains("**Verdict: passed** – 3 of 3 expectations hold in every one of 20 trials."))
    #expect(
      text.contains("| `hole_time.total` (bucket-seconds) | 20 | 133 | 0 | 0 | 133 | 133 | 133 | 133 |"))
    #expect(text.contains("| Digest of the run | `0123456789abcdef` |"))
  }

  @Test func aFailedExpectationFailsTheVerdict() {
    var sample = sample
    sample.double = .milliseconds(95)
    let text = Report.markdown(
      scenario: sample.scenario, result: sample.result, trials: [], environment: ReportSample.environment)
    #expect(text.contains("**Verdict: failed** – 2 of 3 expectations hold."))
    #expect(text.contains("| `double_owner_time.total` == 0 s | 3.04 bucket-seconds | **fails** |"))
  }

  @Test func filesAreCompleteAndAloneAndTheSameEveryTime() throws {
    try inFolder { path in
      try write(sample.scenario, sample.result, sample.trials(20), to: path)
      let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      #expect(
        files == [
          "distribution.svg", "events.csv", "faults.csv", "load.csv", "load.svg",
          "ownership-1-close-1.svg", "ownership-1-close-2.svg", "ownership-1.svg", "ownership.csv",
          "phases.svg", "report.md",
        ])
      let page = try String(contentsOfFile: path + "/report.md", encoding: .utf8)
      for file in files where file != "report.md" { #expect(page.contains("](\(file))")) }
      let first = try files.map { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)")) }
      try write(sample.scenario, sample.result, sample.trials(20), to: path)
      #expect(first == (try files.map { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)")) }))
      // A report without trials has no distribution; that of the earlier one must not stay.
      try write(sample.scenario, sample.result, to: path)
      #expect(!FileManager.default.fileExists(atPath: path + "/distribution.svg"))
    }
  }

  @Test func chartsAreWellFormedSmallAndKnowTheDark() throws {
    var many = sample
    many.nodes = 64
    many.buckets = 4096
    many.double = .milliseconds(95)
    try inFolder { path in
      try write(many.scenario, many.result, many.trials(3), to: path)
      for file in try FileManager.default.contentsOfDirectory(atPath: path) where file.hasSuffix(".svg") {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)"))
        #expect(XMLParser(data: data).parse(), "\(file) is not well-formed")
        #expect(data.count < 300_000, "\(file) is large")
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains("prefers-color-scheme: dark"))
        #expect(!text.contains("GNUPLOT") && !text.contains("rgb("))
      }
    }
  }

  @Test func namesFromAFileDoNothing() throws {
    try inFolder { path in
      var scenario = sample.scenario
      let proof = path + "-proof"
      scenario.farm.nodes[0] = "a`touch \(proof)`'b\"\n]]><x>"
      scenario.question = "<script>alert(1)</script> | *x* [y](z) `q`"
      scenario.description = "- no list"
      var result = sample.result
      result.timeline[0].text = "a | b <img>"
      try write(scenario, result, to: path)
      #expect(!FileManager.default.fileExists(atPath: proof))
      let page = try String(contentsOfFile: path + "/report.md", encoding: .utf8)
      #expect(!page.contains("<script") && !page.contains("<img") && page.contains("a \\| b &lt;img&gt;"))
      #expect(page.contains("\\*x\\* \\[y\\](z) \\`q\\`"))
      #expect(page.contains("\n\\- no list\n"))
      let chart = URL(fileURLWithPath: path + "/ownership-1.svg")
      #expect(XMLParser(data: try Data(contentsOf: chart)).parse())
    }
  }

  @Test func gnuplotRunsNothingThatATextContains() throws {
    try inFolder { path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      let text = "it's `touch proof` \"$(touch proof)\" \\\n%s rgb(1, 2, 3) \"black\" = 'x' ]]"
      let script = Chart.preamble(height: 200) + "set title \(Chart.quoted(text))\nplot [0:1] x\n"
      let svg = try Gnuplot().draw(
        Chart(name: "text", finding: text, script: script), in: URL(fileURLWithPath: path))
      #expect(!FileManager.default.fileExists(atPath: path + "/proof"))
      #expect(
        svg.contains(
          "<text>it’s `touch proof` \"$(touch proof)\" \\ %s rgb(1, 2, 3) \"black\" = ’x’ ]]</text>"))
    }
  }

  @Test func aFaultMayBeAShare() throws {
    let rebalance = Rebalance(
      fault: 0, isEnd: false, at: .zero, detection: .milliseconds(500), total: .milliseconds(510))
    let measure = try #require(
      ComparedMeasure(Measure.rebalanceTimeMax.label, rule: nil, simulated: [0.5], real: [0.5]))
    let words = "loss is 100 %, then"
    let charts = [
      PhasesChart(rebalances: [(1, words, rebalance)]).chart(finding: ""),
      ComparedPhases(rows: [(words, measure, measure)]).chart(),
    ]
    try inFolder { path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      for (chart, text) in zip(charts, ["1 \(words)", "\(words), simulator"]) {
        let svg = try Gnuplot().draw(try #require(chart), in: URL(fileURLWithPath: path))
        #expect(svg.contains("<text>\(text)</text>"))
      }
    }
  }

  @Test func runsWithNothingInThemStillGiveAReport() throws {
    var scenario = sample.scenario
    (scenario.faults, scenario.expectations, scenario.question) = ([], [], "")
    let result = TrialResult(
      seed: .max, trial: 0, digest: Digest(rawValue: 0), end: .zero, isPartial: true,
      values: Array(repeating: nil, count: Measure.allCases.count), rebalances: [], ownership: [],
      load: LoadTimeline(binWidth: .zero, accepted: [], lost: [], twice: []), timeline: [], skew: [])
    try inFolder { path in
      try write(scenario, result, to: path)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ReportTables.names + [
          "report.md"
        ])
      let page = try String(contentsOfFile: path + "/report.md", encoding: .utf8)
      #expect(page.contains("**Partial:**") && page.contains("Nothing happened."))
    }
  }

  @Test func aFolderThatCannotBeWrittenIsSaidAndLeftAlone() throws {
    try inFolder { path in
      try Report.checkWritable(path + "/deep/er")
      #expect(!FileManager.default.fileExists(atPath: path))
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      try Report.checkWritable(path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
      try FileManager.default.removeItem(atPath: path)
      try Data().write(to: URL(fileURLWithPath: path))
      for place in [path, path + "/below", "/proc/report"] {
        #expect {
          try Report.checkWritable(place)
        } throws: { error in
          (error as? ReportError)?.exitCode == 73 && (error as? ReportError)?.message.contains(place) == true
        }
        #expect(throws: ReportError.self) { try write(sample.scenario, sample.result, to: place) }
      }
    }
  }

  @Test func aMissingGnuplotIsNamedWithItsPackage() {
    #expect {
      _ = try Gnuplot(path: "/nowhere:/proc")
    } throws: { error in
      (error as? ReportError) == .gnuplotMissing && ReportError.gnuplotMissing.exitCode == 69
        && ReportError.gnuplotMissing.message.contains("gnuplot-nox")
    }
  }

  @Test func aFailingChartLeavesTheEarlierReport() throws {
    try inFolder { path in
      try write(sample.scenario, sample.result, to: path)
      let folder = URL(fileURLWithPath: path)
      #expect {
        _ = try Gnuplot().draw(Chart(name: "bad", finding: "", script: "plot nonsense(\n"), in: folder)
      } throws: { error in
        guard case .chartFailed("bad", let reason)? = error as? ReportError else { return false }
        return reason.contains("line 1")
      }
      #expect(FileManager.default.fileExists(atPath: path + "/report.md"))
    }
  }
}

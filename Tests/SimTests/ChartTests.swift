import Engine
import Testing

@testable import Sim

@Suite struct ChartTests {
  @Test func everyOwnerHasAColourOfItsOwnAndNoneThatMeansTrouble() {
    let colours = (0..<64).map(ChartTheme.owner)
    #expect(Set(colours).count == 64)
    for colour in colours {
      #expect(!ChartTheme.neutrals.contains { $0.light == colour || $0.dark == colour })
      // Red is the double's: no owner may be mostly red.
      let value = Int(colour.dropFirst(), radix: 16)!
      let (r, g, b) = (value >> 16, value >> 8 & 255, value & 255)
      #expect(!(r > 2 * g && r > 2 * b), "\(colour) is red")
    }
  }

  /// A hole too short to be seen in the picture still shows in the lane above it, three pixels wide.
  @Test func lanesShowTroubleHoweverShort() {
    var sample = ReportSample()
    sample.hole = .nanoseconds(7_000_000)
    let history = OwnershipHistory(sample.ownership, end: .zero + .seconds(100))
    let chart = OwnershipChart(
      name: "x", finding: "", title: "", history: history, order: history.orderedByOwners(), nodes: [],
      marks: ChartMarks(sample.scenario, end: history.end), start: .zero, stop: history.end, origin: nil
    ).chart()
    let block = chart.script.split(separator: "$hole << EOD\n")[1].split(separator: "EOD")[0]
    let rows = block.split(separator: "\n").map { $0.split(separator: " ").map { Double($0)! } }
    // 256 bands: the lane of holes begins at 1.05 times that.
    let lane = rows.filter { $0[2] == 268.8 }
    #expect(lane.contains { $0[0] <= 20 && $0[1] > 20 && $0[1] - $0[0] >= 3 * 100 / 720 })
    #expect(rows.contains { $0[3] <= 256 })
  }

  @Test func marksThatCrowdKeepTheirLinesAndLoseTheirWords() {
    var scenario = ReportSample().scenario
    scenario.faults = (0..<20).map {
      Fault(at: .milliseconds(20_000 + $0 * 100), kind: .crash(NodeSet(NodeID(0))))
    }
    let script = ChartMarks(scenario, end: .zero + .seconds(100))
      .script(from: .zero, to: .zero + .seconds(100), width: 700, x: \.seconds)
    let lines = script.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("set arrow") }.count == 20)
    let labels = lines.filter { $0.hasPrefix("set label") }
    #expect(labels.first?.hasPrefix("set label '1' at 20,") == true)
    #expect(labels.count < 3)
  }

  @Test func packetsAreStackedAsRatesAndTheLastBinIsCutByTheEnd() throws {
    let load = LoadTimeline(
      binWidth: .milliseconds(500), accepted: [[10, 20, 30], [0, 0, 0], [1, 2, 3]], lost: [0, 5, 0],
      twice: [0, 0, 0])
    let marks = ChartMarks(ReportSample().scenario, end: .zero)
    let chart = try #require(
      LoadChart(load: load, nodes: ["a", "b", "c"], marks: marks, end: .zero + .milliseconds(1250)).chart(
        finding: ""))
    let blocks = chart.script.split(separator: "\nEOD\n")
    // x, bottom, top at both edges of each bin; node b served nothing and has no layer.
    #expect(
      blocks[0].hasSuffix("$n0 << EOD\n0 0 20\n0.5 0 20\n0.5 0 40\n1 0 40\n1 0 120\n1.25 0 120"))
    #expect(
      blocks[1].hasSuffix("$n2 << EOD\n0 20 22\n0.5 20 22\n0.5 40 44\n1 40 44\n1 120 132\n1.25 120 132"))
    #expect(chart.script.contains("$lost << EOD\nNaN NaN NaN NaN\n0.5 1 0 10\nEOD"))
    #expect(!chart.script.contains("$n1 "))
  }

  @Test func phasesFollowEachOther() throws {
    let rebalance = Rebalance(
      fault: 0, isEnd: false, at: .zero, detection: .milliseconds(500), decision: .milliseconds(20),
      commit: nil, firstPacket: .milliseconds(5))
    let chart = try #require(PhasesChart(rebalances: [(1, "x", rebalance)]).chart(finding: ""))
    #expect(chart.script.contains("$p0 << EOD\nNaN NaN NaN NaN\n0 500 0.68 1.32\nEOD"))
    #expect(chart.script.contains("$p1 << EOD\nNaN NaN NaN NaN\n500 520 0.68 1.32\nEOD"))
    #expect(chart.script.contains("$p2 << EOD\nNaN NaN NaN NaN\nEOD"))
    #expect(chart.script.contains("$p3 << EOD\nNaN NaN NaN NaN\n520 525 0.68 1.32\nEOD"))
    #expect(
      PhasesChart(rebalances: [(1, "x", Rebalance(fault: 0, isEnd: false, at: .zero))]).chart(finding: "")
        == nil)
  }

  @Test func theDistributionClimbsToOne() throws {
    let measure = Measures.all[0]
    let values = [0.3, 0.1, 0.2, 0.2]
    let chart = try #require(
      DistributionChart(
        measure: measure, title: "", values: values, summary: TrialSummary(measure, values: values),
        bound: 0.25
      ).chart(finding: ""))
    #expect(chart.script.contains("\n100 0.25\n200 0.75\n300 1\n"))
    #expect(chart.script.contains("$bound << EOD\n250 0\n250 1.04\n"))
  }

  @Test func polygonsOfOneColourBecomeOnePath() {
    let svg = """
      <g>
      \t<polygon fill='#0072b2' points='1.00,2.50 3.00,2.50 3.00,0.00 1.00,0.00 '/>
      \t<polygon fill='#0072b2' points='5,5 6,5 7,9 '/>
      \t<polygon fill='#ff0000' points='1,2 3,2 3,0 1,0 '/>
      </g>
      """
    #expect(
      SVGPaths.merged(svg) == """
        <g>
        <path fill='#0072b2' d='M1 2.5H3V0H1zM5 5L6 5L7 9z'/>
        <path fill='#ff0000' d='M1 2H3V0H1z'/>
        </g>

        """)
  }
}

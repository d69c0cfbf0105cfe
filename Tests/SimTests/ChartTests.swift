import Engine
import Foundation
import Testing

@testable import Sim

@Suite struct ChartTests {
  func nodes(_ names: [String], struck: [Int] = [], moves: [Int] = []) -> NodeColours {
    NodeColours(names: names, struck: struck.reduce(.empty) { $0.union(NodeSet(NodeID($1))) }, moves: moves)
  }

  @Test func aSmallFarmHasAColourForEveryNode() {
    let nodes = nodes((1...8).map { "n\($0)" })
    #expect((0..<8).map(nodes.tone) == ChartTheme.owners.map(\.fill))
    #expect(nodes.others == 0)
  }

  /// Those that something happened to are coloured: the struck first, then those that moved most.
  @Test func aLargeFarmHasColoursForThoseConcerned() {
    var moves = [Int](repeating: 0, count: 64)
    for (node, count) in [(6, 4), (9, 1), (33, 0), (40, 3), (50, 2)] { moves[node] = count }
    let names = (1...64).map { "node\($0)" }
    let few = nodes(names, struck: [6, 33], moves: moves)
    #expect((0..<64).filter(few.isNamed) == [6, 9, 33, 40, 50])
    #expect(few.tone(of: 0) == ChartTheme.others && few.othersName == "59 other nodes")
    #expect(few.tone(of: 9) == ChartTheme.owners[1].fill)
    // More struck than there are colours: those that moved most stand for all.
    for node in 0..<64 { moves[node] += node }
    let many = nodes(names, struck: Array(0..<64), moves: moves)
    #expect((0..<64).filter(many.isNamed) == Array(56..<64))
    let nobody = nodes(names)
    #expect((0..<64).allSatisfy { !nobody.isNamed($0) })
  }

  /// The legend of 64 nodes takes a small part of the picture.
  @Test func theLegendOfALargeFarmIsShort() throws {
    var sample = ReportSample()
    sample.nodes = 64
    sample.buckets = 4096
    let history = OwnershipHistory(sample.ownership, end: .zero + .seconds(100))
    let nodes = NodeColours(sample.scenario, [history], end: history.end)
    let chart = OwnershipChart(
      name: "x", finding: "", title: "", history: history,
      order: history.orderedByOwners(rank: nodes.rank), nodes: nodes,
      marks: ChartMarks(sample.scenario, end: history.end), start: .zero, stop: history.end, origin: nil
    ).chart()
    let samples = chart.script.split(separator: "\n").filter { $0.hasPrefix("set object") }
    #expect(samples.count <= ChartLegend.most)
    let right = try #require(chart.script.firstMatch(of: /set rmargin at screen ([0-9.]+)/))
    #expect(try #require(Double(right.1)) > 0.75)
    #expect(chart.script.contains("'node2'") && chart.script.contains("'60 other nodes'"))
  }

  /// Of few disturbed buckets the close look shows those alone, and says how many there are.
  @Test func aCloseLookAtFewBucketsShowsThem() throws {
    var sample = ReportSample()
    sample.nodes = 64
    let history = OwnershipHistory(sample.ownership, end: .zero + .seconds(100))
    let order = history.orderedByOwners()
    let close = try #require(
      OwnershipDrawing.closeUp(
        history, order, from: .zero + .seconds(20), lasting: sample.hole, end: history.end))
    #expect(Set(close.order) == Set((0..<1024).filter { sample.home($0) == 1 }))
    let chart = OwnershipChart(
      name: "x", finding: "", title: "", history: history, order: close.order, nodes: nodes(["a"]),
      marks: ChartMarks(sample.scenario, end: history.end), start: close.start, stop: close.stop, origin: nil
    ).chart()
    #expect(chart.script.contains("set ylabel 'the \(close.order.count) of 1,024 buckets that changed'"))
  }

  /// A fault in the first second that lasts for minutes has less time before it than after.
  @Test func aCloseLookBeginsWithTheRunAtTheEarliest() throws {
    let history = OwnershipHistory(ReportSample().ownership, end: .zero + .seconds(100))
    let close = try #require(
      OwnershipDrawing.closeUp(
        history, [0], from: .zero + .seconds(1), lasting: .seconds(90), end: history.end))
    #expect(close.start == .zero && close.stop > .zero + .seconds(91))
  }

  /// A bucket whose owner the network does not bring clients to has a colour and a lane of its own.
  @Test func unreachedHasALaneOfItsOwn() {
    let changes = [
      OwnershipChange(at: .zero + .seconds(1), bucket: Bucket(0), owners: NodeSet(NodeID(0))),
      OwnershipChange(at: .zero + .seconds(10), bucket: Bucket(0), owners: .empty, isUnreached: true),
      OwnershipChange(at: .zero + .seconds(30), bucket: Bucket(0), owners: .empty),
      OwnershipChange(at: .zero + .seconds(40), bucket: Bucket(0), owners: NodeSet(NodeID(0))),
    ]
    let history = OwnershipHistory(
      OwnershipTimeline(group: GroupID(0), bucketCount: 1, changes: changes), end: .zero + .seconds(100))
    let trouble = OwnershipTrouble(history, from: .zero, to: history.end)
    #expect(trouble.unreached.longest == .seconds(20) && trouble.hole.longest == .seconds(10))
    #expect(
      trouble.words == "1 bucket had no owner for up to 10 s, "
        + "1 bucket had an owner that clients did not reach for up to 20 s, none had two")
    let chart = OwnershipChart(
      name: "x", finding: "", title: "", history: history, order: [0], nodes: nodes(["a"]),
      marks: ChartMarks(ReportSample().scenario, end: .zero), start: .zero, stop: history.end, origin: nil
    ).chart()
    #expect(chart.script.contains("$unreached << EOD\n10 30 0 1\n10 30 1.13 1.18\nEOD\n"))
    #expect(chart.script.contains("'unreached' 1.155") && chart.script.contains("'two owners' 1.235"))
    #expect(chart.script.contains("lc rgb '\(ChartTheme.unreached.light)'"))
  }

  /// An owner whose application does not serve is no hole: it has a colour, a lane and words of its own.
  @Test func unservedHasALaneOfItsOwn() {
    let one = NodeSet(NodeID(0))
    let changes = [
      OwnershipChange(at: .zero + .seconds(1), bucket: Bucket(0), owners: one),
      OwnershipChange(at: .zero + .seconds(10), bucket: Bucket(0), owners: one, isUnserved: true),
      OwnershipChange(at: .zero + .seconds(30), bucket: Bucket(0), owners: one),
    ]
    let history = OwnershipHistory(
      OwnershipTimeline(group: GroupID(0), bucketCount: 1, changes: changes), end: .zero + .seconds(100))
    #expect(
      OwnershipTrouble(history, from: .zero, to: history.end).words == "no bucket was without an owner, "
        + "1 bucket had an owner whose application did not serve for up to 20 s, none had two")
    let chart = OwnershipChart(
      name: "x", finding: "", title: "", history: history, order: [0], nodes: nodes(["a"]),
      marks: ChartMarks(ReportSample().scenario, end: .zero), start: .zero, stop: history.end, origin: nil
    ).chart()
    #expect(chart.script.contains("$unserved << EOD\n10 30 0 1\n10 30 1.13 1.18\nEOD\n"))
    #expect(chart.script.contains("'not served' 1.155"))
    #expect(chart.script.contains("lc rgb '\(ChartTheme.unserved.light)'"))
  }

  /// A picture of a part of a hole says how long the hole was, and of two holes how long they were together.
  @Test func aHoleHasItsWholeLengthInEveryPicture() {
    let one = NodeSet(NodeID(0))
    func trouble(_ holes: [(Int, Int)], from: Int, to: Int) -> String {
      var changes = [OwnershipChange(at: .zero, bucket: Bucket(0), owners: one)]
      for (start, stop) in holes {
        changes.append(OwnershipChange(at: .zero + .seconds(start), bucket: Bucket(0), owners: .empty))
        changes.append(OwnershipChange(at: .zero + .seconds(stop), bucket: Bucket(0), owners: one))
      }
      let history = OwnershipHistory(
        OwnershipTimeline(group: GroupID(0), bucketCount: 1, changes: changes), end: .zero + .seconds(100))
      return OwnershipTrouble(history, from: .zero + .seconds(from), to: .zero + .seconds(to)).words
    }
    #expect(trouble([(20, 40)], from: 38, to: 50) == "1 bucket had no owner for up to 20 s, none had two")
    #expect(trouble([(20, 40)], from: 10, to: 21) == "1 bucket had no owner for up to 20 s, none had two")
    #expect(trouble([(20, 40)], from: 41, to: 50) == "no bucket was without an owner, none had two")
    #expect(
      trouble([(20, 27), (28, 32)], from: 0, to: 50)
        == "1 bucket had no owner for up to 7 s at a time, 11 s in all, none had two")
    #expect(trouble([(90, 100)], from: 80, to: 95) == "1 bucket had no owner for at least 10 s, none had two")
  }

  /// A glimpse of an owner divides no hole, and of a hole that began before what is told of it is said when.
  @Test func aHoleWithAGlimpseOfAnOwnerIsOne() {
    let one = NodeSet(NodeID(0))
    var changes = [OwnershipChange(at: .zero, bucket: Bucket(0), owners: one)]
    for (start, stop) in [(20_000_000, 20_700_000), (20_700_150, 21_059_000)] {
      changes.append(OwnershipChange(at: .zero + .microseconds(start), bucket: Bucket(0), owners: .empty))
      changes.append(OwnershipChange(at: .zero + .microseconds(stop), bucket: Bucket(0), owners: one))
    }
    let history = OwnershipHistory(
      OwnershipTimeline(group: GroupID(0), bucketCount: 1, changes: changes), end: .zero + .seconds(100))
    let trouble = OwnershipTrouble(history, from: .zero, to: history.end)
    #expect(trouble.words == "1 bucket had no owner for up to 1.06 s, none had two")
    #expect(trouble.words(after: .zero + .seconds(20)) == trouble.words)
    #expect(
      trouble.words(after: .zero + .milliseconds(20_500))
        == "1 bucket had no owner for up to 1.06 s from 20.000 s on, none had two")
  }

  /// Hundreds of lines would hide the picture.
  @Test func manyMarksAreStrokesAboveThePicture() {
    var scenario = ReportSample().scenario
    scenario.faults = (0..<52).map { Fault(at: .seconds(20 + $0), kind: .crash(NodeSet(NodeID(0)))) }
    let script = ChartMarks(scenario, end: .zero + .seconds(100))
      .script(from: .zero, to: .zero + .seconds(100), width: 700, x: \.seconds)
    let arrows = script.split(separator: "\n").filter { $0.hasPrefix("set arrow") }
    #expect(
      arrows.count == 52 && arrows.allSatisfy { $0.contains("graph 1.0 to") && $0.contains("graph 1.02 ") })
  }

  /// A hole too short to be seen in the picture still shows in the lane above it, three pixels wide.
  @Test func lanesShowTroubleHoweverShort() {
    var sample = ReportSample()
    sample.hole = .nanoseconds(7_000_000)
    let history = OwnershipHistory(sample.ownership, end: .zero + .seconds(100))
    let chart = OwnershipChart(
      name: "x", finding: "", title: "", history: history, order: history.orderedByOwners(), nodes: nodes([]),
      marks: ChartMarks(sample.scenario, end: history.end), start: .zero, stop: history.end, origin: nil
    ).chart()
    let block = chart.script.split(separator: "$hole << EOD\n")[1].split(separator: "EOD")[0]
    let rows = block.split(separator: "\n").map { $0.split(separator: " ").map { Double($0)! } }
    // 256 bands: the lane of holes begins at 1.05 times that.
    let lane = rows.filter { $0[2] == 268.8 }
    #expect(lane.contains { $0[0] <= 20 && $0[1] > 20 && $0[1] - $0[0] >= 3 * 100 / 720 })
    #expect(rows.contains { $0[3] <= 256 })
  }

  /// The text names every mark by its number: each is to be found in the picture.
  @Test func marksThatCrowdAreNumberedTogether() {
    var scenario = ReportSample().scenario
    scenario.faults = [20, 21, 40, 60, 61].map { Fault(at: .seconds($0), kind: .crash(NodeSet(NodeID(0)))) }
    let labels = ChartMarks(scenario, end: .zero + .seconds(100))
      .script(from: .zero, to: .zero + .seconds(100), width: 700, x: \.seconds)
      .split(separator: "\n").filter { $0.hasPrefix("set label") }.map { $0.prefix { $0 != "," } }
    #expect(labels == ["set label '1–2' at 20", "set label '3' at 40", "set label '4–5' at 60"])
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
    #expect(labels.first?.hasPrefix("set label '1–20' at 20,") == true)
    #expect(labels.count < 3)
  }

  /// Words at some marks alone would look as if the others had none.
  @Test func allMarksHaveWordsOrNone() {
    var scenario = ReportSample().scenario
    scenario.faults = [20, 24, 60].map { Fault(at: .seconds($0), kind: .crash(NodeSet(NodeID(0)))) }
    func labels(_ width: Double) -> [Substring] {
      ChartMarks(scenario, end: .zero + .seconds(100))
        .script(from: .zero, to: .zero + .seconds(100), width: width, x: \.seconds)
        .split(separator: "\n").filter { $0.hasPrefix("set label") }
    }
    #expect(labels(700).map { $0.prefix(13) } == ["set label '1'", "set label '2'", "set label '3'"])
    #expect(labels(4000).allSatisfy { $0.contains("lost power'") })
  }

  /// Labels of five letters, 13 pixels high, are some 40 pixels wide in the widest of common fonts.
  @Test(arguments: [41.0, 60])
  func labelsDoNotTouch(_ apart: Double) {
    var scenario = ReportSample().scenario
    scenario.faults = (0..<16).map {
      // Pairs that share a label, the last two of them so many pixels apart.
      let at = $0 < 14 ? Double($0 / 2) * 80 : 480 + apart
      return Fault(at: .milliseconds(Int(at * 100) + $0 % 2), kind: .crash(NodeSet(NodeID(0))))
    }
    let labels = ChartMarks(scenario, end: .zero + .seconds(70))
      .script(from: .zero, to: .zero + .seconds(70), width: 700, x: \.seconds)
      .split(separator: "\n").filter { $0.hasPrefix("set label") }
    #expect(labels.contains { $0.hasPrefix("set label '13–16'") } == (apart < 50), "\(labels)")
    #expect(labels.contains { $0.hasPrefix("set label '15–16'") } == (apart > 50), "\(labels)")
  }

  @Test func packetsAreStackedAsRatesAndTheLastBinIsCutByTheEnd() throws {
    let load = LoadTimeline(
      binWidth: .milliseconds(500), accepted: [[10, 20, 30], [0, 0, 0], [1, 2, 3]], lost: [0, 5, 0],
      twice: [0, 0, 0])
    let marks = ChartMarks(ReportSample().scenario, end: .zero)
    let chart = try #require(
      LoadChart(load: load, nodes: nodes(["a", "b", "c"]), marks: marks, end: .zero + .milliseconds(1250))
        .chart(
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

  /// What a client waits is no phase of the farm: the bar ends where the farm has done its work.
  @Test func phasesFollowEachOtherAndEndWithTheFarmsWork() throws {
    let rebalance = Rebalance(
      fault: 0, isEnd: false, at: .zero, detection: .milliseconds(500), decision: .milliseconds(20),
      commit: .milliseconds(30), firstPacket: .seconds(403), total: .milliseconds(550))
    let chart = try #require(PhasesChart(rebalances: [(1, "x", rebalance)]).chart(finding: ""))
    #expect(chart.script.contains("$p0 << EOD\nNaN NaN NaN NaN\n0 500 0.68 1.32\nEOD"))
    #expect(chart.script.contains("$p1 << EOD\nNaN NaN NaN NaN\n500 520 0.68 1.32\nEOD"))
    #expect(chart.script.contains("$p2 << EOD\nNaN NaN NaN NaN\n520 550 0.68 1.32\nEOD"))
    #expect(chart.script.contains("set label '550 ms' at 550,"))
    #expect(!chart.script.contains("$rest") && !chart.script.contains("$p3"))
    #expect(!chart.script.contains("first packet"))
    #expect(
      PhasesChart(rebalances: [(1, "x", Rebalance(fault: 0, isEnd: false, at: .zero))]).chart(finding: "")
        == nil)
  }

  /// A commit of microseconds after a detection of half a second is three pixels wide, and the bar ends where it did.
  @Test func noPartOfABarIsTooThinToBeSeen() throws {
    typealias Segment = PhasesChart.Segment
    let segments = [Segment(part: 1, from: 0, to: 463), Segment(part: 3, from: 463, to: 463.5)]
    #expect(
      PhasesChart.visible(segments, atLeast: 2)
        == [Segment(part: 1, from: 0, to: 461.5), Segment(part: 3, from: 461.5, to: 463.5)])
    // At the beginning there is no room before it.
    #expect(
      PhasesChart.visible(
        [Segment(part: 2, from: 0, to: 0.5), Segment(part: 3, from: 0.5, to: 1)], atLeast: 2)
        == [Segment(part: 2, from: 0, to: 2), Segment(part: 3, from: 2, to: 4)])
    #expect(PhasesChart.visible([], atLeast: 2).isEmpty)
    let crash = Rebalance(
      fault: 0, isEnd: false, at: .zero, detection: .milliseconds(463), decision: .zero,
      commit: .microseconds(427), total: .microseconds(463_427))
    let script = try #require(PhasesChart(rebalances: [(1, "x", crash)]).chart(finding: "")).script
    let block = try #require(script.components(separatedBy: "$p2 << EOD\nNaN NaN NaN NaN\n").last)
    let bar = block.prefix { $0 != "\n" }.split(separator: " ").compactMap { Double($0) }
    let right = try #require(script.firstMatch(of: /set xrange \[0:([\d.]+)\]/))
    let edge = try #require(script.firstMatch(of: /set rmargin at screen ([\d.]+)/))
    let start = try #require(script.firstMatch(of: /set lmargin at screen ([\d.]+)/))
    func number(_ text: Substring) throws -> Double { try #require(Double(text)) }
    let pixels = try (number(edge.1) - number(start.1)) * 960 / number(right.1)
    #expect((bar[1] - bar[0]) * pixels > 2.99)
  }

  /// A reload disturbs the first bucket long after it is ordered: its bar stands where that was, on the axis of the others.
  @Test func aBarThatCountsFromTheFirstHoleStandsThere() throws {
    var rebalance = Rebalance(fault: 0, isEnd: false, at: .zero, total: .milliseconds(2))
    rebalance.since = .milliseconds(640)
    #expect(PhasesChart.segments(rebalance) == [PhasesChart.Segment(part: 0, from: 0.64, to: 0.642)])
    let chart = try #require(PhasesChart(rebalances: [(1, "x", rebalance)]).chart(finding: ""))
    #expect(chart.script.contains("set label '2 ms, from 640 ms on' at 642,"))
    #expect(chart.script.contains("'time since it happened [ms]'"))
    // What the farm did before disturbed nobody: the bar is as long as the table says.
    rebalance.detection = .milliseconds(600)
    rebalance.commit = .milliseconds(1)
    #expect(
      PhasesChart.segments(rebalance) == [
        PhasesChart.Segment(part: 0, from: 0.64, to: 0.641),
        PhasesChart.Segment(part: 3, from: 0.641, to: 0.642),
      ])
  }

  /// What was not over when the run ended was missed at some time, and after that nothing is known.
  @Test func aBarThatIsNotOverSaysSo() throws {
    let rebalance = Rebalance(
      fault: 0, isEnd: false, at: .zero, detection: .milliseconds(500), total: .seconds(40), isOver: false)
    #expect(
      PhasesChart.segments(rebalance) == [
        PhasesChart.Segment(part: 1, from: 0, to: 0.5), PhasesChart.Segment(part: 0, from: 0.5, to: 40),
      ])
    let chart = try #require(PhasesChart(rebalances: [(1, "x", rebalance)]).chart(finding: ""))
    #expect(chart.script.contains("set label 'at least 40 s' at 40,"))
    #expect(chart.script.contains("'not over'") && !chart.script.contains("'not told apart'"))
  }

  /// What no phase explains has the word that the table has.
  @Test func aTimeOfNoPhaseIsCalledAsInTheTable() throws {
    func script(_ rebalances: Rebalance...) throws -> String {
      try #require(PhasesChart(rebalances: rebalances.map { (1, "x", $0) }).chart(finding: "")).script
    }
    let nothing = Rebalance(fault: 0, isEnd: false, at: .zero)
    let unmissed = Rebalance(fault: 0, isEnd: false, at: .zero, total: .milliseconds(250))
    let open = Rebalance(fault: 0, isEnd: false, at: .zero, total: .seconds(40), isOver: false)
    let mixed = Rebalance(
      fault: 0, isEnd: false, at: .zero, detection: .milliseconds(478), commit: .milliseconds(1),
      total: .milliseconds(772))
    #expect([nothing, unmissed, open, mixed].map { $0.gap } == ["–", "none", "not over", "not told apart"])
    #expect(try script(unmissed).contains("'none of them'"))
    #expect(try script(open).contains("'not over'"))
    #expect(try script(mixed).contains("'not told apart'"))
    #expect(try script(mixed, open).contains("'no phase known'"))
  }

  /// A long label has two lines before it is cut.
  @Test func aLongLabelHasTwoLines() throws {
    #expect(PhasesChart.label(3, "node2 lost power") == ["3 node2 lost power"])
    let label = PhasesChart.label(1, "node1 and node2 no longer heard each other on lan")
    #expect(label == ["1 node1 and node2 no longer heard", "each other on lan"])
    #expect(PhasesChart.label(nil, String(repeating: "x", count: 90)).map { $0.count } == [34])
    let rebalance = Rebalance(fault: 0, isEnd: false, at: .zero, total: .milliseconds(250))
    let long = try #require(
      PhasesChart(rebalances: [(1, "node1 and node2 no longer heard each other on lan", rebalance)])
        .chart(finding: ""))
    #expect(
      long.script.contains(
        "set ytics scale 0 ('1 node1 and node2 no longer heard' 1.18, 'each other on lan' 0.82)"))
  }

  /// The longest are those that took longest, and not those that began late.
  @Test func whatBeginsLateIsNotLong() throws {
    let rebalances = (0..<17).map { i in
      var rebalance = Rebalance(fault: i, isEnd: false, at: .zero, total: .milliseconds(i == 0 ? 1 : 5))
      if i == 0 { rebalance.since = .seconds(1) }
      return (number: i + 1, text: "x", rebalance: rebalance)
    }
    let chart = try #require(PhasesChart(rebalances: rebalances).chart(finding: "lead"))
    #expect(!chart.script.contains("'1 x'") && chart.script.contains("'17 x'"))
  }

  /// Of many the longest are drawn, in order of time, and the picture says that there are more.
  @Test func ofManyPhasesTheLongestAreDrawn() throws {
    let rebalances = (0..<52).map { i in
      let length = Duration.milliseconds(i % 2 == 0 ? 500 + i : 100 + i)
      let rebalance = Rebalance(fault: i, isEnd: false, at: .zero, detection: length, total: length)
      return (number: i + 1, text: "x", rebalance: rebalance)
    }
    let chart = try #require(PhasesChart(rebalances: rebalances).chart(finding: "lead"))
    #expect(chart.script.contains("was whole again: the 16 longest of 52'"))
    #expect(chart.finding == "lead; the 16 longest of 52 are drawn.")
    let tics = chart.script.matches(of: /'([0-9]+) x' [0-9]+/).map { Int($0.1)! }
    #expect(tics == Array(stride(from: 21, through: 51, by: 2)))
  }

  /// A few packets beside many are seen all the same, and what an application left alone is hatched.
  @Test func littleIsSeenAndWhatIsNotServedIsHatched() throws {
    let load = LoadTimeline(
      binWidth: .milliseconds(500), accepted: [[50, 50], [50, 50]], lost: [500, 0], twice: [1, 0])
    let marks = ChartMarks(ReportSample().scenario, end: .zero)
    var chart = LoadChart(load: load, nodes: nodes(["a", "b"]), marks: marks, end: .zero + .seconds(1))
    let plain = try #require(chart.chart(finding: "")).script
    #expect(plain.contains("$twice << EOD\nNaN NaN NaN NaN\n0 0.5 0 30\nEOD\n"))
    #expect(!plain.contains("$silent") && !plain.contains("'not served'"))
    chart.unserved = [
      LoadChart.Unserved(node: 1, from: .zero + .milliseconds(250), until: .zero + .milliseconds(750))
    ]
    let hatched = try #require(chart.chart(finding: "")).script
    #expect(hatched.contains("$silent << EOD\n0.25 0.5 100 200\n0.5 0.75 100 200\nEOD\n"))
    #expect(hatched.contains("'not served'") && hatched.contains("lc rgb '\(ChartTheme.unserved.light)'"))
  }

  /// What was accepted and not answered is shown with what was lost, and stands on it.
  @Test func whatNoApplicationAnsweredStandsOnWhatWasLost() throws {
    func script(_ unserved: [Int]) throws -> String {
      let load = LoadTimeline(
        binWidth: .milliseconds(500), accepted: [[50, 50]], lost: [50, 0], twice: [0, 0], unserved: unserved)
      let marks = ChartMarks(ReportSample().scenario, end: .zero)
      let chart = LoadChart(load: load, nodes: nodes(["a"]), marks: marks, end: .zero + .seconds(1))
      return try #require(chart.chart(finding: "")).script
    }
    let some = try script([50, 20])
    #expect(some.contains("$unserved << EOD\nNaN NaN NaN NaN\n0 0.5 100 200\n0.5 1 0 40\nEOD\n"))
    #expect(some.contains("  $unserved \(Chart.rectangles) lc rgb '\(ChartTheme.unserved.light)' notitle"))
    #expect(some.contains("'not served'"))
    for unserved in [[0, 0], []] {
      let none = try script(unserved)
      #expect(!none.contains("$unserved") && !none.contains("'not served'"))
    }
  }

  /// The quiet nodes of a large farm are one layer, on top of those with a colour.
  @Test func quietNodesAreOneLayerOfTheLoad() throws {
    let load = LoadTimeline(
      binWidth: .milliseconds(500), accepted: (0..<10).map { [10 * ($0 + 1)] }, lost: [0], twice: [0])
    let marks = ChartMarks(ReportSample().scenario, end: .zero)
    let nodes = nodes((1...10).map { "n\($0)" }, struck: [2])
    let chart = try #require(
      LoadChart(load: load, nodes: nodes, marks: marks, end: .zero + .milliseconds(500)).chart(finding: ""))
    #expect(chart.script.contains("$n2 << EOD\n0 0 60\n0.5 0 60\nEOD\n"))
    #expect(chart.script.contains("$others << EOD\n0 60 1100\n0.5 60 1100\nEOD\n"))
    #expect(chart.script.contains("'9 other nodes'"))
  }

  @Test func theDistributionClimbsToOne() throws {
    let measure = Measure.rebalanceTimeMax.label
    let values = [0.3, 0.1, 0.2, 0.2]
    let chart = try #require(
      DistributionChart(
        measure: measure, title: "", values: values, summary: TrialSummary(measure, values: values),
        bound: 0.25
      ).chart(finding: ""))
    #expect(chart.script.contains("\n100 0.25\n200 0.75\n300 1\n"))
    #expect(chart.script.contains("$bound << EOD\n250 0\n250 1.04\n"))
  }

  /// An interval of the mean of a few trials is wider than all that was found: each is a point instead.
  @Test func aFewTrialsArePoints() throws {
    let measure = Measure.rebalanceTimeMax.label
    func script(_ count: Int) throws -> String {
      let values = (0..<count).map { 0.5 + 0.001 * Double($0) }
      return try #require(
        DistributionChart(
          measure: measure, title: "", values: values, summary: TrialSummary(measure, values: values),
          bound: nil
        ).chart(finding: "")
      ).script
    }
    let few = try script(4)
    #expect(few.contains("$points << EOD\n") && !few.contains("$interval") && few.contains("'a trial'"))
    #expect(
      few.components(separatedBy: "$points << EOD\n")[1].split(separator: "\n").prefix { $0 != "EOD" }.count
        == 4)
    let many = try script(TrialSummary.fewest)
    #expect(!many.contains("$points") && many.contains("$interval") && many.contains("'trials'"))
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

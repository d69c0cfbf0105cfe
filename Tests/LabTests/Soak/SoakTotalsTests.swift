import Engine
import Testing

@testable import Lab

@Suite struct SoakTotalsTests {
  @Test func theTableAddsRoundsUp() throws {
    var totals = SoakTotals(seed: 7, first: 3)
    #expect(totals.table.contains("| rounds | 0, 0 with a broken property |"))
    for number in 3..<5 {
      let round = try SoakRound(text: SoakFarm.text, file: "soak", seed: 7, number: number)
      var verdict = SoakVerdict()
      (verdict.probes, verdict.unansweredProbes) = (5000, 3)
      (verdict.packets, verdict.unansweredPackets, verdict.packetsAnsweredTwice) = (8000, 100, 0)
      verdict.longestHole = .milliseconds(400 + number)
      verdict.holdings = [.init(memory: number << 20, descriptors: 30 + number)]
      verdict.growth = .init(memory: 2048, descriptors: 1)
      if number == 4 { verdict.violations = [SoakViolation(property: .holes, at: .zero, text: "made up")] }
      totals.add(round, verdict)
    }
    let table = totals.table
    #expect(totals.rounds == 2 && totals.broken == 1)
    for row in [
      "| seed | 7, rounds 3 to 4 |", "| rounds | 2, 1 with a broken property |",
      "| broken properties | 1: 1 S3 |",
      "| probes | 10,000, 6 without an answer |",
      "| client packets in captures | 16,000, 200 without an answer, 0 answered by two nodes |",
      "| longest hole of a bucket | 404 ms |",
      "| a daemon's memory | 3,072 to 4,096 KiB, grown by 2 KiB at most |",
      "| a daemon's descriptors | 33 to 34, grown by 1 at most |",
    ] { #expect(table.contains(row + "\n"), "\(table)") }
    #expect(table.split(separator: "\n").allSatisfy { $0.hasPrefix("| ") || $0 == "|---|---|" })
  }
}

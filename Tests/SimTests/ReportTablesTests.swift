import Engine
import Testing

@testable import Sim

/// The tables beside a report have everything that the page leaves out.
@Suite struct ReportTablesTests {
  func tables(_ scenario: Scenario, _ result: TrialResult) -> [String: [String]] {
    let histories = result.ownership.map { ($0.group, OwnershipHistory($0, end: result.end)) }
    let tables = ReportTables(
      scenario: scenario, result: result, histories: histories,
      marks: ChartMarks(scenario, end: result.end))
    #expect(tables.files.map(\.name) == ReportTables.names)
    return Dictionary(
      uniqueKeysWithValues: tables.files.map { name, text in
        (name, text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
      })
  }

  @Test func everyLineAndEveryChangeIsThere() throws {
    let sample = ReportSample()
    let tables = tables(sample.scenario, sample.result)
    let events = try #require(tables["events.csv"])
    #expect(events[0] == "time_s,node,kind,text" && events[1] == "20,node2,fault,lost power")
    #expect(events[3] == "20.517,,ownership,every bucket has one owner" && events.count == 4 + 2)
    let faults = try #require(tables["faults.csv"])
    #expect(
      faults[1] == "1,20,node2 lost power,0.5155,0.0009,0.0006,0.00031,0.517,256,256,yes,0,0,"
        && faults.count == 4
    )
    let load = try #require(tables["load.csv"])
    #expect(load[0] == "start_s,end_s,lost,twice,node1,node2,node3,node4,unserved")
    // Nobody counted what no application answered.
    #expect(load[1] == "0,0.5,0,0,0,0,0,0," && load[41].hasPrefix("20,20.5,990,0,") && load.count == 202)
    let ownership = try #require(tables["ownership.csv"])
    #expect(ownership[0] == "time_s,group,bucket,owners,state,unreached")
    #expect(ownership[1] == "1.3,web,0,node1,owned,")
    #expect(ownership.filter { $0.hasPrefix("20,web,") }.allSatisfy { $0.hasSuffix(",,hole,") })
    // A change a bucket, and two more twice for those of node2.
    #expect(ownership.count == 2 + 1024 + 4 * (0..<1024).count { sample.home($0) == 1 })
  }

  @Test func cellsAreQuotedAndSecondsExact() {
    var table = CSVText(["a", "b"])
    table.row(["x,y", "he said \"no\"\n"])
    #expect(table.text == "a,b\n\"x,y\",\"he said \"\"no\"\" \"\n")
    #expect(CSVText.seconds(.nanoseconds(1_000_000_001)) == "1.000000001")
    #expect(CSVText.seconds(.milliseconds(-1500)) == "-1.5")
    #expect(CSVText.seconds(Instant.zero + .seconds(60)) == "60")
    #expect(CSVText.seconds(nil as Duration?) == "")
  }
}

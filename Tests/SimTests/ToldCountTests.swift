import Engine
import Testing

@testable import Sim

/// Counts in tables: what has a row, and what is counted apart.
@Suite struct ToldCountTests {
  @Test func whatComesBeforeTheFirstFaultHasARow() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{port: 80}]}
      networks: {lan: {loss: 2 %}}
      traffic: {arrivals: 200/s}
      faults: [{at: 20 s, crash: node2}]
      run: {duration: 30 s}
      """)
    let before = run.result.outcome.beforeFaults.repeated
    #expect(before > 20)
    let row = try run.row("before the first of these")
    #expect(row.contains(Readable.count(before)), "\(row)")
    #expect(run.json.contains("\"before_faults\""))
  }

  /// A segment of a connection that its new node does not know is answered: by a reset.
  @Test func aResetPacketIsNotLost() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 4, virtual_ip: 192.0.2.1, rules: [{port: 80, identity: address_port}]}
      traffic: {arrivals: 300/s, flow: {duration: 10 s, segment_interval: 500 ms}}
      faults: [{at: 20 s, crash: node2}]
      run: {duration: 50 s}
      """)
    let reset = try #require(run.result[.flowsReset]).value
    #expect(reset > 300 && run.result[.packetsReset] == Measured(reset))
    // What is sent while nobody has the buckets, and nothing of what is reset later.
    let lost = try #require(run.result[.packetsLost]).value
    let late = run.result.load.lost.enumerated().filter {
      Instant.zero + $0.offset * run.result.load.binWidth > .zero + .seconds(21)
    }
    #expect(lost > 0 && late.allSatisfy { $0.element == 0 })
    #expect(run.summary.contains("  packets_reset"))
  }

  /// Of lost packets some would have come to no node, and the others were lost on the way.
  @Test func whatChanceTookIsToldApart() throws {
    func run(_ faults: String, loss: String) throws -> (run: PlayedCase, lost: Int, onTheWay: Int) {
      let run = try PlayedCase(
        """
        farm: {nodes: 4, virtual_ip: 192.0.2.1, rules: [{port: 80, identity: address_port}, {protocol: udp, port: 53}]}
        networks: {lan: {loss: {uplink: \(loss)}}}
        traffic:
          - {rule: 80, arrivals: 200/s, flow: {duration: 5 s, segment_interval: 500 ms}}
          - {rule: 53, arrivals: 100/s}
        faults: [\(faults)]
        run: {duration: 50 s}
        """)
      let counts = run.result.outcome.streams.map(\.counts)
      return (run, counts.reduce(0) { $0 + $1.lost }, counts.reduce(0) { $0 + $1.lostOnTheWay })
    }
    let quiet = try run("", loss: "1 %")
    #expect(quiet.lost > 500 && quiet.onTheWay == quiet.lost)
    #expect(quiet.run.page.contains(" All lost packets were lost on the way, by chance."))
    let crash = try run("{at: 20 s, crash: node2}", loss: "1 %")
    #expect(crash.onTheWay < crash.lost && Double(crash.onTheWay) > 0.8 * Double(quiet.lost))
    #expect(
      crash.run.page.contains(
        " \(Readable.count(crash.onTheWay)) of the lost packets were lost on the way, by chance."))
    let none = try run("{at: 20 s, crash: node2}", loss: "0 %")
    #expect(none.lost > 100 && none.onTheWay == 0 && !none.run.page.contains("by chance"))
    // Without loss, all that is lost after the last hole came to a node that had the bucket and not the connection.
    let counts = none.run.result.outcome.streams[0].counts
    let load = none.run.result.load
    let hole = try #require(none.run.result.rebalances.first?.total)
    let late = load.lost.enumerated().filter {
      Instant.zero + $0.offset * load.binWidth > .zero + .seconds(20) + hole
    }.reduce(0) { $0 + $1.element }
    #expect(counts.lostUnknown >= late && counts.lostUnknown < counts.lostOfOpen)
  }

  @Test func whereNoClientComesThatIsSaid() throws {
    let run = try PlayedCase(
      "{farm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{port: 80}]}, run: {duration: 10 s}}")
    let words = "No client comes in this run: the scenario has no traffic."
    #expect(run.summary.contains(words) && run.page.contains(words))
    #expect(!run.summary.contains("packets_lost"))
  }

  /// Packets of one client are not independent: a test that supposes so finds what is not there.
  @Test func noPValueIsTold() throws {
    let run = try PlayedCase(
      """
      farm: {nodes: 4, virtual_ip: 192.0.2.1, rules: [{port: 80}]}
      traffic: {arrivals: 200/s, clients: 100}
      run: {duration: 30 s}
      """)
    #expect(!run.page.contains("| p |") && !run.page.contains("&lt; 0.001"))
    #expect(run.page.contains("Whether chance alone makes a load this uneven is not judged"))
  }

  /// Half of what is due goes by weight and half by priority: each row says by which.
  @Test func whatIsDueIsToldByWhat() throws {
    let run = try PlayedCase(
      """
      farm:
        nodes: 3
        virtual_ip: 192.0.2.1
        groups: {web: {buckets: 64}, db: {buckets: 64, policy: priority}}
        rules: [{port: 80, group: web}, {port: 5432, group: db}]
      traffic: [{rule: 80, arrivals: 100/s}, {rule: 5432, arrivals: 20/s}]
      faults: [{at: 20 s, crash: node1}]
      run: {duration: 40 s}
      """)
    let lines = run.summary.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("  web    node2  packets  weight  ") }, "\(run.summary)")
    #expect(lines.contains { $0.hasPrefix("  db     node2  packets  priority  ") }, "\(run.summary)")
    #expect(run.summary.contains("of a group with a priority, all of it to the first node in service."))
  }

  /// A time that was drawn has nine digits; a sentence has those that anybody reads.
  @Test func momentsAreRounded() {
    #expect(Readable.moment(Instant(nanoseconds: 44_779_642_170)) == "44.78 s")
    #expect(Readable.moment(Instant(nanoseconds: 20_000_000_000)) == "20 s")
    #expect(Readable.moment(Instant(nanoseconds: 250_000_000)) == "250 ms")
    #expect(Readable.moment(Instant(nanoseconds: 61_234_567_890)) == "61.235 s")
  }
}

import Engine
import Foundation
import Testing

@testable import Sim

/// What new clients do not show of a load: packets of older connections, nodes that are away, clients behind few
/// addresses.
@Suite struct OlderConnectionsTests {
  private static func play(_ name: String) throws -> PlayedCase {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try PlayedCase(
      String(contentsOf: root.appendingPathComponent("Scenarios/\(name).yaml"), encoding: .utf8))
  }

  /// The cells of a row of the page that begins with some cells, behind them.
  private static func row(_ page: String, _ beginning: String) throws -> [String] {
    let line = try #require(page.split(separator: "\n").first { $0.hasPrefix("| \(beginning) |") })
    return line.dropFirst(beginning.count + 4).split(separator: "|").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  /// Buckets go where weights say at once, packets later: both are told, of one window, and who had a share meanwhile.
  @Test func whatWeightsSayIsToldOfPacketsToo() throws {
    let run = try Self.play("many-services")
    let cells = try Self.row(run.page, "database | big2 | packets | priority")
    let from = try #require(run.result.outcome.owned.last).from
    #expect(cells[4] == "0 %" && Double(cells[5].dropLast(2))! > 40)
    #expect(
      run.answer.contains(
        "; older connections stay where they are, so that big2 carried \(cells[5]) of the packets for database from "
          + "\(Readable.moment(from)) on (due: 0 %). "), "\(run.answer)")
    #expect(
      run.answer.contains(
        "; after big1 lost power at 20 s, the other nodes had the share of big1, and when the run ended buckets lay by weight"
      ), "\(run.answer)")
  }

  /// Clients who share addresses are those who might all come to one node.
  @Test func clientsOfFewAddressesAreToldFirst() throws {
    let run = try Self.play("clients-behind-nat")
    let shares = run.result.outcome.stretches.map { stretch in
      let mobile = stretch.flows[0]
      return Readable.share(Double(mobile.max()!) / Double(mobile.reduce(0, +)))
    }
    try #require(shares.count == 2)
    #expect(
      run.answer.hasPrefix(
        "No: of the new connections of the stream mobile no node took more than \(shares[0]) before the first fault and "
          + "\(shares[1]) after node2 lost power at 30 s; the new connections went to nodes "),
      "\(run.answer)")
  }

  /// Of a load in which every node has its share of packets nothing is told.
  @Test func whereNothingLagsNothingIsTold() throws {
    let run = try PlayedCase(
      """
      about: load
      farm: {nodes: 3, virtual_ip: 192.0.2.100, rules: [{port: 80, identity: address_port}]}
      traffic: {arrivals: 200/s, clients: 4000, flow: {duration: 1 s, segment_interval: 500 ms}}
      faults: [{at: 20 s, crash: node2}, {at: 40 s, restart: node2}]
      run: {duration: 80 s}
      """)
    #expect(!run.answer.contains("older connections"), "\(run.answer)")
  }
}

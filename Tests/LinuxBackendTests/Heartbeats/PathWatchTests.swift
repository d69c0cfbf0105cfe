import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// A path that carries connections but no heartbeats.
struct PathWatchTests {
  private static let (other, lan) = (NodeID(1), NetworkID(0))

  private static func watch() throws -> PathWatch {
    let text = DaemonFarm.usual.replacing("KEY", with: "/key")
    return PathWatch(DriverSetup(try DaemonFile.read(text: text, file: "f").get(), node: NodeID(0)))
  }

  private static func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

  /// Hears of a node for some time, and looks once a second.
  private static func hear(
    _ watch: inout PathWatch, _ times: Range<Int>, note: Int?, heartbeat: Int?
  ) -> (new: [PathTrouble], gone: [PathTrouble]) {
    var (new, gone): ([PathTrouble], [PathTrouble]) = ([], [])
    for ms in times where ms % 100 == 0 {
      if let heartbeat { watch.takeHeartbeat(of: heartbeat, from: other, on: lan, at: at(ms)) }
      guard ms % 1000 == 0 else { continue }
      if let note { watch.takeNote(of: note, from: other, on: lan, at: at(ms)) }
      let found = watch.look(mtus: [1500], at: at(ms))
      new += found.new
      gone += found.gone
    }
    return (new, gone)
  }

  /// A node whose notes arrive and whose heartbeats do not is told once, and when they do again.
  @Test func aNodeWhoseNotesArriveAndWhoseHeartbeatsDoNotIsToldOnce()
    throws
  {
    var watch = try Self.watch()
    let trouble = PathTrouble(network: Self.lan, node: Self.other, packetBytes: 428)
    #expect(Self.hear(&watch, 0..<20_000, note: 400, heartbeat: 400) == ([], []))
    #expect(Self.hear(&watch, 20_000..<40_000, note: 400, heartbeat: nil) == ([trouble], []))
    #expect(watch.troubles == [trouble])
    #expect(Self.hear(&watch, 40_000..<50_000, note: 400, heartbeat: 400) == ([], [trouble]))
  }

  /// A heartbeat of several parts also has shorter parts.
  @Test func shorterHeartbeatsAreNotEnoughAndNeitherIsAFarmdThatTellsNothing() throws {
    var watch = try Self.watch()
    #expect(Self.hear(&watch, 0..<20_000, note: 400, heartbeat: 399).new.count == 1)
    watch = try Self.watch()
    #expect(Self.hear(&watch, 0..<20_000, note: nil, heartbeat: nil) == ([], []))
    #expect(Self.hear(&watch, 20_000..<40_000, note: nil, heartbeat: 100) == ([], []))
  }

  @Test func aNodeThatHasGoneIsInNoTroubleAndOneThatIsBackHasItsTime() throws {
    var watch = try Self.watch()
    _ = Self.hear(&watch, 0..<10_000, note: 400, heartbeat: 400)
    #expect(Self.hear(&watch, 10_000..<60_000, note: nil, heartbeat: nil) == ([], []))
    #expect(Self.hear(&watch, 60_000..<62_900, note: 400, heartbeat: nil) == ([], []))
    #expect(Self.hear(&watch, 63_000..<64_000, note: 400, heartbeat: nil).new.count == 1)
  }

  /// 247 bytes: 88 + 2 + 2 times 36 for the nodes, 21 + 32 for 256 buckets, and 32 for the trailer. The headers before
  /// them have 28.
  @Test func anInterfaceThatIsTooNarrowIsTold() throws {
    var watch = try Self.watch()
    #expect(watch.ownLength == 247)
    #expect(watch.look(mtus: [275], at: .zero) == ([], []))
    let found = watch.look(mtus: [274], at: .zero).new
    let names = FarmNames(
      Farm(
        nodes: ["a", "b"], virtualIPs: [], groups: [], networks: ["lan"], settings: Settings(nodeCount: 2)))
    #expect(
      found.map { $0.words(names) } == [
        "network lan: the MTU of eth0 is 274, and heartbeats of this farm take IP packets of 275 bytes"
      ])
    #expect(watch.look(mtus: [nil], at: .zero).gone == found)
  }

  /// By then each node serves all clients, and does not know that the other does.
  @Test(.needsNamespaces)
  func aRunningDaemonNamesTheMemberWhoseHeartbeatsAreTooLongForTheWay() async throws {
    let farm = try DaemonFarm()
    try await farm.startAll()
    try farm.segment.bridge.shell(
      "nft 'table bridge t { chain c { type filter hook forward priority 0; iifname p1 udp dport 7946 ip length > 200 drop; }; }'"
    )
    let words =
      "network lan: short datagrams of node1 arrive, and its heartbeats in IP packets of 275 bytes do not"
    let log = try await ForeignTests.log(farm.nodes[1], seconds: 10, has: words)
    #expect(log.contains("error    \(words): look at the MTU"), "\(log)")
    let status = try await farm.order(1, "status")
    #expect(status.contains("heartbeats are too long  1      now   \(words)"), "\(status)")
    // The other direction has no trouble.
    #expect(farm.nodes[0].status?.machine?.paths == [])
    try farm.segment.bridge.shell("nft delete table bridge t")
    #expect(
      try await ForeignTests.log(farm.nodes[1], has: "gone: \(words)").contains("notice   gone: \(words)"))
    try farm.segment.nodes[0].shell("ip link set eth0 mtu 274")
    let narrow =
      "network lan: the MTU of eth0 is 274, and heartbeats of this farm take IP packets of 275 bytes"
    #expect(try await ForeignTests.log(farm.nodes[0], has: narrow).contains("error    \(narrow)"))
  }
}

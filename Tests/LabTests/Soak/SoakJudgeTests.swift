import Engine
import FarmFile
import Sim
import Testing

@testable import Lab

/// Made-up histories of two nodes and two buckets with the default profile: tau 550 ms, lease 450 ms.
@Suite struct SoakJudgeTests {
  private static func history(
    _ faults: String, edges: [(Int, Int, Bool)], _ changes: [(at: Int, bucket: Int, owners: [Int])],
    probes: [AnsweredPacket] = [], lateness: [SoakHistory.Lateness] = [], seconds: Int = 20
  ) throws -> SoakHistory {
    let text = """
      farm: {nodes: 3, virtual_ip: 192.0.2.1, groups: {web: {buckets: 64}}, rules: [{port: 80}]}
      networks: {lan: {loss: 0 %}}
      faults: [\(faults)]
      run: {duration: \(seconds) s}
      """
    var timeline = OwnershipTimeline(group: GroupID(0), bucketCount: 2)
    for change in [(at: 0, bucket: 0, owners: [0]), (0, 1, [1])] + changes {
      var owners = NodeSet.empty
      for owner in change.owners { owners.insert(NodeID(owner)) }
      timeline.changes.append(
        OwnershipChange(at: Self.at(change.at), bucket: Bucket(change.bucket), owners: owners))
    }
    return SoakHistory(
      scenario: try Scenario.read(text: text, name: "made up").get(),
      edges: edges.map { FaultPlan.Edge(at: at($0.0), fault: $0.1, isEnd: $0.2) }, ownership: [timeline],
      probes: probes, lateness: lateness, end: at(1000 * seconds))
  }

  private static func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

  private static let crash = "{at: 5 s, for: 5 s, crash: node2}"
  private static let crashEdges = [(5000, 0, false), (10_000, 0, true)]
  private static let crashChanges: [(at: Int, bucket: Int, owners: [Int])] = [
    (5000, 1, []), (5560, 1, [0]), (11_000, 1, []), (11_012, 1, [1]),
  ]

  private func properties(_ history: SoakHistory) -> [String] {
    SoakJudge.verdict(history).violations.map(\.property.rawValue)
  }

  @Test func aCrashWithinItsBoundsBreaksNothing() throws {
    let history = try Self.history(Self.crash, edges: Self.crashEdges, Self.crashChanges)
    let verdict = SoakJudge.verdict(history)
    #expect(verdict.violations.isEmpty)
    #expect(verdict.longestHole == .milliseconds(560) && verdict.longestDouble == .zero)
  }

  /// A move may take 15 ms, or 130 ms from the start of a new daemon, which first has to hear all others; and the
  /// machine's 60 ms in either case.
  @Test func aMoveMayWaitForADaemonThatIsReplacedMeanwhile() throws {
    let faults = Self.crash + ", {at: 11001 ms, for: 45 ms, upgrade: node1}"
    func broken(_ length: Int, hasUpgrade: Bool) throws -> [String] {
      var changes = Self.crashChanges
      changes[3].at = 11_000 + length
      let upgrade = hasUpgrade ? [(11_001, 1, false), (11_046, 1, true)] : []
      return properties(try Self.history(faults, edges: Self.crashEdges + upgrade, changes))
    }
    #expect(try broken(158, hasUpgrade: true).isEmpty)
    #expect(try broken(158, hasUpgrade: false) == ["S3"])
    #expect(try broken(240, hasUpgrade: true) == ["S3"])
  }

  @Test func aDoubleWithoutLossBreaksS2() throws {
    var changes = Self.crashChanges
    changes.insert((10_990, 1, [0, 1]), at: 2)
    changes[3] = (11_000, 1, [1])
    changes.removeLast()
    let verdict = SoakJudge.verdict(try Self.history(Self.crash, edges: Self.crashEdges, changes))
    #expect(verdict.violations.map(\.property) == [.doubles])
    #expect(
      verdict.violations.first?.text
        == "node1 and node2 both owned bucket 1 of web for 10 ms, 2 ms are allowed, 990 ms after the end of the "
        + "crash of node2 at 10 s")
  }

  @Test func aDoubleIsBoundedUnderLossAndNotExcluded() throws {
    let loss = "{at: 5 s, for: 5 s, loss: 20 %}"
    func history(_ length: Int) throws -> SoakHistory {
      try Self.history(
        loss, edges: [(5000, 0, false), (10_000, 0, true)],
        [(7000, 1, [0, 1]), (7000 + length, 1, [1])])
    }
    // The bound is (k + 1) T + 2 delta + C, and 2 ms.
    #expect(properties(try history(610)) == [])
    #expect(properties(try history(625)) == ["S2"])
  }

  @Test func aHoleAfterACrashThatIsTooLongBreaksS3() throws {
    var changes = Self.crashChanges
    changes[1].at = 5640
    #expect(properties(try Self.history(Self.crash, edges: Self.crashEdges, changes)) == ["S3"])
  }

  @Test func whoIsBeingReplacedTakesOverLater() throws {
    let faults = Self.crash + ", {at: 5300 ms, for: 200 ms, upgrade: node1}"
    func history(_ end: Int) throws -> SoakHistory {
      var changes = Self.crashChanges
      changes[1].at = end
      return try Self.history(
        faults, edges: [(5000, 0, false), (5300, 1, false), (5500, 1, true), (10_000, 0, true)], changes)
    }
    #expect(properties(try history(6100)) == [])
    #expect(properties(try history(6130)) == ["S3"])
  }

  /// To the other nodes, an upgrade that takes longer than the lease is a kill.
  @Test func anUpgradeThatTheMachineMakesLateIsAKill() throws {
    let upgrade = "{at: 5 s, for: 80 ms, upgrade: node2}"
    func history(atWork: Int?, until end: Int = 5560) throws -> SoakHistory {
      var history = try Self.history(
        upgrade, edges: [(5000, 0, false), (5080, 0, true)],
        [(5300, 1, []), (end, 1, [0]), (6500, 1, []), (6510, 1, [1])])
      history.atWork[0] = atWork.map { Self.at($0) }
      return history
    }
    #expect(properties(try history(atWork: 5600)) == [])
    #expect(properties(try history(atWork: 5600, until: 5950)) == ["S3"])
    #expect(properties(try history(atWork: 5140)) == ["S3"])
    #expect(properties(try history(atWork: nil)) == ["S3"])
  }

  /// A lease begins when the kernel handles the request, which may take an interval.
  @Test func aLeaseMayEndLaterIfTheKernelWasLate() throws {
    func history(_ end: Int, late: Int?) throws -> SoakHistory {
      try Self.history(
        "{at: 5 s, for: 5 s, kill: node2}", edges: Self.crashEdges,
        [(end, 1, []), (5600, 1, [0]), (11_000, 1, []), (11_012, 1, [1])],
        lateness: late.map { [SoakHistory.Lateness(at: Self.at(5050), length: .milliseconds($0))] } ?? [])
    }
    #expect(properties(try history(5460, late: nil)) == [])
    #expect(properties(try history(5520, late: nil)) == ["S4"])
    #expect(properties(try history(5520, late: 80)) == [])
    #expect(properties(try history(5580, late: 300)) == ["S4"])
  }

  @Test func aNodeThatHasJustJoinedTakesOverLater() throws {
    let faults = "{at: 4 s, for: 500 ms, kill: node3}, " + Self.crash
    func history(_ end: Int) throws -> SoakHistory {
      var changes = Self.crashChanges
      changes[1].at = end
      return try Self.history(
        faults, edges: [(4000, 0, false), (4500, 0, true), (5000, 1, false), (10_000, 1, true)], changes)
    }
    #expect(properties(try history(5640)) == [])
    #expect(properties(try history(5645)) == ["S3"])
  }

  @Test func aHandOverThatIsTooLongBreaksS3() throws {
    var changes = Self.crashChanges
    changes[3].at = 11_080
    #expect(properties(try Self.history(Self.crash, edges: Self.crashEdges, changes)) == ["S3"])
  }

  @Test func aMachineThatWasLateIsGrantedItAndNotJudgedBeyondTheTolerance() throws {
    var changes = Self.crashChanges
    changes[3].at = 11_400
    func history(_ late: Int) throws -> SoakHistory {
      try Self.history(
        Self.crash, edges: Self.crashEdges, changes,
        lateness: [SoakHistory.Lateness(at: Self.at(11_390), length: .milliseconds(late))])
    }
    #expect(properties(try history(200)) == ["S3"])
    #expect(properties(try history(340)) == [])
    changes[3].at = 12_400
    let verdict = SoakJudge.verdict(try history(360))
    #expect(verdict.violations.isEmpty && verdict.unjudged == 1)
  }

  @Test func aBucketWithoutAnOwnerAtTheEndBreaksS1() throws {
    let changes = Self.crashChanges.dropLast()
    #expect(properties(try Self.history(Self.crash, edges: Self.crashEdges, Array(changes))) == ["S1"])
  }

  @Test func aStalledDaemonsFilterThatAcceptsAfterTheLeaseBreaksS4() throws {
    let stall = "{at: 5 s, for: 2 s, stall: node2}"
    let edges = [(5000, 0, false), (7000, 0, true)]
    func history(_ end: Int) throws -> SoakHistory {
      try Self.history(stall, edges: edges, [(end, 1, []), (5500, 1, [0]), (8000, 1, [1])])
    }
    #expect(properties(try history(5460)) == [])
    #expect(properties(try history(5470)) == ["S4"])
  }

  @Test func aNodeThatHasNotItsShareBackBreaksL2() throws {
    let changes = Self.crashChanges.prefix(2)
    #expect(properties(try Self.history(Self.crash, edges: Self.crashEdges, Array(changes))) == ["L2"])
  }

  @Test func aProbeThatTwoAnswerBreaksS2WhateverTheFiltersSay() throws {
    let probe = AnsweredPacket(
      at: Self.at(3000), group: GroupID(0), bucket: Bucket(0), answers: NodeSet(first: 2))
    let history = try Self.history(
      Self.crash, edges: Self.crashEdges, Self.crashChanges, probes: [probe])
    #expect(properties(history) == ["S2"])
  }

  @Test func probesThatNobodyAnswersBreakS3() throws {
    let probes = (0..<100).map {
      AnsweredPacket(
        at: Self.at(1000 + 10 * $0), group: GroupID(0), bucket: Bucket(0),
        answers: $0 < 10 ? .empty : NodeSet(NodeID(0)))
    }
    let history = try Self.history(
      Self.crash, edges: Self.crashEdges, Self.crashChanges, probes: probes)
    #expect(properties(history) == ["S3"])
  }

  /// Twenty minutes have a hundred thousand holes and probes, hundreds of faults and mishaps, and tens of thousands of
  /// late moments. To look through all of the one kind for each of the other would take hours.
  @Test func aLongRoundIsJudged() throws {
    let faults = (0..<400).map { "{at: \(1 + 3 * $0) s, for: 1 s, crash: node2}" }.joined(separator: ", ")
    var changes = (0..<64).map { (at: 0, bucket: $0, owners: [1]) }
    var edges: [(Int, Int, Bool)] = []
    for fault in 0..<400 {
      let crash = 1000 + 3000 * fault
      edges += [(crash, fault, false), (crash + 1000, fault, true)]
      // Each bucket is lost, taken over and handed back.
      for bucket in 0..<64 {
        changes += [(crash, bucket, []), (crash + 550, bucket, [0])]
        changes += [(crash + 2000, bucket, []), (crash + 2010, bucket, [1])]
      }
    }
    var history = try Self.history(faults, edges: edges, [], seconds: 1201)
    history.ownership[0] = OwnershipTimeline(group: GroupID(0), bucketCount: 64)
    history.ownership[0].changes = changes.map { change in
      OwnershipChange(
        at: Self.at(change.at), bucket: Bucket(change.bucket),
        owners: change.owners.reduce(into: NodeSet.empty) { $0.insert(NodeID($1)) })
    }
    history.lateness = (0..<40_000).map {
      SoakHistory.Lateness(at: Self.at(30 * $0), length: .milliseconds(3))
    }
    history.mishaps = (0..<400).map { number in
      let at = Self.at(2700 + 3000 * number)
      let kind = number % 2 == 0 ? Mishap.Kind.flush(NodeID(0)) : .foreignTable(NodeID(1))
      return .init(mishap: Mishap(kind: kind, at: at - .zero, until: nil), begin: at, end: at)
    }
    history.said[NodeID(0)] = (0..<400).map {
      DaemonLog.Line(at: Self.at(2750 + 3000 * $0), text: "the filter was gone and is repaired")
    }
    history.probes = (0..<100_000).map {
      AnsweredPacket(
        at: Self.at(12 * $0), group: GroupID(0), bucket: Bucket($0 % 64), answers: NodeSet(NodeID(0)))
    }
    let verdict = SoakJudge.verdict(history)
    #expect(verdict.violations.map(\.text) == [])
    #expect(verdict.longestHole == .milliseconds(550) && verdict.lateness == .milliseconds(3))
    #expect(verdict.probes > 50_000)
  }
}

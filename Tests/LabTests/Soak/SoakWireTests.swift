import Engine
import FarmFile
import Glibc
import LinuxBackend
import Sim
import Testing

@testable import Lab

/// Made-up captures, logs and holdings of two nodes with the default profile: tau 550 ms, lease 450 ms, T 100 ms.
@Suite struct SoakWireTests {
  private static func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

  /// Two buckets, each with its node, to which only the given faults and mishaps happen.
  private static func history(
    _ faults: String = "", edges: [(Int, Int, Bool)] = [], mishaps: [(Mishap.Kind, Int, Int)] = [],
    prepare: (inout SoakHistory) -> Void = { _ in }
  ) throws -> SoakHistory {
    let text = """
      farm: {nodes: 2, virtual_ip: 192.0.2.1, groups: {web: {buckets: 64}}, rules: [{port: 80}]}
      networks: {lan: {loss: 0 %}, backup: {carries: heartbeat, loss: 0 %}}
      faults: [\(faults)]
      run: {duration: 20 s}
      """
    var timeline = OwnershipTimeline(group: GroupID(0), bucketCount: 2)
    for node in 0..<2 {
      timeline.changes.append(
        OwnershipChange(at: .zero, bucket: Bucket(node), owners: NodeSet(NodeID(node))))
    }
    var history = SoakHistory(
      scenario: try Scenario.read(text: text, name: "made up").get(),
      edges: edges.map { FaultPlan.Edge(at: at($0.0), fault: $0.1, isEnd: $0.2) }, ownership: [timeline],
      probes: [], lateness: [], end: at(20_000))
    history.mishaps = mishaps.map { kind, begin, end in
      SoakHistory.MishapSpan(
        mishap: Mishap(
          kind: kind, at: .milliseconds(begin), until: begin == end ? nil : .milliseconds(end)),
        begin: at(begin), end: at(end))
    }
    prepare(&history)
    return history
  }

  private func properties(_ history: SoakHistory) -> [String] {
    SoakJudge.verdict(history).violations.map(\.property.rawValue)
  }

  private static func double(_ milliseconds: Int) -> AnsweredPacket {
    AnsweredPacket(
      at: at(milliseconds), group: GroupID(0), bucket: Bucket(0), answers: NodeSet(first: 2))
  }

  private static func gap(_ first: Int, _ last: Int) -> WireRecord.Gap {
    WireRecord.Gap(
      group: GroupID(0), bucket: Bucket(0), first: at(first), last: at(last), packets: 3, reached: .empty)
  }

  // MARK: Captures

  @Test func aPacketThatTwoAnswerBreaksS2AndIsNamed() throws {
    let history = try Self.history { $0.wire.doubles = [Self.double(5000)] }
    let verdict = SoakJudge.verdict(history)
    #expect(verdict.violations.map(\.property) == [.doubles])
    #expect(
      verdict.violations.first?.text
        == "captures show that node1 and node2 both answered a packet of bucket 0 of web, which node1 owned, before "
        + "the first fault")
  }

  @Test func aPacketThatMeetsAHandOverProvesNothing() throws {
    let history = try Self.history {
      $0.wire.doubles = [Self.double(5000)]
      for (time, node) in [(5005, 1), (9000, 0)] {
        $0.ownership[0].changes.append(
          OwnershipChange(at: Self.at(time), bucket: Bucket(0), owners: NodeSet(NodeID(node))))
      }
    }
    #expect(properties(history) == [])
  }

  /// A repair may take one tick, 5 ms and the machine's 60 ms.
  @Test func aFlushExcusesADoubleUntilItsRepairAndNoLonger() throws {
    func broken(_ milliseconds: Int) throws -> [String] {
      properties(
        try Self.history(mishaps: [(.flushOwn(NodeID(1)), 5000, 5000)]) {
          $0.wire.doubles = [Self.double(milliseconds)]
          $0.said[NodeID(1)] = [DaemonLog.Line(at: Self.at(5010), text: "repaired: the table")]
        })
    }
    #expect(try broken(5020) == [])
    #expect(try broken(5160) == [])
    #expect(try broken(5180) == ["S2"])
    #expect(try broken(4990) == ["S2"])
  }

  @Test func packetsThatNobodyAnswersForTooLongBreakS3() throws {
    func broken(_ length: Int, _ prepare: @escaping (inout SoakHistory) -> Void = { _ in }) throws -> [String]
    {
      properties(
        try Self.history {
          $0.wire.gaps = [Self.gap(5000, 5000 + length)]
          prepare(&$0)
        })
    }
    // A hand-over takes 15 ms, and the machine is granted 60 ms.
    #expect(try broken(70) == [])
    #expect(try broken(90) == ["S3"])
    // Frames that could not be captured may have been the answers.
    #expect(try broken(90) { $0.wire.lost = 1 } == [])
  }

  @Test func aCrashExcusesASilenceUntilItsDetection() throws {
    func broken(_ length: Int) throws -> [String] {
      properties(
        try Self.history(
          "{at: 5 s, for: 5 s, crash: node1}", edges: [(5000, 0, false), (10_000, 0, true)]
        ) {
          $0.wire.gaps = [Self.gap(5000, 5000 + length)]
          for (time, owners) in [
            (5000, NodeSet.empty), (5560, NodeSet(NodeID(1))), (11_000, NodeSet(NodeID(0))),
          ] {
            $0.ownership[0].changes.append(
              OwnershipChange(at: Self.at(time), bucket: Bucket(0), owners: owners))
          }
        })
    }
    #expect(try broken(600) == [])
    #expect(try broken(640) == ["S3"])
  }

  @Test func aFlushedNodeMayMisleadTheRouterUntilItsSecondAnnouncement() throws {
    func broken(_ kind: Mishap.Kind, _ length: Int) throws -> [String] {
      properties(
        try Self.history(mishaps: [(kind, 5000, 5000)]) {
          $0.wire.gaps = [Self.gap(5000, 5000 + length)]
          $0.said[NodeID(1)] = [DaemonLog.Line(at: Self.at(5010), text: "repaired: the table")]
        })
    }
    #expect(try broken(.flush(NodeID(1)), 1400) == [])
    #expect(try broken(.flush(NodeID(1)), 1600) == ["S3"])
    #expect(try broken(.flushOwn(NodeID(1)), 1400) == ["S3"])
  }

  @Test func aNodeThatAnswersAfterItsLeaseBreaksS4() throws {
    func broken(_ milliseconds: Int) throws -> [String] {
      properties(
        try Self.history(
          "{at: 5 s, for: 2 s, stall: node2}", edges: [(5000, 0, false), (7000, 0, true)]
        ) {
          $0.wire.suspects = [
            WireRecord.Answer(
              at: Self.at(milliseconds), group: GroupID(0), bucket: Bucket(0), node: NodeID(1))
          ]
          // The other node takes over its bucket.
          for (time, owners) in [
            (5450, NodeSet.empty), (5550, NodeSet(NodeID(0))), (8000, NodeSet(NodeID(1))),
          ] {
            $0.ownership[0].changes.append(
              OwnershipChange(at: Self.at(time), bucket: Bucket(1), owners: owners))
          }
        })
    }
    #expect(try broken(5460) == [])
    #expect(try broken(5470) == ["S4"])
  }

  // MARK: Logs

  @Test func aDaemonThatSaysNothingOfWhatOthersDoBreaksT1() throws {
    let notrack = Mishap.Kind.notrack(NodeID(1))
    func broken(_ kind: Mishap.Kind, until end: Int, says lines: [(Int, String)]) throws -> [String] {
      properties(
        try Self.history(mishaps: [(kind, 5000, end)]) {
          $0.said[NodeID(1)] = lines.map { DaemonLog.Line(at: Self.at($0.0), text: $0.1) }
        })
    }
    let line = "connections to the virtual IP are not tracked, and end after their handshake, because of x"
    #expect(try broken(notrack, until: 8000, says: [(5900, line)]) == [])
    #expect(try broken(notrack, until: 8000, says: []) == ["T1"])
    #expect(try broken(notrack, until: 8000, says: [(4000, line), (7900, line)]) == ["T1"])
    // The rule must be there long enough to be reported.
    #expect(try broken(notrack, until: 6000, says: []) == [])
    #expect(try broken(.flush(NodeID(1)), until: 5000, says: []) == ["T1"])
    #expect(try broken(.foreignTable(NodeID(1)), until: 8000, says: []) == [])
    // A short path is known as one after three seconds.
    let short = Mishap.Kind.shortPath(NodeID(1), NetworkID(1))
    let path =
      "network backup: short datagrams of node1 arrive, and others do not: look at the MTU of interfaces"
    #expect(try broken(short, until: 10_400, says: []) == [])
    #expect(try broken(short, until: 10_600, says: []) == ["T1"])
    #expect(try broken(short, until: 10_600, says: [(10_400, path)]) == [])
  }

  /// Each node hears what a neighbour forges, and repeats its report only after ten seconds.
  @Test func forgeriesAreToldByEveryNode() throws {
    func broken(_ lines: [[Int]], from begin: Int = 5000) throws -> [String] {
      properties(
        try Self.history(mishaps: [(.forgery, begin, begin + 3000)]) {
          for (node, times) in lines.enumerated() {
            $0.said[NodeID(node)] = times.map {
              DaemonLog.Line(
                at: Self.at($0), text: "node1 hears heartbeats from node2 that its key does not explain")
            }
          }
        })
    }
    #expect(try broken([[5300], [6900]]) == [])
    #expect(try broken([[5300], []]) == ["T1"])
    #expect(try broken([[5300], [7600]]) == ["T1"])
    #expect(try broken([[5300], [5300]], from: 15_200) == [])
    #expect(try broken([[5300], [5300]], from: 15_400) == ["T1"])
  }

  /// A daemon reports a claim once a minute, and a round may have two claims.
  @Test func aClaimThatGoesOnIsToldOnceAMinute() throws {
    func broken(_ begin: Int, said: Int) throws -> [String] {
      properties(
        try Self.history(mishaps: [(.foreignClaim, begin, begin + 3000)]) {
          for node in 0..<3 {
            $0.said[NodeID(node)] = [
              DaemonLog.Line(
                at: Self.at(said), text: "02:ba:d0:00:00:01 on eth0 claims the virtual IP 192.0.2.1")
            ]
          }
        })
    }
    #expect(try broken(5000, said: 7400) == [])
    #expect(try broken(5000, said: 7600) == ["T1"])
    #expect(try broken(15_000, said: 900) == [])
  }

  /// The daemon that is started while its disk is full reports it.
  @Test func aDiskIsToldByTheDaemonThatIsStarted() throws {
    func broken(_ kind: Mishap.Kind, until end: Int, says time: Int?) throws -> [String] {
      properties(
        try Self.history(
          "{at: 5 s, for: 1 s, kill: node2}", edges: [(5000, 0, false), (6000, 0, true)],
          mishaps: [(kind, 5000, end)]
        ) {
          let text =
            "x.incarnation: cannot write: Read-only file system; the wall clock says which life this is"
          $0.said[NodeID(1)] = time.map { [DaemonLog.Line(at: Self.at($0), text: text)] } ?? []
          for (at, owners) in [(5450, []), (5550, [0]), (8000, [1])] {
            var set = NodeSet.empty
            for owner in owners { set.insert(NodeID(owner)) }
            $0.ownership[0].changes.append(
              OwnershipChange(at: Self.at(at), bucket: Bucket(1), owners: set))
          }
        })
    }
    for kind in [Mishap.Kind.fullDisk(NodeID(1)), .readOnlyDisk(NodeID(1))] {
      #expect(try broken(kind, until: 7200, says: 6400) == [])
      #expect(try broken(kind, until: 7200, says: nil) == ["T1"])
      #expect(try broken(kind, until: 7200, says: 5900) == ["T1"], "of another start")
      // The disk may have been free again before the daemon looked.
      #expect(try broken(kind, until: 6900, says: nil) == [])
    }
  }

  // MARK: Holdings

  @Test func aDaemonThatTakesMoreAndMoreBreaksR1() throws {
    func broken(memory: Int, descriptors: Int) throws -> [String] {
      properties(
        try Self.history {
          var usage = DaemonUsage()
          for second in 0...20 {
            usage.note(
              .init(memory: 40 << 20 + memory * second, descriptors: 30 + descriptors * second), NodeID(1),
              77,
              at: Self.at(second * 1000))
          }
          $0.lives = usage.lives
        })
    }
    #expect(try broken(memory: 0, descriptors: 0) == [])
    #expect(try broken(memory: 1 << 19, descriptors: 0) == [])
    #expect(try broken(memory: 1 << 20, descriptors: 0) == ["R1"])
    #expect(try broken(memory: 0, descriptors: 1) == ["R1"])
  }

  /// Descriptors that are open for a moment do not count as held.
  @Test func aCrowdThatComesAndGoesIsNoGrowth() throws {
    var usage = DaemonUsage()
    for second in 0...20 {
      usage.note(
        .init(memory: 40 << 20, descriptors: second == 19 ? 500 : 30), NodeID(0), 5,
        at: Self.at(second * 1000))
    }
    #expect(usage.lives.map(\.steady) == [.init(memory: 40 << 20, descriptors: 30)])
    let own = try #require(DaemonUsage.holding(of: getpid()))
    #expect(own.memory > 1 << 20 && own.descriptors > 2)
    // A process that has ended holds nothing, which must not count as a small holding.
    let child = try ProcessStart.spawn("/bin/true", [], input: 0, output: 1, errors: 2)
    usleep(300_000)
    #expect(DaemonUsage.holding(of: child) == nil)
    waitpid(child, nil, 0)
  }
}

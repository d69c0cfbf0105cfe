import Engine
import Testing

@testable import LinuxBackend

/// What the preflight concludes from what it heard of the segment, without a network.
@Suite struct SegmentTallyTests {
  static let names = SegmentTally.Names(
    nodes: ["a", "b", "c"], networks: ["lan", "hb"], port: 7946, delivery: [.broadcast, .broadcast],
    sharedAddress: .unicast)
  static let configuration = Digest(rawValue: 5)

  /// A tally of node `a`, which heard both others well, and they it.
  static func healthy() -> SegmentTally {
    var tally = SegmentTally(node: NodeID(0), nodeCount: 3, networkCount: 2, usesFrames: true, session: 77)
    for node in 1...2 {
      for sequence in 1...20 { hear(&tally, node, sequence) }
    }
    return tally
  }

  static func message(
    _ node: Int, _ sequence: Int, heardOfMe: [UInt32] = [9, 20], frames: UInt32 = 20, to session: UInt64 = 77,
    wall: UInt64 = 1_000_000
  ) -> SegmentMessage {
    let none = SegmentMessage.Heard(datagrams: [0, 0])
    return SegmentMessage(
      farmID: 1, node: NodeID(node), way: .datagram, session: UInt64(node), sequence: UInt32(sequence),
      wallMilliseconds: wall, configuration: configuration, isComplete: true, sessions: [session, 0, 0],
      heard: [SegmentMessage.Heard(datagrams: heardOfMe, frames: frames), none, none])
  }

  static func hear(
    _ tally: inout SegmentTally, _ node: Int, _ sequence: Int, on networks: [Int?] = [0, 1, nil]
  ) {
    for network in networks {
      tally.take(
        message(node, sequence), on: network.map { NetworkID($0) }, wallMilliseconds: 1_000_000)
    }
  }

  static func finding(_ name: String, _ tally: SegmentTally, configuration: Digest = configuration)
    -> PreflightCheck.Finding?
  {
    tally.checks(names, configuration: configuration).first { $0.name == name }?.finding
  }

  @Test func allIsWell() {
    let checks = Self.healthy().checks(Self.names, configuration: Self.configuration)
    #expect(checks.count == 9)
    #expect(checks.map(\.finding) == Array(repeating: .ok("with b, c"), count: 9))
  }

  @Test func itEndsWhenEnoughIsHeardBothWays() {
    var tally = SegmentTally(node: NodeID(0), nodeCount: 3, networkCount: 2, usesFrames: true, session: 77)
    for sequence in 1...20 { Self.hear(&tally, 1, sequence) }
    #expect(!tally.isComplete)
    for sequence in 1...20 { Self.hear(&tally, 2, sequence) }
    // Only nine datagrams of node a got through on the first network.
    #expect(!tally.isComplete)
    for node in 1...2 {
      tally.take(Self.message(node, 21, heardOfMe: [10, 10]), on: NetworkID(0), wallMilliseconds: 0)
    }
    #expect(tally.isComplete && tally.isCompleteEverywhere)
  }

  @Test func silenceOnOneNetworkIsAFault() throws {
    var tally = SegmentTally(node: NodeID(0), nodeCount: 3, networkCount: 2, usesFrames: true, session: 77)
    for sequence in 1...20 {
      Self.hear(&tally, 1, sequence)
      Self.hear(&tally, 2, sequence, on: [1, nil])
    }
    guard case .fails("not with c", let fix)? = Self.finding("heartbeats heard on lan", tally) else {
      Issue.record("\(Self.finding("heartbeats heard on lan", tally)!)")
      return
    }
    #expect(fix.contains("UDP port 7946"))
    #expect(Self.finding("heartbeats heard on hb", tally) == .ok("with b, c"))
  }

  @Test func silenceEverywhereIsNoFault() {
    var tally = SegmentTally(node: NodeID(0), nodeCount: 3, networkCount: 2, usesFrames: true, session: 77)
    for sequence in 1...20 { Self.hear(&tally, 1, sequence) }
    for check in tally.checks(Self.names, configuration: Self.configuration) {
      #expect(check.finding == .unanswered("good with b; needs 'farmd preflight' at the same time on c"))
    }
  }

  /// No datagram of c arrives on the first network, and other signs say why.
  @Test func otherSignsTellWhySomebodyIsSilent() {
    func tally(_ change: (inout SegmentTally.Sign) -> Void) -> SegmentTally {
      var tally = SegmentTally(node: NodeID(0), nodeCount: 3, networkCount: 2, usesFrames: true, session: 77)
      for sequence in 1...20 { Self.hear(&tally, 1, sequence) }
      var signs = Array(repeating: Array(repeating: SegmentTally.Sign(), count: 3), count: 2)
      change(&signs[0][2])
      change(&signs[1][2])
      tally.signs = signs
      return tally
    }
    let cases: [(SegmentTally, SegmentTally.Silence, hopeless: Bool)] = [
      (tally { _ in }, .absent, false),
      (tally { $0.onWire = 2 }, .absent, false),
      (tally { $0.onWire = 3 }, .droppedHere, true),
      (tally { ($0.onWire, $0.arrived) = (3, 1) }, .unreadable, false),
      (tally { $0.asked = 9 }, .absent, false),
      (tally { ($0.asked, $0.answersNeighbours) = (3, true) }, .absent, false),
      (tally { ($0.asked, $0.answersNeighbours) = (4, true) }, .droppedThere, true),
      (tally { ($0.asked, $0.answersNeighbours, $0.refuses) = (4, true, true) }, .idle, false),
      (tally { ($0.asked, $0.answersNeighbours, $0.isUnreachable) = (4, true, true) }, .refusedThere, true),
      // A machine that is not there cannot be reached either.
      (tally { ($0.asked, $0.isUnreachable) = (4, true) }, .absent, false),
    ]
    for (i, (tally, silence, isHopeless)) in cases.enumerated() {
      #expect(tally.silence(of: NodeID(2), on: 0) == silence, "\(i)")
      #expect(tally.isHopeless == isHopeless, "\(i)")
      let finding = Self.finding("heartbeats heard on lan", tally)
      if case .fails = finding {
        #expect(isHopeless || silence == .unreadable, "\(i)")
      } else {
        #expect(!isHopeless, "\(i)")
      }
    }
    #expect(!Self.healthy().isHopeless)
  }

  @Test func whatTheOthersDoNotHearIsAFault() {
    var tally = Self.healthy()
    tally.take(
      Self.message(1, 21, heardOfMe: [0, 5], frames: 0), on: NetworkID(0), wallMilliseconds: 1_000_000)
    for name in ["heartbeats reach the others on lan", "frames to the shared MAC reach the others"] {
      guard case .fails("not with b", _)? = Self.finding(name, tally) else {
        Issue.record("\(name)")
        continue
      }
    }
    #expect(Self.finding("heartbeats reach the others on hb", tally) == .ok("with b, c"))
  }

  /// A node's report about an earlier run of this one does not count.
  @Test func earlierRunsDoNotCount() {
    var tally = SegmentTally(node: NodeID(0), nodeCount: 3, networkCount: 2, usesFrames: true, session: 77)
    for node in 1...2 {
      tally.take(Self.message(node, 1, to: 76), on: NetworkID(0), wallMilliseconds: 1_000_000)
    }
    guard case .fails("not with b, c", _)? = Self.finding("heartbeats reach the others on lan", tally) else {
      Issue.record("an echo of another run was believed")
      return
    }
  }

  @Test func lossIsCounted() {
    var tally = Self.healthy()
    for sequence in stride(from: 24, through: 40, by: 4) { Self.hear(&tally, 1, sequence, on: [0]) }
    guard case .fails("b lost 15 of 40", _)? = Self.finding("heartbeats heard on lan", tally) else {
      Issue.record("\(Self.finding("heartbeats heard on lan", tally)!)")
      return
    }
  }

  @Test func otherFilesKeysAndClocksAreFaults() {
    var tally = Self.healthy()
    tally.takeUnauthentic(from: NodeID(2))
    tally.take(Self.message(1, 21, wall: 1_006_000), on: NetworkID(0), wallMilliseconds: 1_000_000)
    let other = Digest(rawValue: 6)
    let expected = [
      "same key": "not with c", "same configuration": "not with b, c", "clocks agree": "not with b",
    ]
    for (name, text) in expected {
      guard case .fails(text, _)? = Self.finding(name, tally, configuration: other) else {
        Issue.record("\(name)")
        continue
      }
    }
  }

  /// A node that runs already is heard, but says nothing about what it hears.
  @Test func aRunningNodeIsHeard() {
    var tally = SegmentTally(node: NodeID(0), nodeCount: 3, networkCount: 2, usesFrames: true, session: 77)
    for node in 1...2 {
      for network in 0...1 { tally.takeHeartbeat(from: NodeID(node), on: NetworkID(network)) }
    }
    #expect(Self.finding("heartbeats heard on lan", tally) == .ok("with b, c"))
    #expect(Self.finding("same key", tally) == .ok("with b, c"))
    let unknown = PreflightCheck.Finding.notChecked("needs 'farmd preflight' at the same time on b, c")
    #expect(Self.finding("heartbeats reach the others on lan", tally) == unknown)
    #expect(Self.finding("frames to the shared MAC arrive", tally) == unknown)
  }

  @Test func messagesSurviveTheWire() throws {
    let message = Self.message(2, 1 << 20)
    let bytes = message.bytes
    #expect(bytes.count == SegmentMessage.length(nodes: 3, networks: 2))
    // Short frames are padded with zeros.
    #expect(SegmentMessage(bytes + [0, 0, 0], farmID: 1, nodes: 3, networks: 2) == message)
    #expect(SegmentMessage(bytes, farmID: 2, nodes: 3, networks: 2) == nil)
    #expect(SegmentMessage(bytes, farmID: 1, nodes: 2, networks: 2) == nil)
    #expect(SegmentMessage(bytes, farmID: 1, nodes: 3, networks: 1) == nil)
    for length in 0..<bytes.count {
      #expect(SegmentMessage(bytes.prefix(length), farmID: 1, nodes: 3, networks: 2) == nil)
    }
    for i in 0..<8 {
      var wrong = bytes
      wrong[i] ^= 1
      #expect(SegmentMessage(wrong, farmID: 1, nodes: 3, networks: 2) == nil)
    }
  }
}

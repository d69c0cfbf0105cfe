import Testing

@testable import Engine

/// What somebody with a stolen key can do, and for how long it lasts after he stops.
@Suite struct NodeForgeryTests {
  /// Sends a forged heartbeat of a node to all others.
  static func send(_ forged: [UInt8], as node: Int, in farm: inout TestFarm) {
    for i in farm.nodes.indices where i != node && farm.machines[i].isRunning {
      Attacker.send(forged, to: i, from: node, in: &farm)
    }
  }

  static func restart(_ node: Int, in farm: inout TestFarm) {
    farm.crash(node)
    farm.run(for: .seconds(1))
    farm.start(node)
    farm.run(for: .seconds(2))
  }

  /// Neither at once nor after its next start.
  @Test(arguments: [UInt64.max, .max - 1, 1 << 63, 1 << 62, 1 << 61, 1 << 43, 1 << 40] as [UInt64])
  func noIncarnationHoweverHighKeepsANodeOut(number: UInt64) {
    var (farm, attacker) = Attacker.recorded(3)
    let forged = Attacker.forge(attacker.newest(of: 2), incarnation: number, sequence: 5)
    NodeForgeryTests.send(forged, as: 2, in: &farm)
    farm.run(for: .seconds(2))
    #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up })
    for node in [2, 0, 1, 2] {
      NodeForgeryTests.restart(node, in: &farm)
      #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up }, "node\(node + 1)")
    }
  }

  @Test(arguments: [UInt64.max, .max - 1, 1 << 62, 1 << 40] as [UInt64])
  func noIncarnationInAnothersVectorKeepsANodeOut(number: UInt64) {
    var (farm, attacker) = Attacker.recorded(3)
    var forged = Attacker.forge(attacker.newest(of: 0), sequence: farm.nodes[0].sequence.rawValue + 1)
    // The entries of the vector begin behind header and slice; each begins with the incarnation.
    for node in 1...2 {
      for i in 0..<8 { forged[90 + 36 * node + i] = UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * i)) }
    }
    NodeForgeryTests.send(forged, as: 0, in: &farm)
    farm.run(for: .seconds(2))
    #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up })
    for node in [1, 2] {
      NodeForgeryTests.restart(node, in: &farm)
      #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up })
    }
  }

  @Test(arguments: [UInt64.max, .max - 1, 1 << 62, 1 << 48, 1 << 40, 5_000] as [UInt64])
  func threeDatagramsOfAHighSequenceDoNotMakeNodesBelieveToBeAlone(number: UInt64) {
    var (farm, attacker) = Attacker.recorded(3)
    for node in 0..<3 {
      NodeForgeryTests.send(Attacker.forge(attacker.newest(of: node), sequence: number), as: node, in: &farm)
    }
    let course = NodeSetBackTests.course(of: &farm, for: .seconds(30))
    #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up })
    #expect(course.doubled == .zero)
    #expect(course.wholeAfter < .seconds(1), "\(course.wholeAfter.nanoseconds / 1_000_000) ms")
  }

  @Test func whatNoNodeCanHaveSentIsCountedAsSuchAndChangesNothing() {
    var (farm, attacker) = Attacker.recorded(3)
    let numbers: [(UInt64?, UInt64)] = [(nil, .max), (.max, 1), (1 << 62, 1), (1_000_001, .max)]
    for (incarnation, sequence) in numbers {
      NodeForgeryTests.send(
        Attacker.forge(attacker.newest(of: 2), incarnation: incarnation, sequence: sequence), as: 2, in: &farm
      )
    }
    #expect(farm.nodes[0].outcomes[Int(Outcome.implausible.rawValue)] == 4)
    farm.run(for: .seconds(3)) { #expect($0.isWhole) }
    #expect(NodeLifeTests.viewChanges(farm) == 0)
  }

  @Test(arguments: [UInt64.max, .max - 1, 1 << 62, (1 << 62) - 1] as [UInt64])
  func noNumberOverflows(number: UInt64) {
    var (farm, attacker) = Attacker.recorded(3)
    farm.crash(0)
    var actions: [Action] = []
    farm.start(0, as: Start(incarnation: Incarnation(number), bootID: BootID(9)))
    farm.run(for: .seconds(2))
    #expect(farm.nodes[0].incarnation <= .highest)
    // A pause that costs the lease raises the incarnation.
    for _ in 0..<3 {
      farm.machines[0].isStalled = true
      farm.run(for: .seconds(2))
      farm.resumeDaemon(0)
      farm.run(for: .seconds(2))
    }
    #expect(farm.nodes[0].incarnation <= .highest)
    for epoch in [number, 1 << 33, .max / 2] as [UInt64] {
      let sequence = farm.nodes[1].sequence.rawValue + 1
      NodeForgeryTests.send(
        Attacker.forge(attacker.newest(of: 1), sequence: sequence, epoch: epoch), as: 1, in: &farm)
      farm.run(for: .seconds(1))
    }
    NodeForgeryTests.restart(2, in: &farm)
    #expect(farm.nodes[1].epoch.rawValue < 1 << 33)
    var node = farm.nodes[1]
    node.step(.command(.stop), at: farm.now, into: &actions)
    node.step(
      .start(Start(incarnation: Incarnation(number), bootID: BootID(9))), at: farm.now, into: &actions)
    #expect(node.incarnation <= .highest)
  }

  /// Somebody with the key speaks as a node that is down, in a life with this incarnation.
  static func speak(
    as node: Int, incarnation: UInt64, _ attacker: Attacker, for length: Duration, in farm: inout TestFarm
  ) {
    let end = farm.now + length
    var sequence: UInt64 = 0
    while farm.now < end {
      sequence += 1
      let forged = Attacker.forge(
        attacker.newest(of: node), incarnation: incarnation, sequence: sequence)
      NodeForgeryTests.send(forged, as: node, in: &farm)
      farm.run(for: .milliseconds(100))
    }
  }

  @Test func aForgerSpeaksForANodeThatIsDownOnlyWhileItSpeaks() {
    var (farm, attacker) = Attacker.recorded(3)
    farm.crash(2)
    farm.run(for: .seconds(1))
    NodeForgeryTests.speak(as: 2, incarnation: 1 << 61, attacker, for: .seconds(3), in: &farm)
    farm.run(for: .seconds(1))
    #expect(farm.isWhole)
    farm.start(2)
    farm.run(for: .seconds(3))
    #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up })
    // Node 2 is also believed by a node that has heard nothing of the forgery.
    NodeForgeryTests.restart(0, in: &farm)
    farm.run(for: .seconds(2))
    #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up })
  }

  /// They do so until the key changes.
  @Test func aboveTheHighestNumberOthersSayWhomTheyDoNotBelieve() {
    var (farm, attacker) = Attacker.recorded(3)
    farm.crash(2)
    farm.run(for: .seconds(1))
    // No node believes such a life at its first heartbeat, or because it goes on. But several such lives may follow
    // each other.
    NodeForgeryTests.speak(as: 2, incarnation: 1 << 62, attacker, for: .seconds(3), in: &farm)
    #expect(farm.nodes[0].peers[2].incarnation < .highestDoubted)
    for node in 0...1 {
      let sequence = farm.machines[node].node.peers[2].sequence
      farm.machines[node].node.peers.restoreFloor(
        NodeID(2), ResumedPeer(incarnation: .highest, sequence: sequence))
    }
    farm.run(for: .seconds(1))
    #expect(farm.isWhole)
    farm.notices = []
    farm.start(2)
    farm.run(for: .seconds(5))
    #expect(farm.nodes[2].status != .up && farm.isWhole)
    for node in 0...1 {
      #expect(farm.notices.count { $0.node == NodeID(node) && $0.notice == .stale(NodeID(2)) } == 1)
    }
    // The key is withdrawn on one node after the other. The nodes do not teach each other again what they have
    // forgotten.
    for node in 0...2 {
      farm.give(node, .keyWithdrawn)
      farm.run(for: .seconds(2)) { #expect($0.doubles() == 0) }
    }
    #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up })
  }

  /// They tell it again only what can be true.
  @Test func whatAChangeOfTheKeyMakesANodeForgetOthersTellItAgain() {
    var (farm, attacker) = Attacker.recorded(3, for: .seconds(20))
    farm.crash(2)
    farm.run(for: .seconds(2))
    farm.give(0, .keyWithdrawn)
    farm.run(for: .milliseconds(300))
    farm.give(1, .keyWithdrawn)
    farm.run(for: .milliseconds(300))
    farm.notices = []
    NodeReplayTests.replay(attacker.said(by: 2), to: [0, 1], from: 2, into: &farm, for: .seconds(2))
    #expect(farm.isWhole && NodeLifeTests.viewChanges(farm) == 0)
  }
}

import Engine
import Testing

/// What a network, a kernel and a timer may do without changing anything, under random schedules of faults.
@Suite struct NodeScheduleTests {
  private static let tables = FarmTables(
    Settings(nodeCount: 4, groups: [GroupSettings(bucketCount: 32)]))

  /// A farm through ten random faults and then five quiet seconds.
  private func run(
    seed: UInt64, mischief: Mischief?, each: (borrowing TestFarm) -> Void = { _ in }
  ) -> TestFarm {
    var random = Xorshift(state: seed)
    var farm = TestFarm(NodeScheduleTests.tables)
    farm.mischief = mischief
    farm.startAll()
    farm.run(for: .seconds(2), each: each)
    for _ in 0..<10 {
      let node = random.below(4)
      switch random.below(7) {
      case 0: if farm.machines[node].isRunning { farm.crash(node) }
      case 1: if !farm.machines[node].isRunning { farm.start(node) }
      case 2: if farm.machines[node].isRunning { farm.machines[node].isStalled.toggle() }
      case 3: farm.machines[node].cut = NodeSet(bits: random.next() & 15)
      case 4: farm.command(node, .setWeight(GroupID(0), UInt16(random.below(101))))
      case 5: farm.give(node, .health(isHealthy: random.below(2) == 0))
      default:
        let refuses = farm.machines[node].kernel.refuses
        farm.machines[node].kernel.refuses = refuses == .nothing ? .everything : .nothing
      }
      for i in 0..<4 where !farm.machines[i].isStalled { farm.resumeDaemon(i) }
      farm.run(for: .milliseconds(100 + random.below(1200)), each: each)
    }
    for i in 0..<4 {
      farm.machines[i].cut = .empty
      farm.machines[i].kernel.refuses = .nothing
      if farm.machines[i].isStalled { farm.resumeDaemon(i) }
      if !farm.machines[i].isRunning || farm.nodes[i].status == .stopped { farm.start(i) }
      farm.give(i, .health(isHealthy: true))
      farm.command(i, .setWeight(GroupID(0), 100))
    }
    farm.run(for: .seconds(5), each: each)
    return farm
  }

  private func filters(_ farm: TestFarm) -> [[BucketSet]] { farm.machines.map(\.kernel.filters) }

  private func lines(_ farm: TestFarm) -> [String] {
    farm.notices.map { "\($0.at.nanoseconds) \($0.node.index) \($0.notice)" }
  }

  @Test(arguments: 1...8)
  func earlyAndRepeatedTimersAndRepeatedWordsChangeNothing(seed: Int) {
    let seed = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15
    let plain = run(seed: seed, mischief: nil)
    let mischief = Mischief(random: Xorshift(state: ~seed), duplicatePermille: 300, reordering: .zero)
    let troubled = run(seed: seed, mischief: mischief)
    #expect(lines(plain) == lines(troubled))
    #expect(filters(plain) == filters(troubled) && plain.sent == troubled.sent)
    #expect(plain.nodes.map(\.view) == troubled.nodes.map(\.view))
    let spurious = troubled.nodes.map { $0.outcomes[Int(Outcome.spurious.rawValue)] }.reduce(0, +)
    #expect(spurious > 100, "there was something to ignore")
  }

  @Test(arguments: 1...8)
  func datagramsInAnyOrderWithinTheDelayBoundEndInTheSameOwners(seed: Int) {
    let seed = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15
    let mischief = Mischief(
      random: Xorshift(state: ~seed), duplicatePermille: 300, reordering: .milliseconds(4))
    let plain = run(seed: seed, mischief: nil)
    let troubled = run(seed: seed, mischief: mischief)
    #expect(plain.isWhole && troubled.isWhole)
    let held = plain.nodes.contains { $0.status != .up } || troubled.nodes.contains { $0.status != .up }
    if !held { #expect(filters(plain) == filters(troubled)) }
    #expect(Set(troubled.nodes.map(\.view.digest)).count == 1)
  }

  @Test(arguments: 1...8)
  func sequencesAndIncarnationsRiseEpochsNeverFallAndEqualDigestsAreEqualViews(seed: Int) {
    let seed = UInt64(seed) &* 0x2545_f491_4f6c_dd1d
    var incarnations = [UInt64](repeating: 0, count: 4)
    var sequences = incarnations
    var epochs = incarnations
    var views: [UInt64: View] = [:]
    var isSound = true
    let farm = run(seed: seed, mischief: nil) { farm in
      for i in 0..<4 {
        let node = farm.nodes[i]
        guard farm.machines[i].isRunning, node.status != .stopped else { continue }
        let (life, sequence) = (node.incarnation.rawValue, node.sequence.rawValue)
        if life == incarnations[i] {
          if sequence < sequences[i] || node.epoch.rawValue < epochs[i] { isSound = false }
        } else if life < incarnations[i] {
          isSound = false
        }
        (incarnations[i], sequences[i], epochs[i]) = (life, sequence, node.epoch.rawValue)
        if let known = views[node.view.digest.rawValue], known != node.view { isSound = false }
        views[node.view.digest.rawValue] = node.view
      }
    }
    #expect(isSound)
    #expect(views.count > 5, "there were views to compare")
    let targets = owners(farm)
    for i in 0..<4 where farm.nodes[i].view == farm.nodes[0].view {
      #expect(farm.nodes[i].owned(GroupID(0)) == BucketSet(targets: targets, node: NodeID(i)))
    }
  }

  /// The table that follows from the view alone.
  private func owners(_ farm: TestFarm) -> [UInt8] {
    var targets: [UInt8] = []
    let group = farm.nodes[0].settings.groups[0]
    TargetTable(group: group, nodeCount: 4)
      .targets(serving: farm.nodes[0].view.serving, weights: [], into: &targets)
    return targets
  }

  @Test func everyInputIsCountedUnderItsOutcome() {
    let farm = run(seed: 7, mischief: nil)
    var node = farm.nodes[0]
    let before = node.outcomes
    var actions: [Action] = []
    let hour = farm.now
    let zero = NetworkID(0)
    func datagram(_ bytes: [UInt8], from: Int = 1) -> Input {
      .datagram(Datagram(bytes: bytes, from: NodeID(from), network: zero))
    }
    let plan = HeartbeatPlan(node.settings)
    func heartbeat(farmID: UInt32 = 1, sender: Int = 1, life: UInt64 = 1) -> [UInt8] {
      let header = HeartbeatHeader(
        farmID: farmID, sender: NodeID(sender), status: .up, bootID: BootID(1),
        incarnation: Incarnation(life), sequence: SequenceNumber(1), epoch: Epoch(0),
        viewDigest: Digest(rawValue: 1), configuration: Digest(rawValue: life == 1 << 40 ? 7 : 1))
      var writer = HeartbeatWriter(header, part: 0, of: plan)
      for _ in plan.parts[0].nodes { writer.append(FreshnessEntry()) }
      writer.append(
        GroupID(0), weight: 1, flows: .none(bucketCount: 32), owned: BucketSet(capacity: 32))
      return writer.finish()
    }
    let expected: [(Input, Outcome)] = [
      (.gateway(isReachable: true), .done), (.timer, .spurious), (.committed(CommitNumber(0)), .spurious),
      (datagram([1, 2, 3]), .malformed), (datagram(heartbeat(farmID: 2)), .foreignFarm),
      (datagram(heartbeat(sender: 60)), .unknownNode), (datagram(heartbeat()), .stale),
      (datagram(heartbeat(life: .max / 2)), .implausible),
      (datagram(heartbeat(life: 1 << 40)), .foreignConfiguration),
    ]
    for (input, outcome) in expected {
      #expect(node.step(input, at: hour, into: &actions) == outcome)
    }
    #expect(node.outcomes.reduce(0, +) == before.reduce(0, +) + expected.count)
    node.step(.command(.stop), at: hour, into: &actions)
    #expect(node.step(.timer, at: hour, into: &actions) == .notRunning)
  }
}

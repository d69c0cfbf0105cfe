import Engine
import FarmFile
import Testing

@testable import Sim

@Suite struct WorldTests {
  /// A farm of a few nodes with these faults; no clients.
  static func scenario(
    nodes: Int, buckets: Int = 64, networks: [NetworkModel] = [NetworkModel(name: "lan")],
    faults: [Fault] = [], seconds: Int = 20
  ) -> Scenario {
    let settings = Settings(
      nodeCount: nodes, networks: networks.map { NetworkSettings(carriesService: $0.carriesService) },
      groups: [GroupSettings(bucketCount: buckets)],
      rules: [
        FilterRule(transport: .tcp, ports: [PortRange(80, 80)], group: GroupID(0), identity: .addressPort)
      ])
    let farm = Farm(
      nodes: (1...nodes).map { "node\($0)" }, virtualIPs: [IPAddress(v4: 0xC000_0264)], groups: ["web"],
      networks: networks.map(\.name), settings: settings)
    return Scenario(
      name: "test", question: "", description: "", farm: farm, networks: networks, kernel: KernelModel(),
      traffic: [], faults: faults, run: RunPlan(duration: .seconds(seconds)), expectations: [])
  }

  /// Faults of every kind at random times, many of them overlapping.
  static func randomFaults(_ dice: inout RandomStream, nodes: Int, count: Int, seconds: Int) -> [Fault] {
    let on = NetworkSet(first: 1)
    var faults: [Fault] = []
    for _ in 0..<count {
      func set() -> NodeSet {
        NodeSet(bits: max(1, dice.next() & dice.next() & (1 << UInt64(nodes) - 1)))
      }
      let at = Duration.milliseconds(2000 + Int(dice.bounded(UInt64(seconds * 900 - 2000))))
      let until: Duration? = dice.bernoulli(0.8) ? at + .milliseconds(1 + Int(dice.bounded(4000))) : nil
      let (a, b) = (set(), set())
      let kind: FaultKind =
        switch dice.bounded(22) {
        case 0: .crash(a)
        case 1: .restart(a)
        case 2: .stop(a)
        case 3: .leave(a)
        case 4: .drain(a, deadline: .seconds(1), isForced: false)
        case 5: .resume(a)
        case 6: .pause(a)
        case 7: .stall(a)
        case 8: .kill(a)
        case 9: .loss(on, uplink: .independent(0.3), downlink: nil, at: .empty)
        case 10: .delay(on, .constant(.milliseconds(3)))
        case 11: .oneWayCut(from: a, to: b, on)
        case 12: .pairCut(a, b, on)
        case 13: .partition([a, b.subtracting(a)], on)
        case 14: .networkDown(on)
        case 15: .interfaceDown(a, on)
        case 16: .upgrade(a)
        case 17: .loss(on, uplink: nil, downlink: .independent(1), at: a)
        case 18: .loss(on, uplink: .independent(1), downlink: nil, at: a)
        case 19: .loss(on, uplink: nil, downlink: .independent(0.4), at: b)
        case 20: .blockHeartbeats(a, .both, on)
        default: .commitFailure(a)
        }
      faults.append(Fault(at: at, until: until, kind: kind))
    }
    return faults
  }

  /// Commits, leases and faults at random: after every event the masks, the measures and a packet's fate are what the
  /// filters say, asked one by one.
  @Test(arguments: 0..<4) func masksAreWhatTheFiltersSay(seed: UInt64) throws {
    let (count, seconds) = (5, 20)
    var dice = RandomStream(seed: seed, trial: 0, entity: 1, purpose: .test)
    let faults = WorldTests.randomFaults(&dice, nodes: count, count: 40, seconds: seconds)
    var world = World(
      WorldTests.scenario(nodes: count, faults: faults, seconds: seconds), seed: seed, trial: 0,
      keepsDetails: false)
    var number: UInt64 = 1 << 40
    var changes = 0
    let rules = RuleSet(world.scenario.farm.settings)
    // Bucket-time without an owner and with several, summed up event by event.
    var (holes, doubles, unreached): (UInt64, UInt64, UInt64) = (0, 0, 0)
    var (none, several, unserved) = (0, 0, 0)
    var before = world.now
    while world.step(before: .never) {
      try world.verify()
      verifyPackets(world, rules, &dice)
      let passed = world.now.nanoseconds - before.nanoseconds
      holes += passed * UInt64(none)
      doubles += passed * UInt64(several)
      unreached += passed * UInt64(unserved)
      before = world.now
      let heard = world.meters.coverage.heard
      let counts = (0..<64).map {
        world.meters.coverage.accepting(GroupID(0), Bucket($0)).intersection(heard).count
      }
      let hasFormed = world.meters.ownership.formedAt != nil
      unserved = 0
      for b in 0..<64 where hasFormed && counts[b] == 0 {
        let isHeld = world.filters.indices.contains { n in
          world.machines[n].isPowered && !world.machines[n].isPaused && world.filters[n].state.hasLease
            && world.filters[n].state.owned[0].contains(Bucket(b))
        }
        if isHeld { unserved += 1 }
      }
      none = hasFormed ? counts.count { $0 == 0 } - unserved : 0
      several = counts.count { $0 > 1 }
      // Operations beside the engine's own, so that filters also hold what no protocol would let them.
      if dice.bernoulli(0.05) {
        let n = Int(dice.bounded(UInt64(count)))
        guard world.machines[n].isPowered, !world.machines[n].isPaused else { continue }
        number += 1
        var set = BucketSet(capacity: 64)
        for b in 0..<64 where dice.bernoulli(0.4) { set.insert(Bucket(b)) }
        let kinds: [VirtualFilter.Operation.Kind] = [
          .commit(owned: [set], resets: [set]), .renewLease(.milliseconds(300)), .endLease,
        ]
        world.issue(kinds[Int(dice.bounded(3))], CommitNumber(number), n)
        changes += 1
      }
    }
    #expect(changes > 5)
    let last = world.now.nanoseconds - before.nanoseconds
    holes += last * UInt64(none)
    doubles += last * UInt64(several)
    unreached += last * UInt64(unserved)
    world.meters.ownership.finish(at: world.now)
    let (measuredHoles, measuredDoubles) = (
      world.meters.ownership.holeTotal, world.meters.ownership.doubleTotal
    )
    #expect(measuredHoles == holes && holes > 0)
    #expect(measuredDoubles == doubles && doubles > 0)
    let measuredUnreached = world.meters.ownership.unreachedTotal
    #expect(measuredUnreached == unreached && unreached > 0)
  }

  /// A random packet gets from the masks what the engine's filter decision says for every node, one by one.
  private func verifyPackets(_ world: borrowing World, _ rules: RuleSet, _ dice: inout RandomStream) {
    let flags: TCPFlags = dice.bernoulli(0.5) ? .syn : .ack
    let packet = Packet(
      source: IPAddress(v4: UInt32(truncatingIfNeeded: dice.next())), sourcePort: UInt16(dice.bounded(65536)),
      destination: IPAddress(v4: 0xC000_0264), destinationPort: 80, kind: .tcp(flags))
    guard let match = rules.match(packet) else { return #expect(Bool(false), "no rule for port 80") }
    let bucket = match.bucket(address: packet.source, port: packet.sourcePort)
    var expected = NodeSet.empty
    for n in world.filters.indices {
      let isReached = world.meters.coverage.reachable.contains(NodeID(n)) && world.machines[n].isPowered
      guard isReached && !world.machines[n].isPaused else { continue }
      let verdict = Filter.decide(packet, isTracked: false, rules: rules, state: world.filters[n].state)
      if verdict.isAccepted || verdict == .reset { expected.insert(NodeID(n)) }
    }
    let masks = flags == .syn ? world.meters.coverage.owned : world.meters.coverage.resets
    let quick = masks[match.group.index][bucket.index] & world.meters.coverage.listening
    #expect(quick == expected.bits)
  }
}

import Engine
import Testing

@testable import Sim

/// What must happen in the end, and by when: default profile, T = 100 ms, tau = 550 ms, delta = C = 5 ms.
@Suite struct ProtocolLivenessTests {
  let interval = Duration.milliseconds(100)
  let tau = Duration.milliseconds(550)
  let delta = Duration.milliseconds(5)
  let commit = Duration.milliseconds(5)
  private var bound: Duration { tau + interval + 2 * delta + commit }

  private func world(_ faults: String, nodes: Int = 4, seconds: Int, trial: Int) throws -> World {
    let scenario = try OracleFarm.scenario(
      nodes: nodes, farm: "flap: off", buckets: 60,
      rest: """
        networks: {lan: {delay: {uniform: [100 us, 5 ms]}}}
        kernel: {commit: {uniform: [100 us, 2400 us]}}
        faults: [\(faults)]
        run: {duration: \(seconds) s}
        """)
    return World(scenario, seed: OracleFarm.seed, trial: trial, keepsDetails: false)
  }

  /// Plays to an instant. - Returns: by node, the buckets it owns alone.
  private func counts(_ world: inout World, at time: Duration) -> [Int] {
    world.run(until: .zero + time)
    return world.meters.ownership.counts(of: GroupID(0))
  }

  /// L1: within D of a crash every bucket has one owner, of one node or of two at once.
  @Test(arguments: 0..<20)
  func withinDOfACrashEveryBucketHasOneOwner(trial: Int) throws {
    var one = try world("{at: 4 s, crash: node2}", seconds: 6, trial: trial)
    #expect(counts(&one, at: .seconds(4)) == [15, 15, 15, 15])
    #expect(counts(&one, at: .seconds(4) + bound) == [20, 0, 20, 20])
    var two = try world("{at: 4 s, crash: [node2, node4]}", seconds: 6, trial: trial)
    #expect(counts(&two, at: .seconds(4) + bound) == [30, 0, 30, 0])
  }

  /// L2, from the start of its daemon: it listens for one interval when it hears a farm.
  @Test(arguments: 0..<20)
  func aNodeThatReturnsHasItsShareBack(trial: Int) throws {
    var world = try world("{at: 4 s, crash: node2}, {at: 7 s, restart: node2}", seconds: 10, trial: trial)
    world.run(until: .zero + .seconds(4))
    let before = world.meters.ownership.owners
    #expect(counts(&world, at: .seconds(7)) == [20, 0, 20, 20])
    world.run(until: .zero + .seconds(7) + 5 * interval + 3 * delta + 2 * commit)
    let after = world.meters.ownership.owners
    #expect(after == before)
  }

  /// L3: a partition that heals is one view again within T + 2 delta.
  @Test(arguments: 0..<20)
  func aPartitionThatHealsIsOneViewWithinAnIntervalAndTwoDelays(trial: Int) throws {
    var world = try world(
      "{at: 4 s, until: 8 s, partition: [[node1, node2], [node3, node4]]}", seconds: 10, trial: trial)
    func views(_ world: borrowing World) -> Set<UInt64> {
      var views: Set<UInt64> = []
      for n in 0..<4 { views.insert(world.nodes[n].view.digest.rawValue) }
      return views
    }
    world.run(until: .zero + .seconds(8))
    let split = views(world).count
    #expect(split == 2)
    world.run(until: .zero + .seconds(8) + interval + 2 * delta)
    let healed = views(world).count
    let members = world.nodes[0].view.members
    #expect(healed == 1 && members == NodeSet(first: 4))
    #expect(counts(&world, at: .seconds(8) + bound) == [15, 15, 15, 15])
  }

  /// L7.
  @Test(arguments: 1...4)
  func theLastSurvivorOwnsEverythingWithinD(survivor: Int) throws {
    let others = (1...4).filter { $0 != survivor }.map { "node\($0)" }
    var all = [0, 0, 0, 0]
    all[survivor - 1] = 60
    var together = try world("{at: 4 s, crash: [\(others.joined(separator: ", "))]}", seconds: 6, trial: 0)
    #expect(counts(&together, at: .seconds(4) + bound) == all)
    // One after the other, faster than each is noticed.
    let oneByOne = others.enumerated().map { "{at: \(4000 + 200 * $0.offset) ms, crash: \($0.element)}" }
    var inTurn = try world(oneByOne.joined(separator: ", "), seconds: 6, trial: 0)
    #expect(counts(&inTurn, at: .milliseconds(4400) + bound) == all)
  }
}

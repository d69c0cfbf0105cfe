import Engine
import Testing

/// Random attacks on a farm in which one node after the other loses power and comes back. Other suites show what each
/// kind of attack does; these tests check what holds for any mixture.
@Suite struct AttackTests {
  private static func farm(seed: Int) -> TestFarm {
    var farm = Attacker.farm(4, buckets: 16) { $0.life.flapPenalty = 0 }
    farm.mischief = Mischief(
      random: Xorshift(state: UInt64(seed)), duplicatePermille: 50, reordering: .milliseconds(3))
    farm.remembersBoots = seed % 2 == 0
    farm.startAll()
    farm.run(for: .seconds(2))
    return farm
  }

  /// Sends old datagrams, alone and in series, to and from anywhere, and datagrams that no key explains.
  private static func harass(
    _ farm: inout TestFarm, _ attacker: Attacker, _ random: inout Xorshift
  ) {
    let target = random.below(farm.nodes.count)
    let address = (target + 1 + random.below(farm.nodes.count - 1)) % farm.nodes.count
    if random.below(4) == 0 { return farm.give(target, .unauthenticated(from: NodeID(address))) }
    let first = random.below(attacker.recorded.count)
    for next in first..<min(first + 1 + random.below(12), attacker.recorded.count) {
      // Often those of one node in particular, which is likely to be the one that matters.
      let said = attacker.recorded[next]
      if random.below(3) > 0, said.node != target, said.node != address { continue }
      Attacker.send(said.bytes, to: target, from: address, in: &farm)
    }
  }

  @Test(arguments: 1...24)
  func withoutTheKeyNobodyDoublesABucketOrKeepsANodeOut(seed: Int) {
    var random = Xorshift(state: UInt64(seed) &* 0x9e37_79b9_7f4a_7c15)
    var farm = AttackTests.farm(seed: seed)
    var attacker = Attacker()
    func attack(for length: Duration) {
      let end = farm.now + length
      while farm.now < end {
        attacker.listen(to: &farm)
        for _ in 0..<random.below(4) { AttackTests.harass(&farm, attacker, &random) }
        farm.run(for: .nanoseconds(1 + random.below(30_000_000))) {
          #expect(!$0.trouble.double, "seed \(seed)")
        }
      }
    }
    for _ in 0..<5 {
      let node = random.below(4)
      attack(for: .nanoseconds(random.below(1_000_000_000)))
      farm.crash(node)
      attack(for: .nanoseconds(random.below(1_500_000_000)))
      farm.start(node)
      attack(for: .milliseconds(1500))
      #expect(farm.nodes[node].status == .up && farm.isWhole, "seed \(seed)")
    }
  }

  /// A heartbeat of some node with another number, status or vector.
  private static func forged(_ attacker: Attacker, _ farm: TestFarm, _ random: inout Xorshift) -> [UInt8] {
    let said = attacker.recorded[random.below(attacker.recorded.count)]
    let node = farm.nodes[said.node]
    let extremes: [UInt64] = [.max, .max - 1, 1 << 63, (1 << 62) + 1, 1 << 61, 1 << 44, 1 << 32, 0, 1]
    func number(near known: UInt64) -> UInt64 {
      random.below(3) == 0 ? extremes[random.below(extremes.count)] : known &+ UInt64(random.below(4))
    }
    var bytes = Attacker.forge(
      said.bytes, incarnation: number(near: node.incarnation.rawValue),
      sequence: max(1, number(near: node.sequence.rawValue)),
      epoch: random.below(4) == 0 ? number(near: node.epoch.rawValue) : nil)
    if random.below(4) == 0 { bytes[7] = UInt8(random.below(10)) }
    for _ in 0..<random.below(3) {
      let at = 90 + 36 * random.below(farm.nodes.count) + 8 * random.below(3)
      let value = number(near: 1_000_000)
      for i in 0..<8 { bytes[at + i] = UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * i)) }
    }
    return bytes
  }

  @Test(arguments: 1...24)
  func afterAnAttackWithTheKeyTheFarmIsWholeAgain(seed: Int) {
    var random = Xorshift(state: UInt64(seed) &* 0xd1b5_4a32_d192_ed03)
    var farm = AttackTests.farm(seed: seed)
    var attacker = Attacker()
    for round in 0..<60 {
      attacker.listen(to: &farm)
      for _ in 0..<random.below(4) {
        AttackTests.harass(&farm, attacker, &random)
        let bytes = AttackTests.forged(attacker, farm, &random)
        for node in farm.nodes.indices where random.below(2) == 0 {
          Attacker.send(bytes, to: node, from: random.below(farm.nodes.count), in: &farm)
        }
      }
      let node = random.below(4)
      if round % 12 == 5 { farm.crash(node) }
      for i in farm.nodes.indices where round % 12 == 9 && !farm.machines[i].isRunning { farm.start(i) }
      farm.run(for: .nanoseconds(1 + random.below(60_000_000)))
    }
    for i in farm.nodes.indices where !farm.machines[i].isRunning { farm.start(i) }
    farm.run(for: .seconds(5))
    #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up }, "seed \(seed)")
    farm.run(for: .seconds(2)) { #expect($0.isWhole) }
  }
}

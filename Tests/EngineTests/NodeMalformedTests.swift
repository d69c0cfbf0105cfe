import Engine
import Testing

/// No datagram can trap a node.
@Suite struct NodeMalformedTests {
  /// Real heartbeats of a running farm, changed where the structure survives it, so that most reach the protocol.
  /// Forty thousand of a small farm, and a thousand of the largest.
  @Test(arguments: [1, 8])
  func noChangedHeartbeatTrapsANode(groups: Int) {
    var settings = Settings(
      nodeCount: 4, groups: Array(repeating: GroupSettings(bucketCount: 64), count: groups))
    if groups > 1 { for g in 0..<groups { settings.groups[g].bucketCount = g == 0 ? 4096 : 2048 } }
    if groups > 1 { for g in 0..<groups { settings.groups[g].policy = .modulo } }
    var farm = TestFarm(settings)
    farm.machines[0].isWatched = true
    farm.startAll()
    farm.run(for: .milliseconds(groups > 1 ? 900 : 2500))
    var samples: [Datagram] = []
    for record in farm.records {
      if case .datagram(let datagram) = record.input { samples.append(datagram) }
    }
    #expect(samples.count > 20)
    var random = Xorshift(state: 0x0123_4567_89ab_cdef)
    var node = farm.nodes[0]
    var actions: [Action] = []
    var now = farm.now
    let before = node.outcomes
    var counts = [Int](repeating: 0, count: before.count)
    for round in 0..<(groups > 1 ? 1_000 : 40_000) {
      var datagram = samples[random.below(samples.count)]
      mutate(&datagram, &random)
      if round % 50 == 0 {
        // One high sequence makes all later ones stale: begin again with a node that still listens.
        let outcomes = node.outcomes
        node = farm.nodes[0]
        for o in outcomes.indices { counts[o] += outcomes[o] - before[o] }
        now = farm.now
      }
      now = now + .microseconds(random.below(2_000))
      actions.removeAll(keepingCapacity: true)
      node.step(.datagram(datagram), at: now, into: &actions)
      if random.below(16) == 0 { node.step(.timer, at: now, into: &actions) }
    }
    for outcome in [Outcome.done, .malformed, .stale, .foreignConfiguration] {
      let isSeen = outcome != .foreignConfiguration || groups == 1
      let count = counts[Int(outcome.rawValue)]
      #expect(count > 5 || !isSeen, "\(outcome) was met")
    }
  }

  private func mutate(_ datagram: inout Datagram, _ random: inout Xorshift) {
    let count = datagram.bytes.count
    // A newer sequence, so that the content is read.
    if random.below(2) == 0 { datagram.bytes[32 + random.below(8)] = UInt8(random.below(256)) }
    for _ in 0..<random.below(4) {
      switch random.below(8) {
      case 0: datagram.bytes[random.below(count)] = UInt8(random.below(256))
      case 1: datagram.bytes[random.below(count)] ^= 1 << UInt8(random.below(8))
      case 2, 3:
        // A whole number at its end: incarnation, sequence, epoch, or a field of an entry.
        let at =
          random.below(2) == 0 ? 24 + 8 * random.below(3) : 82 + 36 * random.below(4) + 8 * random.below(3)
        let value: UInt8 = random.below(4) == 0 ? 0 : 255
        for i in at..<min(at + 8, count) { datagram.bytes[i] = value }
        if random.below(2) == 0, at + 7 < count { datagram.bytes[at + 7] = 254 }
      case 4 where random.below(4) == 0: datagram.bytes[56 + random.below(8)] ^= 1
      case 4: datagram.bytes[7] = UInt8(random.below(9))
      case 5: datagram.bytes[6] = UInt8(random.below(5))
      case 6: datagram.from = NodeID(random.below(64))
      default: datagram.network = NetworkID(random.below(8))
      }
    }
  }
}

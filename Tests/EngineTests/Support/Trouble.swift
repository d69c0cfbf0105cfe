import Engine

/// Two or more things that change the view within a few milliseconds, by a seed.
///
/// Each is done to a farm of five nodes that has settled.
enum Trouble: CaseIterable {
  case twoJoins, stallInJoins, drainInJoin, weightsInJoin
  case weightsTogether, weightFlips, drainFlips, healthFlips
  case resumeInCrash, weightInCrash, joinInCrash, joinsInCrash
  case weightInLeave

  /// Causes the trouble, then runs the farm for another second and a half; `each` sees every event.
  func befall(_ farm: inout TestFarm, seed: Int, each: (borrowing TestFarm) -> Void) {
    var random = Xorshift(state: UInt64(seed) &* 0x9e37_79b9_7f4a_7c15)
    farm.mischief = Mischief(
      random: Xorshift(state: ~random.state), duplicatePermille: 100, reordering: .milliseconds(4))
    // At any phase of anyone's heartbeats.
    farm.run(for: .nanoseconds(random.below(300_000_000)), each: each)
    let a = random.below(5)
    let b = (a + 1 + random.below(4)) % 5
    let c = (0..<5).first { $0 != a && $0 != b } ?? 0
    var play = Play(random: random)
    switch self {
    case .twoJoins, .stallInJoins, .drainInJoin, .weightsInJoin: joins(a, b, c, &play, &farm, each: each)
    case .weightsTogether, .weightFlips, .drainFlips, .healthFlips:
      flips([a, b, c], &play, &farm, each: each)
    case .resumeInCrash, .weightInCrash, .joinInCrash, .joinsInCrash, .weightInLeave:
      gains(a, b, c, &play, &farm, each: each)
    }
    farm.run(for: .milliseconds(1500), each: each)
  }

  private struct Play {
    var random: Xorshift
    mutating func soon() -> Duration { .nanoseconds(random.below(12_000_000)) }
    mutating func upTo(milliseconds: Int) -> Duration { .nanoseconds(random.below(milliseconds * 1_000_000)) }
  }

  private func weigh(_ node: Int, _ weight: Int, _ farm: inout TestFarm) {
    farm.command(node, .setWeight(GroupID(0), UInt16(weight)))
  }

  private func drain(_ node: Int, _ farm: inout TestFarm) {
    farm.give(node, .flows(GroupID(0), farm.flowsForADrain(of: node)))
    farm.command(node, .drain(deadline: .seconds(100), isForced: false))
  }

  private func joins(
    _ a: Int, _ b: Int, _ c: Int, _ play: inout Play, _ farm: inout TestFarm,
    each: (borrowing TestFarm) -> Void
  ) {
    farm.crash(a)
    if self == .twoJoins || self == .stallInJoins { farm.crash(b) }
    farm.run(for: .seconds(1), each: each)
    farm.start(a)
    if self == .twoJoins || self == .stallInJoins {
      farm.run(for: play.soon(), each: each)
      farm.start(b)
      if self == .twoJoins { return }
    }
    while farm.nodes[a].status != .up { farm.run(for: .microseconds(500), each: each) }
    switch self {
    case .stallInJoins:
      let sleeper = play.random.below(2) == 0 ? a : c
      farm.machines[sleeper].isStalled = true
      farm.run(for: play.upTo(milliseconds: 330), each: each)
      farm.resumeDaemon(sleeper)
    case .drainInJoin:
      farm.run(for: play.soon(), each: each)
      drain(b, &farm)
    default:
      for (node, weight) in [(b, play.random.below(101)), (c, play.random.below(101)), (b, 100)] {
        farm.run(for: play.soon(), each: each)
        weigh(node, weight, &farm)
      }
    }
  }

  private func flips(
    _ nodes: [Int], _ play: inout Play, _ farm: inout TestFarm, each: (borrowing TestFarm) -> Void
  ) {
    if self == .weightsTogether {
      weigh(nodes[0], play.random.below(101), &farm)
      weigh(nodes[1], 0, &farm)
      farm.run(for: .seconds(1), each: each)
      for (i, weight) in [(2, play.random.below(60)), (1, 100), (0, 100), (2, 100)] {
        weigh(nodes[i], weight, &farm)
        farm.run(for: play.soon(), each: each)
      }
      return
    }
    for _ in 0..<12 {
      let node = nodes[play.random.below(3)]
      switch self {
      case .weightFlips: weigh(node, 50 * play.random.below(3), &farm)
      case .healthFlips: farm.give(node, .health(isHealthy: play.random.below(2) == 0))
      default:
        if farm.nodes[node].status == .draining { farm.command(node, .resume) } else { drain(node, &farm) }
      }
      farm.run(for: play.soon(), each: each)
    }
  }

  /// A node becomes the target of more buckets while another one is gone but not yet removed.
  private func gains(
    _ a: Int, _ b: Int, _ c: Int, _ play: inout Play, _ farm: inout TestFarm,
    each: (borrowing TestFarm) -> Void
  ) {
    switch self {
    case .joinInCrash, .joinsInCrash:
      farm.crash(b)
      if self == .joinsInCrash { farm.crash(c) }
      farm.run(for: .seconds(1), each: each)
      farm.start(b)
      farm.run(for: play.soon(), each: each)
      if self == .joinsInCrash { farm.start(c) }
      // It is up after some 400 ms, so this is before or after the crash is noticed.
      farm.run(for: play.upTo(milliseconds: 400), each: each)
      farm.crash(a)
    case .resumeInCrash, .weightInCrash:
      if self == .resumeInCrash { drain(b, &farm) } else { weigh(b, 0, &farm) }
      farm.run(for: .seconds(1), each: each)
      farm.crash(a)
      farm.run(for: .milliseconds(440) + play.upTo(milliseconds: 120), each: each)
      if self == .resumeInCrash { farm.command(b, .resume) } else { weigh(b, 100, &farm) }
    default:
      weigh(b, 0, &farm)
      farm.run(for: .seconds(1), each: each)
      farm.command(a, .leave)
      farm.run(for: play.soon(), each: each)
      weigh(b, 100, &farm)
    }
  }
}

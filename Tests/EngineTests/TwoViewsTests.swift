import Engine
import Testing

/// Views that change twice within a few milliseconds, on a network that repeats and reorders within the delay bound.
///
/// A bucket then has two targets for a moment, each by its own view. A bucket that was released for one of them must
/// not be taken by the other as well.
@Suite struct TwoViewsTests {
  /// A farm in which five nodes have settled, of this many configured ones.
  private static func settled(of nodes: Int) -> TestFarm {
    var settings = Settings(nodeCount: nodes, groups: [GroupSettings(bucketCount: 20)])
    settings.life.flapPenalty = 0
    var farm = TestFarm(settings)
    for i in 0..<5 { farm.start(i) }
    farm.run(for: .seconds(3))
    farm.notices = []
    return farm
  }

  private static let farm = settled(of: 5)

  /// Seeds that had a double before the rules asked for any of this, and that have one without each part of it.
  private static func seeds(of trouble: Trouble) -> [Int] {
    switch trouble {
    case .twoJoins: [38, 54, 122]
    case .stallInJoins: [4, 13, 15]
    case .drainInJoin: [486, 755, 874]
    case .weightsInJoin: [415, 707]
    case .weightsTogether: [5, 7, 42]
    case .weightFlips: [4, 14, 44]
    case .drainFlips: [5, 14, 33]
    case .healthFlips: [30, 96, 161]
    case .resumeInCrash, .weightInCrash: [9, 49]
    case .joinInCrash: [10, 427]
    case .joinsInCrash: [30, 161, 533]
    case .weightInLeave: [1, 3, 7]
    }
  }

  private func expectNoDouble(_ trouble: Trouble, seed: Int, in settled: TestFarm) {
    var farm = settled
    var doubled: Instant?
    trouble.befall(&farm, seed: seed) {
      if doubled == nil, $0.trouble.double { doubled = $0.now }
    }
    #expect(doubled == nil, "\(trouble), seed \(seed)")
    #expect(farm.isWhole, "\(trouble), seed \(seed)")
  }

  @Test(arguments: Trouble.allCases)
  func whatIsReleasedForOneTargetIsNotTakenByAnotherToo(trouble: Trouble) {
    #expect(TwoViewsTests.farm.isWhole)
    for seed in TwoViewsTests.seeds(of: trouble) + [1, 2, 3] {
      expectNoDouble(trouble, seed: seed, in: TwoViewsTests.farm)
    }
  }

  @Test func aViewIsAnnouncedWithItsClaimsThoughTheyComeInAnotherDatagram() {
    let farm = TwoViewsTests.settled(of: 40)
    #expect(HeartbeatPlan(farm.nodes[0].settings).parts.count == 2)
    expectNoDouble(.drainFlips, seed: 93, in: farm)
    for seed in [18, 64, 193] { expectNoDouble(.healthFlips, seed: seed, in: farm) }
    for seed in [3, 98, 180] { expectNoDouble(.joinsInCrash, seed: seed, in: farm) }
  }

  /// A node that came up between a crash and its detection, or just after, takes its share once all nodes have its
  /// view. They say so within `T/10 + delta` of having it, and are asked to settle `T/10 + 2 delta` after the view
  /// before.
  /// So the crash is over within `tau + T/10 + 3 delta + C`.
  @Test func aCrashIsOverInTimeThoughANodeGainsBucketsMeanwhile() {
    let heartbeat = TwoViewsTests.farm.nodes[0].settings.heartbeat
    let bound =
      heartbeat.timeout + heartbeat.interval / 10 + 3 * heartbeat.delayBound + heartbeat.commitBound
    for trouble in [Trouble.resumeInCrash, .weightInCrash, .joinInCrash] {
      for seed in TwoViewsTests.seeds(of: trouble) + [4, 5, 6, 7, 8] {
        var farm = TwoViewsTests.farm
        var since: Instant?
        var longest = Duration.zero
        trouble.befall(&farm, seed: seed) {
          if !$0.trouble.hole {
            since = nil
          } else {
            longest = max(longest, $0.now - (since ?? $0.now))
            since = since ?? $0.now
          }
        }
        #expect(longest <= bound, "\(trouble), seed \(seed)")
        #expect(longest > heartbeat.timeout / 2, "there was a crash")
      }
    }
  }
}

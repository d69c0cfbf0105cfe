import TestSupport
import Testing

@testable import Lab

/// The simulator's switch against the Linux bridge: who receives each of 2,000 random frames after random histories.
///
/// Source of each rule: net/bridge of Linux (`br_input.c`, `br_fdb.c`, `br_forward.c`, `br_multicast.c`).
@Suite(.inTime(if: .enabled(if: LabNeeds.missing == nil, "needs root, ip and nft")), .serialized)
struct BridgeTruthTests {
  @Test(arguments: BridgeHistory.Snoops.allCases)
  func theSameHostsReceiveTheSameFrames(_ snoops: BridgeHistory.Snoops) throws {
    var tally = BridgeHistory.Tally()
    for seed in 1...4 as ClosedRange<UInt64> {
      var history = try BridgeHistory(snoops, seed: seed)
      try history.play(frames: 125)
      tally.add(history.tally)
    }
    // The histories are worth something only if each kind of decision was asked for, and dues were met.
    #expect(tally.judged == 500)
    #expect(tally.byTable > 50 && tally.flooded > 50 && tally.nowhere > 20 && tally.afterDue > 0, "\(tally)")
    #expect((tally.snooped > 5) == (snoops != .not), "\(tally)")
  }
}

extension BridgeHistory.Tally {
  fileprivate mutating func add(_ other: Self) {
    judged += other.judged
    byTable += other.byTable
    flooded += other.flooded
    snooped += other.snooped
    nowhere += other.nowhere
    afterDue += other.afterDue
  }
}

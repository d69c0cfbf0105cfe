import Engine
import Testing

/// A virtual machine that is set back to a snapshot.
@Suite struct NodeSetBackTests {
  /// How long some bucket had two owners, and when the farm was whole for good.
  struct Course {
    var doubled = Duration.zero
    var wholeAfter = Duration.zero
    private var last: Instant

    init(at now: Instant) { last = now }

    mutating func look(at farm: borrowing TestFarm, since start: Instant) {
      let trouble = farm.trouble
      if trouble.double { doubled += farm.now - last }
      if trouble.double || trouble.hole { wholeAfter = farm.now - start }
      last = farm.now
    }
  }

  static func course(of farm: inout TestFarm, for length: Duration) -> Course {
    let start = farm.now
    var course = Course(at: start)
    farm.run(for: length) { course.look(at: $0, since: start) }
    return course
  }

  static func setBacks(in farm: TestFarm) -> [UInt64] {
    farm.notices.compactMap { if case .setBack(let more) = $0.notice { more } else { nil } }
  }

  @Test(arguments: [2, 3, 5])
  func aNodeThatWasSetBackBeginsANewLifeSaysSoAndJoins(nodes: Int) {
    var farm = NodeLifeTests.running(nodes)
    let snapshot = farm.snapshot(of: 1)
    farm.run(for: .seconds(60))
    let life = farm.nodes[1].incarnation
    farm.crash(1)
    farm.run(for: .seconds(2))
    #expect(farm.isWhole)
    farm.notices = []
    farm.setBack(1, to: snapshot)
    let course = NodeSetBackTests.course(of: &farm, for: .seconds(4))
    #expect(farm.isWhole && farm.nodes[1].status == .up && farm.nodes[1].incarnation > life)
    // Its kernel keeps the old filter until the daemon learns of it, which takes an interval and a commit.
    #expect(course.doubled <= .milliseconds(102), "\(course.doubled.nanoseconds / 1_000_000) ms")
    #expect(course.wholeAfter < .seconds(1), "\(course.wholeAfter.nanoseconds / 1_000_000) ms")
    let said = NodeSetBackTests.setBacks(in: farm)
    #expect(said.count == 1 && (550...800).contains(said.first ?? 0), "\(said)")
  }

  @Test func aNodeMayBeSetBackToAnEarlierLife() {
    var farm = NodeLifeTests.running(3)
    let snapshot = farm.snapshot(of: 1)
    farm.crash(1)
    farm.run(for: .seconds(2))
    farm.start(1)
    farm.run(for: .seconds(30))
    farm.crash(1)
    farm.run(for: .seconds(2))
    farm.notices = []
    farm.setBack(1, to: snapshot)
    let course = NodeSetBackTests.course(of: &farm, for: .seconds(4))
    #expect(farm.isWhole && farm.nodes[1].status == .up)
    #expect(course.doubled <= .milliseconds(102) && course.wholeAfter < .seconds(1))
    #expect(NodeSetBackTests.setBacks(in: farm) == [0])
    #expect(NodeReplayTests.said(.duplicateNodeID, in: farm) == 0)
  }

  @Test func nodesThatAreSetBackToDifferentTimesFindEachOtherAgain() {
    var farm = NodeLifeTests.running(3)
    let first = farm.snapshot(of: 0)
    farm.run(for: .seconds(20))
    let second = farm.snapshot(of: 1)
    farm.run(for: .seconds(20))
    let third = farm.snapshot(of: 2)
    farm.run(for: .seconds(20))
    for i in 0..<3 { farm.crash(i) }
    farm.run(for: .seconds(1))
    farm.setBack(0, to: first)
    farm.setBack(1, to: second)
    farm.setBack(2, to: third)
    let course = NodeSetBackTests.course(of: &farm, for: .seconds(10))
    #expect(farm.isWhole && farm.nodes.allSatisfy { $0.status == .up })
    #expect(course.wholeAfter < .seconds(2), "\(course.wholeAfter.nanoseconds / 1_000_000) ms")
  }

  @Test func aFarmThatIsSetBackToOneTimeGoesOnAsIfNothingHadBeen() {
    var farm = NodeLifeTests.running(3)
    let snapshots = (0..<3).map { farm.snapshot(of: $0) }
    farm.run(for: .seconds(20))
    farm.notices = []
    for i in 0..<3 { farm.setBack(i, to: snapshots[i]) }
    farm.run(for: .seconds(4)) { #expect($0.doubles() == 0) }
    #expect(farm.isWhole && NodeSetBackTests.setBacks(in: farm).isEmpty)
    #expect(NodeLifeTests.viewChanges(farm) == 0)
  }
}

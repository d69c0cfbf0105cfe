import Testing

@testable import Engine

/// The legal transitions in the life of a node, one by one; any other one traps.
@Suite struct LifecycleTests {
  private static let legal: [(Status, [Status])] = [
    (.stopped, [.listening, .up, .draining, .detached]),
    (.listening, [.stopped, .joining]),
    (.joining, [.stopped, .listening, .up, .leaving, .standby, .deaf]),
    (.up, [.stopped, .listening, .joining, .draining, .leaving, .standby, .fenced, .detached, .deaf]),
    (.draining, [.stopped, .listening, .joining, .up, .leaving, .standby, .fenced, .deaf]),
    (.detached, [.stopped, .listening, .joining, .up, .draining, .leaving, .standby, .fenced, .deaf]),
    (.leaving, [.stopped, .listening]),
    (.standby, [.stopped, .listening, .up, .leaving, .deaf]),
    (.fenced, [.stopped, .listening, .joining, .leaving, .deaf]),
    (.deaf, [.stopped, .listening, .joining, .leaving]),
  ]

  @Test func exactlyTheseTransitionsAreLegal() {
    #expect(Set(LifecycleTests.legal.map(\.0)) == Set(Status.allCases))
    for (status, successors) in LifecycleTests.legal {
      #expect(
        Status.allCases.filter { status.mayBecome($0) } == successors.sorted { $0.rawValue < $1.rawValue })
    }
  }

  /// One that comes back to it from a detached state has served all the time.
  @Test func aNodeThatComesUpServesFromThenOn() {
    let (first, later) = (Instant(nanoseconds: 5), Instant(nanoseconds: 9))
    var life = Lifecycle()
    for (next, at) in [(Status.listening, first), (.joining, first), (.up, first), (.detached, later)] {
      life.enter(next, at: at)
    }
    #expect(
      life.status == .detached && life.since == later && life.upSince == first && life.gainedAt == first)
    life.enter(.up, at: later)
    #expect(life.upSince == first && life.gainedAt == later)
    life.enter(.fenced, at: later)
    life.enter(.joining, at: later)
    life.enter(.up, at: later)
    #expect(life.upSince == later)
  }

  @Test func anIllegalTransitionIsAFaultOfOursAndTraps() async {
    await #expect(processExitsWith: .failure) {
      var life = Lifecycle()
      life.enter(.joining, at: Instant(nanoseconds: 1))
    }
  }
}

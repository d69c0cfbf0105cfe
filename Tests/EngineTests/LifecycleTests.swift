import Testing

@testable import Engine

/// The legal transitions in the life of a node, one by one; any other one traps.
@Suite("The life of a node") struct LifecycleTests {
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

  @Test("Exactly these transitions are legal")
  func table() {
    #expect(Set(LifecycleTests.legal.map(\.0)) == Set(Status.allCases))
    for (status, successors) in LifecycleTests.legal {
      #expect(
        Status.allCases.filter { status.mayBecome($0) } == successors.sorted { $0.rawValue < $1.rawValue })
    }
  }

  @Test("A node that comes up serves from then on; one that comes back to it has served all the time")
  func serves() {
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

  @Test("An illegal transition is a fault of ours and traps")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      var life = Lifecycle()
      life.enter(.joining, at: Instant(nanoseconds: 1))
    }
  }
}

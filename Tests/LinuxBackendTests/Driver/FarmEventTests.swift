import Engine
import FarmFile
import Testing

/// What the command of notify: is told is what happened, once.
@Suite struct FarmEventTests {
  static let all = GroupID(0)

  static func farm() -> WatchedFarm {
    var farm = WatchedFarm(Settings(nodeCount: 3, groups: [GroupSettings(bucketCount: 12)]))
    farm.run(for: .seconds(5))
    return farm
  }

  static func event(_ kind: FarmEventKind, _ member: Int? = nil, reason: String? = nil) -> FarmEvent {
    var event = FarmEvent(kind)
    event.member = member.map { NodeID($0) }
    event.reason = reason
    return event
  }

  static func kinds(_ events: [FarmEvent]) -> [FarmEventKind] { events.map(\.kind) }

  @Test func atTheStartOfAFarmEachNodeIsInServiceAndSeesEveryOther() {
    let farm = Self.farm()
    for node in 0..<3 {
      let events = farm.told[node]
      #expect(Set(Self.kinds(events)) == [.inService, .memberBack], "\(events)")
      #expect(events.filter { $0.kind == .inService }.count == 1)
      #expect(events.filter { $0.kind == .memberBack }.count == 2)
    }
  }

  /// First they say that they miss the node.
  @Test func afterACrashTheSurvivorsSayWhatTheyTakeOverAndFromWhom() {
    var farm = Self.farm()
    farm.forget()
    let lost = farm.nodes[2].owned(Self.all).count
    farm.runs[2] = false
    farm.run(for: .seconds(3))
    var taken = 0
    for node in 0..<2 {
      #expect(farm.told[node].contains(Self.event(.memberRemoved, 2)))
      for event in farm.told[node] where event.kind == .tookOver {
        #expect(event.from == NodeSet(NodeID(2)) && event.group == Self.all)
        taken += event.buckets ?? 0
      }
      // A hole of more than 200 ms is known only once the node is missed, and is over soon after.
      let holes = farm.told[node].filter { $0.kind == .hole || $0.kind == .holeOver }
      #expect(Self.kinds(holes).allSatisfy { $0 == .hole || $0 == .holeOver })
      #expect(holes.count % 2 == 0)
      #expect(!Self.kinds(farm.told[node]).contains(.outOfService))
    }
    #expect(taken == lost)
    farm.forget()
    farm.give(.start(Start(incarnation: Incarnation(9), bootID: BootID(9))), to: 2)
    farm.runs[2] = true
    farm.run(for: .seconds(3))
    for node in 0..<2 { #expect(Self.kinds(farm.told[node]).contains(.memberBack)) }
  }

  @Test func aFailingApplicationIsToldWithItsReasonAndAllOfThemAreAHole() {
    var farm = Self.farm()
    farm.forget()
    farm.give(.health(isHealthy: false), to: 0)
    farm.run(for: .seconds(2))
    #expect(farm.told[0] == [Self.event(.outOfService, reason: "unhealthy")])
    #expect(farm.told[1].contains(Self.event(.memberLeft, 0)))
    let taken = (1..<3).flatMap { farm.told[$0] }.filter { $0.kind == .tookOver }
    #expect(taken.allSatisfy { $0.from == NodeSet(NodeID(0)) })
    farm.forget()
    for node in 1..<3 { farm.give(.health(isHealthy: false), to: node) }
    farm.run(for: .seconds(4))
    for node in 0..<3 {
      let holes = farm.told[node].filter { $0.kind == .hole }
      #expect(holes.count == 1, "told once while it lasts: \(farm.told[node])")
      #expect(holes.first?.buckets == 12 && holes.first?.group == Self.all)
      #expect((holes.first?.length ?? .zero) > .milliseconds(200))
      #expect((holes.first?.length ?? .zero) < .milliseconds(320))
      #expect(!Self.kinds(farm.told[node]).contains(.holeOver))
    }
    for node in 0..<3 { farm.give(.health(isHealthy: true), to: node) }
    farm.run(for: .seconds(4))
    for node in 0..<3 {
      let over = farm.told[node].filter { $0.kind == .holeOver }
      #expect(over.count == 1 && over[0].reason == nil && (over.first?.length ?? .zero) > .seconds(4))
      #expect(farm.told[node].last { $0.kind == .inService || $0.kind == .outOfService }?.kind == .inService)
    }
  }

  @Test func afterACutADoubleIsTold() {
    var farm = Self.farm()
    farm.cut = [NodeSet(bits: 0b110), NodeSet(bits: 0b001), NodeSet(bits: 0b001)]
    farm.run(for: .seconds(3))
    farm.forget()
    farm.cut = [.empty, .empty, .empty]
    farm.run(for: .seconds(3))
    for node in 0..<3 {
      let doubles = farm.told[node].filter { $0.kind == .double || $0.kind == .doubleOver }
      #expect(doubles.contains { $0.kind == .double && ($0.buckets ?? 0) > 0 && $0.length != nil })
      #expect(doubles.last.map { $0.kind == .doubleOver || $0.reason == "over" } == true, "\(doubles)")
    }
  }

  @Test func aNodeThatLeavesSaysSoAndOneThatDrainsSaysWhenThatIsDone() {
    var farm = Self.farm()
    farm.forget()
    farm.give(.command(.leave), to: 0)
    farm.give(.command(.drain(deadline: .seconds(1), isForced: false)), to: 1)
    farm.run(for: .seconds(5))
    #expect(farm.told[0].contains(Self.event(.outOfService, reason: "leaving")))
    #expect(farm.told[1].contains(Self.event(.drained)))
    #expect(farm.told[1].contains(Self.event(.outOfService, reason: "drained")), "\(farm.told[1])")
    #expect(farm.told[2].contains(Self.event(.memberLeft, 0)))
  }

  @Test func anIsolatedNodeSaysWhyAndWhatIsNotChosenIsNotTold() {
    var farm = Self.farm()
    farm.forget()
    farm.cut[0] = NodeSet(bits: 0b110)
    farm.run(for: .seconds(3))
    #expect(farm.told[0].contains(Self.event(.outOfService, reason: "isolated")), "\(farm.told[0])")

    let only = NotifySettings(command: ShellCommand(line: "true"), events: [.memberLeft])
    var (watch, events) = (FarmEventWatch(only, farm.nodes[1], farm.watches[1]), [FarmEvent]())
    let actions: [Action] = [.notice(.removed(NodeID(2))), .notice(.left(NodeID(0)))]
    watch.look(at: farm.nodes[1], actions, farm.watches[1], now: farm.now, into: &events)
    #expect(events == [Self.event(.memberLeft, 0)])
  }

  @Test func aNodeThatReceivesNothingIsOutOfServiceByEveryonesWord() {
    var farm = Self.farm()
    farm.forget()
    for node in 0..<2 { farm.cut[node] = NodeSet(NodeID(2)) }
    farm.give(.frames(arrive: false), to: 2)
    farm.run(for: .seconds(3))
    let isOut = { (events: [FarmEvent]) in events.filter { $0.kind == .outOfService } }
    #expect(isOut(farm.told[2]) == [Self.event(.outOfService, reason: "deaf")])
    for node in 0..<2 {
      #expect(isOut(farm.told[node]) == [Self.event(.outOfService, 2, reason: "deaf")], "\(farm.told[node])")
    }
    farm.forget()
    for node in 0..<2 { farm.cut[node] = .empty }
    farm.give(.frames(arrive: true), to: 2)
    farm.run(for: .seconds(3))
    #expect(Self.kinds(farm.told[2]).contains(.inService))
  }

  @Test func aNodeThatWasSetBackSaysSoAndThatThisIsWhyItIsOut() {
    let farm = Self.farm()
    let notify = NotifySettings(command: ShellCommand(line: "true"))
    var (watch, events) = (FarmEventWatch(notify, farm.nodes[0], farm.watches[0]), [FarmEvent]())
    let actions: [Action] = [.notice(.setBack(heartbeats: 9)), .notice(.status(.joining, from: .up))]
    watch.look(at: farm.nodes[0], actions, farm.watches[0], now: farm.now, into: &events)
    #expect(events == [Self.event(.setBack), Self.event(.outOfService, reason: "set_back")])
    let names = FarmNames(EventLogTests.farm)
    #expect(
      events.map { names.text(of: $0, from: NodeID(0)) } == [
        "alpha was set back, as to a snapshot, and begins a new life",
        "alpha is out of service: it was set back, as to a snapshot",
      ])
    #expect(
      names.text(of: Self.event(.stale, 1), from: NodeID(0))
        == "alpha hears old heartbeats of beta again and again, and no newer ones")
  }

  @Test func whatANodeSaysAtEveryTickIsToldOnceAndAgainWhenItComesBack() {
    let farm = Self.farm()
    let notify = NotifySettings(command: ShellCommand(line: "true"))
    var watch = FarmEventWatch(notify, farm.nodes[0], farm.watches[0])
    var events: [FarmEvent] = []
    for second in [0, 1, 2, 9, 18, 40] {
      watch.look(
        at: farm.nodes[0],
        [
          .notice(.duplicateNodeID), .notice(.sharedNodeID(NodeID(2))),
          .notice(.unauthenticated(from: NodeID(second % 2 + 1))),
          .notice(.setBack(heartbeats: UInt64(second))), .notice(.stale(NodeID(1))),
        ],
        farm.watches[0], now: farm.now + .seconds(second), into: &events)
    }
    #expect(events.filter { $0.kind == .duplicateID && $0.member == nil }.count == 2)
    #expect(events.filter { $0.kind == .duplicateID && $0.member == NodeID(2) }.count == 2)
    #expect(events.filter { $0.kind == .wrongKey && $0.member == NodeID(1) }.count == 3)
    #expect(events.filter { $0.kind == .wrongKey && $0.member == NodeID(2) }.count == 1)
    #expect(events.filter { $0 == Self.event(.setBack) }.count == 2)
    #expect(events.filter { $0 == Self.event(.stale, 1) }.count == 2)
  }
}

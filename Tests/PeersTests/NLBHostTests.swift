import Engine
import Peers
import Testing

@Suite struct NLBHostTests {
  /// The default host accepts the group after the last rule.
  private static func defaultHosts(_ farm: NLBFarm) -> [Int] {
    farm.hosts.indices.filter { farm.running[$0] && !(farm.filters[$0].last?.isEmpty ?? true) }
  }

  @Test func theLowestPriorityIsTheDefaultHostAndTheNextOneAfterIt() {
    var farm = NLBAcceptanceTests.running(3, seed: 1)
    #expect(NLBHostTests.defaultHosts(farm) == [0])
    farm.crash(0)
    farm.run(for: .seconds(12))
    #expect(NLBHostTests.defaultHosts(farm) == [1])
    farm.start(0, phase: 1 << 30)
    farm.run(for: .seconds(8))
    #expect(NLBHostTests.defaultHosts(farm) == [0])
  }

  @Test func aSingleHostRuleGoesToTheLowestHandlingPriorityADisabledRuleToNobody() {
    var farm = NLBAcceptanceTests.running(3, seed: 2) {
      let priority = $0.priority
      $0.rules = [
        NLBPortRule(ports: PortRange(80, 80), filtering: .single, handlingPriority: 4 - priority),
        NLBPortRule(ports: PortRange(81, 81), filtering: .disabled),
        NLBPortRule(ports: PortRange(443, 443)),
      ]
    }
    #expect(farm.loads(rule: 0) == [0, 0, 60] && farm.loads(rule: 1) == [0, 0, 0])
    #expect(farm.loads(rule: 2) == [20, 20, 20] && farm.loads(rule: 3) == [1, 0, 0])
    farm.crash(2)
    farm.run(for: .seconds(12))
    #expect(farm.loads(rule: 0) == [0, 60, 0] && farm.loads(rule: 2) == [30, 30, 0])
  }

  @Test func twoHostsWithOnePriorityForASingleHostRuleDoNotConverge() {
    let farm = NLBAcceptanceTests.running(2, seed: 3) { $0.rules = [NLBPortRule(filtering: .single)] }
    #expect(farm.hosts.allSatisfy { $0.cause == .duplicateSinglePriority && $0.status == .joining })
    #expect(farm.loads() == [0, 0])
  }

  @Test func twoHostsWithOneHostPriorityThatStartTogetherNeverConvergeAndNobodyIsServed() {
    var farm = NLBFarm(hosts: 2) { $0.priority = 1 }
    farm.startAll()
    farm.run(for: .seconds(60))
    #expect(farm.hosts.allSatisfy { $0.cause == .duplicateHostID && $0.status == .joining })
    #expect(farm.loads() == [0, 0] && farm.notices.count { $0.notice == .duplicateNodeID } == 2)
  }

  @Test func aNewcomerWithOtherRulesServesNothingAndTheOthersGoOnAsBefore() {
    var farm = NLBFarm(hosts: 3)
    farm.settings[2].rules[0].affinity = .none
    farm.start(0, phase: 1 << 30)
    farm.start(1, phase: 1 << 31)
    farm.run(for: .seconds(15))
    farm.start(2, phase: 3 << 30)
    farm.run(for: .seconds(60)) { #expect($0.trouble() == (0, 0)) }
    #expect(farm.hosts.allSatisfy { $0.cause == .differentRules } && farm.loads() == [30, 30, 0])
    farm.crash(2)
    farm.run(for: .seconds(12))
    #expect(farm.hosts[0].stage == .converged && farm.hosts[0].members.count == 2)
  }

  @Test func aDrainedHostKeepsItsConnectionsTakesNoNewClientsAndStopsWithTheLastConnection() {
    var farm = NLBAcceptanceTests.running(3, seed: 4)
    let flows = { (n: Int) in
      Input.flows(GroupID(0), TrackedFlows(inside: n, outside: 0, bucketsOutside: BucketSet(capacity: 60)))
    }
    farm.give(0, flows(3))
    farm.give(0, .command(.drain(deadline: nil, isForced: false)))
    farm.run(for: .seconds(30)) { #expect($0.trouble().holes == 0) }
    #expect(farm.loads() == [0, 30, 30] && farm.hosts[0].status == .draining)
    #expect(NLBHostTests.defaultHosts(farm) == [1])
    farm.give(0, flows(0))
    #expect(farm.hosts[0].status == .stopped)
    farm.run(for: .seconds(12))
    #expect(farm.trouble() == (0, 0) && farm.hosts[1].members.count == 2)
  }

  @Test func aDrainEndsAtItsDeadlineAndAResumedHostHasItsShareAgain() {
    var farm = NLBAcceptanceTests.running(2, seed: 5)
    farm.give(
      0, .flows(GroupID(0), TrackedFlows(inside: 7, outside: 0, bucketsOutside: BucketSet(capacity: 60))))
    farm.give(0, .command(.drain(deadline: .seconds(20), isForced: false)))
    farm.run(for: .seconds(10))
    #expect(farm.loads() == [0, 60])
    farm.give(0, .command(.resume))
    farm.run(for: .seconds(6))
    #expect(farm.loads() == [30, 30] && farm.hosts[0].status == .up)
    farm.give(0, .command(.drain(deadline: .seconds(20), isForced: false)))
    farm.run(for: .seconds(21))
    #expect(farm.hosts[0].status == .stopped && farm.notices.contains { $0.notice == .drained(flowsCut: 7) })
  }

  @Test func aRuleEditOnEveryHostConvergesOneOnASingleHostDoesNot() {
    var farm = NLBAcceptanceTests.running(2, seed: 6)
    var edited = farm.settings
    for i in 0..<2 { edited[i].rules.append(NLBPortRule(ports: PortRange(0, 0))) }
    for i in 0..<2 { edited[i].rules[0].ports = PortRange(1, 65535) }
    farm.reload(0, edited[0])
    farm.run(for: .seconds(10)) { #expect($0.trouble() == (0, 0)) }
    #expect(farm.hosts.allSatisfy { $0.cause == .differentRules })
    farm.reload(1, edited[1])
    farm.run(for: .seconds(10))
    #expect(farm.hosts.allSatisfy { $0.stage == .converged })
    #expect(
      farm.loads(rule: 0) == [30, 30] && farm.loads(rule: 1) == [30, 30] && farm.loads(rule: 2) == [1, 0])
  }

  @Test func aHostAsksItsFilterAgainAfterARefusal() {
    var farm = NLBFarm(hosts: 1)
    farm.refusesCommits[0] = true
    farm.startAll()
    farm.run(for: .seconds(15))
    #expect(farm.loads() == [0])
    farm.refusesCommits[0] = false
    farm.run(for: .seconds(2))
    #expect(farm.loads() == [60])
  }

  @Test func spuriousInputsChangeNothingAndAStoppedHostDoesNothing() {
    var farm = NLBAcceptanceTests.running(2, seed: 7)
    var host = farm.hosts[0]
    var actions: [Action] = []
    let now = farm.now
    #expect(host.step(.timer, at: now, into: &actions) == .spurious)
    let old = Datagram(bytes: [1, 2, 3], from: NodeID(1), network: NetworkID(0))
    #expect(host.step(.datagram(old), at: now, into: &actions) == .malformed)
    var own = farm.frames[farm.frames.count - 1].bytes
    #expect(
      host.step(
        .datagram(Datagram(bytes: own, from: NodeID(0), network: NetworkID(0))), at: now, into: &actions)
        == .ownEcho)
    own[14 + 12] ^= 1
    let foreign = Datagram(bytes: own, from: NodeID(1), network: NetworkID(0))
    #expect(host.step(.datagram(foreign), at: now, into: &actions) == .foreignFarm)
    #expect(host.stage == .converged && host.members.count == 2)
    farm.give(0, .health(isHealthy: false))
    farm.run(for: .seconds(10))
    #expect(farm.loads() == [30, 30])
    farm.give(0, .command(.stop))
    #expect(farm.hosts[0].status == .stopped)
    #expect(
      host.step(.start(Start(incarnation: Incarnation(1), bootID: BootID(1))), at: now, into: &actions)
        == .spurious)
    farm.run(for: .seconds(10))
    #expect(farm.loads() == [0, 60])
  }

  @Test func whatIsAssumedIsNumberedAndEachValueThatCanBeSetIsWhatHappens() {
    #expect(NLBAssumptions().list.map(\.number) == Array(1...16))
    var farm = NLBAcceptanceTests.running(3, seed: 8) {
      $0.assumed.bucketCount = 12
      $0.assumed.movesFewest = false
      $0.assumed.drainKeepsMap = false
      $0.assumed.keepsMapWhileConverging = false
    }
    #expect(farm.loads() == [4, 4, 4])
    let before = farm.filters
    farm.give(0, .command(.drain(deadline: nil, isForced: false)))
    farm.run(for: .milliseconds(1))
    #expect(farm.loads()[0] == 0)
    farm.run(for: .milliseconds(1500))
    #expect(farm.loads() == [0, 0, 0])
    farm.run(for: .seconds(3))
    #expect(farm.loads() == [0, 6, 6] && farm.filters[1] != before[1])
    var alone = NLBFarm(hosts: 1) { $0.assumed.newcomerServesNothing = false }
    alone.startAll()
    alone.run(for: .milliseconds(1))
    #expect(alone.loads() == [60])
  }

  @Test func aClientOfExtendedAffinityStaysWithItsHostUntilItsTimeIsOverOrTheHostIsGone() {
    let rule = NLBPortRule(affinity: .classC, extendedAffinity: .seconds(60))
    var table = NLBAffinityTable(rule, assumed: NLBAssumptions())
    let both = NodeSet(first: 2)
    let client = IPAddress(v4: 0x0a00_0001)
    let neighbour = IPAddress(v4: 0x0a00_00ff)
    #expect(table.host(of: client, owner: NodeID(0), members: both, at: .zero) == NodeID(0))
    #expect(table.host(of: neighbour, owner: NodeID(1), members: both, at: .zero + .seconds(50)) == NodeID(0))
    #expect(table.host(of: client, owner: NodeID(1), members: both, at: .zero + .seconds(100)) == NodeID(0))
    #expect(table.host(of: client, owner: NodeID(1), members: both, at: .zero + .seconds(161)) == NodeID(1))
    #expect(
      table.host(of: client, owner: NodeID(0), members: NodeSet(NodeID(0)), at: .zero + .seconds(162))
        == NodeID(0))
    for i in 0..<100 {
      let other = IPAddress(v4: 0xc000_0000 + UInt32(i * 7919 % 100) << 8)
      #expect(table.host(of: other, owner: NodeID(i % 2), members: both, at: .zero) == NodeID(i % 2))
    }
    #expect(table.count == 101)
    var off = NLBAffinityTable(NLBPortRule(), assumed: NLBAssumptions())
    #expect(off.host(of: client, owner: NodeID(1), members: both, at: .zero) == NodeID(1) && off.count == 0)
  }

  @Test func contradictionsAreToldInASentenceEachAndRulesBecomeTheSimulators() {
    var settings = NLBSettings(priority: 33)
    settings.tolerance = 4
    settings.rules.append(NLBPortRule(ports: PortRange(80, 79), transport: .udp, weight: 101))
    settings.assumed.phases.settled = 0
    #expect(settings.problems().count == 6, "\(settings.problems())")
    #expect(settings.problems()[0] == "HostPriority is 33, expected 1 to 32")
    var good = NLBSettings(priority: 1)
    good.rules = [
      NLBPortRule(ports: PortRange(80, 80), transport: .tcp, affinity: .none),
      NLBPortRule(ports: PortRange(443, 443), affinity: .classC),
    ]
    #expect(good.problems().isEmpty && NLBSettings(priority: 1).problems().isEmpty)
    let filter = good.filterSettings(nodeCount: 4)
    #expect(filter.problems().isEmpty && filter.ownershipGroups.map(\.bucketCount) == [60, 60, 1])
    #expect(filter.rules.map(\.transport) == [.tcp, .tcp, .udp])
    #expect(
      filter.rules.map(\.identity) == [.addressPort, .network(v4: 24, v6: 48), .network(v4: 24, v6: 48)])
  }
}

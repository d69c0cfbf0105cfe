import Engine
import Testing

/// Contradictions in settings.
@Suite struct SettingsProblemsTests {
  /// Four nodes, two groups, two rules: no problem, and room to make one.
  static func sound() -> Settings {
    Settings(
      nodeCount: 4, groups: [GroupSettings(weights: [100, 50, 0, 1000]), GroupSettings(bucketCount: 1)],
      rules: [
        FilterRule(
          transport: .tcp, ports: [PortRange(80, 80), PortRange(8000, 8080)], group: GroupID(0),
          identity: .addressPort),
        FilterRule(
          transport: .udp, ports: [PortRange(0, 65535)], virtualIPs: [IPAddress(v4: 0xc000_0264)],
          group: GroupID(1), identity: .network(v4: 24, v6: 0)),
      ], unmatched: .defaultNode)
  }

  private func paths(_ change: (inout Settings) -> Void) -> [SettingsPath] {
    var settings = SettingsProblemsTests.sound()
    change(&settings)
    return settings.problems().map(\.path)
  }

  @Test func theDefaultsAndEveryProfileAreSoundOnAnyNumberOfNodes() {
    #expect(SettingsProblemsTests.sound().problems() == [])
    for nodeCount in 1...64 {
      for profile in HeartbeatProfile.allCases {
        #expect(Settings(nodeCount: nodeCount, heartbeat: profile.heartbeat).problems() == [])
      }
    }
  }

  @Test func countsAreRefusedPastTheirLimitsAndTakenAtThem() {
    for (count, paths) in [(0, [SettingsPath.nodes]), (65, [.nodes]), (-1, [.nodes]), (64, []), (4, [])] {
      #expect(self.paths { $0.nodeCount = count } == paths)
    }
    for (count, paths) in [(0, [SettingsPath.networks]), (9, [.networks]), (8, []), (1, [])] {
      #expect(self.paths { $0.networks = .init(repeating: NetworkSettings(), count: count) } == paths)
    }
    #expect(
      self.paths { $0.groups = [] } == [.groups, .rule(0, .group), .rule(1, .group)], "rules lose theirs")
    #expect(self.paths { $0.groups = .init(repeating: GroupSettings(), count: 9) } == [.groups])
    #expect(self.paths { $0.groups = .init(repeating: GroupSettings(), count: 8) } == [.unmatched])
    #expect(self.paths { $0.groups = .init(repeating: GroupSettings(), count: 7) } == [])
    #expect(
      self.paths {
        $0.groups = .init(repeating: GroupSettings(), count: 8)
        $0.unmatched = .deny
      } == [])
    #expect(self.paths { $0.networks = [NetworkSettings(carriesService: false)] } == [.networks])
    #expect(self.paths { $0.networks = [NetworkSettings(carriesService: false), NetworkSettings()] } == [])
    let rule = FilterRule(
      transport: .tcp, ports: [PortRange(1, 1)], group: GroupID(0), identity: .address)
    #expect(self.paths { $0.rules = .init(repeating: rule, count: 257) } == [.rules])
  }

  @Test func heartbeatFieldsAreRefusedJustOutsideTheirRangesAndTakenInside() {
    func at(_ change: (inout HeartbeatSettings) -> Void) -> [SettingsPath] { paths { change(&$0.heartbeat) } }
    #expect(at { $0.interval = Duration(nanoseconds: 999_999) } == [.heartbeat(.interval)])
    #expect(at { $0.interval = Duration(nanoseconds: 60_000_000_001) } == [.heartbeat(.interval)])
    #expect(at { $0.interval = .milliseconds(1) } == [])
    #expect(at { $0.interval = .seconds(60) } == [])
    #expect(at { $0.misses = 1 } == [.heartbeat(.misses)])
    #expect(at { $0.misses = 101 } == [.heartbeat(.misses)])
    #expect(at { $0.misses = 100 } == [])
    #expect(at { $0.margin = Duration(nanoseconds: -1) } == [.heartbeat(.margin)])
    #expect(at { $0.margin = Duration(nanoseconds: 60_000_000_001) } == [.heartbeat(.margin)])
    #expect(at { $0.jitterPermille = -1 } == [.heartbeat(.jitter)])
    #expect(at { $0.jitterPermille = 501 } == [.heartbeat(.jitter)])
    #expect(at { $0.jitterPermille = 500 } == [])
    #expect(at { $0.delayBound = Duration(nanoseconds: -1) } == [.heartbeat(.delayBound)])
    #expect(at { $0.delayBound = .seconds(11) } == [.heartbeat(.delayBound)])
    #expect(at { $0.commitBound = Duration(nanoseconds: -1) } == [.heartbeat(.commitBound)])
    #expect(at { $0.commitBound = .seconds(11) } == [.heartbeat(.commitBound)])
  }

  @Test func heartbeatTimesThatContradictEachOtherAreFound() {
    func at(_ change: (inout HeartbeatSettings) -> Void) -> [SettingsPath] { paths { change(&$0.heartbeat) } }
    // m >= delta.
    #expect(at { $0.margin = .milliseconds(5) } == [])
    #expect(at { $0.margin = .microseconds(4999) } == [.heartbeat(.margin)])
    // L = (k - 1) T + m = 450 ms > T + C.
    #expect(at { $0.commitBound = .microseconds(349_999) } == [])
    #expect(at { $0.commitBound = .milliseconds(350) } == [.heartbeat(.misses)])
    #expect(
      at {
        $0.commitBound = .milliseconds(350)
        $0.leasePolicy = .none
      } == [])
    // L > 2 T + 2 delta, here 210 ms.
    #expect(
      at {
        $0.misses = 2
        $0.margin = .milliseconds(110)
      } == [.heartbeat(.misses)])
    #expect(
      at {
        $0.misses = 2
        $0.margin = .microseconds(110_001)
      } == [])
    #expect(
      paths {
        $0.heartbeat.misses = 2
        $0.nodeCount = 1
        $0.groups = [GroupSettings(), GroupSettings()]
      } == [], "without peers there is no echo to wait for")
  }

  @Test func contradictionsInGroupsAreFound() {
    #expect(paths { $0.groups[1].bucketCount = 0 } == [.group(1, .bucketCount)])
    #expect(paths { $0.groups[1].bucketCount = 4097 } == [.group(1, .bucketCount)])
    #expect(paths { $0.groups[1].bucketCount = 4096 } == [])
    #expect(paths { $0.groups[0].weights.append(1) } == [.group(0, .weights)])
    #expect(paths { $0.groups[0].weights[2] = 1001 } == [.group(0, .weight(2))])
    #expect(paths { $0.groups[0].weights = [0, 0, 0, 0] } == [.group(0, .weights)])
    #expect(paths { $0.groups[0].weights = [0, 0, 0] } == [], "the fourth has the default")
  }

  @Test func maglevTablesArePrimeAndTheNeighboursAreNamed() {
    // A prime has exactly two divisors; counted plainly for every size.
    for n in 1...4096 {
      let divisors = (1...n).reduce(0) { $0 + (n % $1 == 0 ? 1 : 0) }
      let group = GroupSettings(bucketCount: n, policy: .maglev)
      #expect(Settings(nodeCount: 2, groups: [group]).problems().isEmpty == (divisors == 2))
    }
    for (n, names) in [(256, "251 or 257"), (1024, "1021 or 1031"), (4096, "4093"), (1, "2"), (4, "3 or 5")] {
      let problems = Settings(
        nodeCount: 2, groups: [GroupSettings(bucketCount: n, policy: .maglev)]
      ).problems()
      #expect(problems.map(\.text) == ["is \(n), expected a prime for maglev, the nearest being \(names)"])
    }
  }

  @Test func contradictionsInLifeAndFlowsAreFound() {
    #expect(paths { $0.life.failback = .delayed(Duration(nanoseconds: -1)) } == [.life(.failback)])
    #expect(paths { $0.life.failback = .delayed(.seconds(60)) } == [])
    #expect(paths { $0.life.flapPenalty = -1 } == [.life(.flapPenalty)])
    #expect(paths { $0.life.flapPenalty = 3001 } == [.life(.flapPenalty)])
    #expect(paths { $0.life.flapSuppress = 1_000_001 } == [.life(.flapSuppress)])
    #expect(paths { $0.life.flapReuse = 3000 } == [.life(.flapReuse)])
    #expect(paths { $0.life.flapReuse = 0 } == [.life(.flapReuse)])
    #expect(paths { $0.life.flapHalfLife = .zero } == [.life(.flapHalfLife)])
    #expect(
      paths {
        $0.life.flapPenalty = 0
        $0.life.flapHalfLife = .zero
        $0.life.flapReuse = 9000
      } == [], "without penalties nothing is held down")
    #expect(paths { $0.life.drainDeadline = .seconds(604_801) } == [.life(.drainDeadline)])
    #expect(paths { $0.flows.grace = Duration(nanoseconds: -1) } == [.flows(.grace)])
    for (nodes, paths) in [(2, [SettingsPath.life(.alone)]), (3, [])] {
      let settings = Settings(nodeCount: nodes, life: LifeSettings(alone: .quorum))
      #expect(settings.problems().map(\.path) == paths)
    }
  }

  @Test func allProblemsComeAtOnceInTheOrderOfTheFieldsAndExtremesTrapNothing() {
    let min = Duration(nanoseconds: .min)
    let settings = Settings(
      nodeCount: .max, networks: [],
      heartbeat: HeartbeatSettings(
        interval: Duration(nanoseconds: .max), misses: .max, margin: Duration(nanoseconds: .max),
        jitterPermille: .min, delayBound: min, commitBound: min),
      groups: [GroupSettings(bucketCount: .min, policy: .maglev, weights: [.max])],
      rules: [
        FilterRule(
          transport: .tcp, ports: [PortRange(2, 1)], group: GroupID(7), identity: .network(v4: 33, v6: 129))
      ],
      life: LifeSettings(
        failback: .delayed(min), flapPenalty: .min, flapSuppress: .max, flapReuse: .min,
        flapHalfLife: min, drainDeadline: min), flows: FlowSettings(grace: min))
    #expect(
      settings.problems().map(\.path.text) == [
        "nodes", "networks", "heartbeat.interval", "heartbeat.misses", "heartbeat.margin",
        "heartbeat.jitter", "heartbeat.delay_bound", "heartbeat.commit_bound", "groups[0].buckets",
        "rules[0].ports[0]", "rules[0].group", "rules[0].identity", "rules[0].identity", "life.failback",
        "life.flap_penalty", "life.flap_suppress", "life.flap_reuse", "life.flap_half_life",
        "life.drain_deadline", "flows.grace",
      ])
  }

  @Test func aProblemSaysWhatIsThereAndWhatIsPossible() {
    func text(_ change: (inout Settings) -> Void) -> [String] {
      var settings = SettingsProblemsTests.sound()
      change(&settings)
      return settings.problems().map(\.text)
    }
    #expect(text { $0.nodeCount = 65 } == ["is 65, expected 1 to 64"])
    #expect(text { $0.heartbeat.interval = .microseconds(1) } == ["is 1 us, expected 1 ms to 60 s"])
    #expect(
      text { $0.heartbeat.margin = .microseconds(1500) }
        == ["is 1500 us, expected at least the delay bound, 5 ms"])
  }
}

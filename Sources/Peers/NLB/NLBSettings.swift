import Engine

/// How one host of an NLB cluster is configured. Nothing makes the hosts agree but their administrator.
/// - Source: KB 193601 for names, ranges and defaults of the registry's values.
public struct NLBSettings: Sendable, Hashable {
  /// How heartbeats and clients reach all hosts.
  public enum Mode: UInt8, Sendable, Hashable, CaseIterable { case unicast, multicast, igmp }

  /// The primary cluster IP address (`ClusterIPAddress`), in host order.
  public var clusterAddress: UInt32
  /// The host's own address (`DedicatedIPAddress`), in host order.
  public var dedicatedAddress: UInt32
  /// The number that is unique to the host (`HostPriority`), 1 to 32. The lowest is the default host.
  public var priority: Int
  /// Between two heartbeats (`AliveMsgPeriod`), 100 ms to 10 s.
  public var period = Duration.seconds(1)
  /// How many periods after its last heartbeat a host is taken for dead (`AliveMsgTolerance`), 5 to 100.
  public var tolerance = 5
  public var mode = Mode.unicast
  /// 1 to 7: the engine's filters have 8 groups, and the default host takes one. NLB itself has room for 32.
  public var rules = [NLBPortRule()]
  public var assumed = NLBAssumptions()

  public init(priority: Int, clusterAddress: UInt32 = 0xc000_0264, dedicatedAddress: UInt32? = nil) {
    self.priority = priority
    self.clusterAddress = clusterAddress
    self.dedicatedAddress = dedicatedAddress ?? clusterAddress &+ UInt32(truncatingIfNeeded: priority)
  }

  /// Hosts of a cluster at most.
  public static let maximumHosts = 32

  /// Every contradiction, as a sentence; empty if there is none.
  public func problems() -> [String] {
    var problems: [String] = []
    func require(_ value: Int, _ range: ClosedRange<Int>, _ name: String) {
      if range.contains(value) { return }
      problems.append("\(name) is \(value), expected \(range.lowerBound) to \(range.upperBound)")
    }
    require(priority, 1...NLBSettings.maximumHosts, "HostPriority")
    require(Int(period.nanoseconds / 1_000_000), 100...10_000, "AliveMsgPeriod")
    require(tolerance, 5...100, "AliveMsgTolerance")
    require(rules.count, 1...7, "the number of port rules")
    require(assumed.bucketCount, 1...64, "the number of buckets")
    require(assumed.checkEvery, 1...100, "the number of heartbeats between two looks for silent members")
    for phases in [assumed.phases, assumed.joinPhases] {
      require(phases.converging, 1...100, "the length of converging")
      require(phases.stable, 0...100, "the length of stable")
      require(phases.mapping, 0...100, "the length of mapping")
      require(phases.settled, 1...100, "the length of settled")
    }
    for (i, rule) in rules.enumerated() {
      require(rule.weight, 0...100, "the load weight of rule \(i + 1)")
      require(rule.handlingPriority, 1...NLBSettings.maximumHosts, "the handling priority of rule \(i + 1)")
      require(
        Int(rule.extendedAffinity.nanoseconds / 60_000_000_000), 0...240, "the timeout of rule \(i + 1)")
      if rule.ports.first > rule.ports.last { problems.append("the ports of rule \(i + 1) descend") }
      for (j, earlier) in rules[..<i].enumerated() {
        let sharesPorts = rule.ports.first <= earlier.ports.last && earlier.ports.first <= rule.ports.last
        let sharesTransport =
          rule.transport == earlier.transport || rule.transport == .both || earlier.transport == .both
        if sharesPorts && sharesTransport { problems.append("rules \(j + 1) and \(i + 1) overlap") }
      }
    }
    return problems
  }

  /// The groups and rules of the simulator's filters: a group a rule, and one for the default host.
  public func filterSettings(nodeCount: Int) -> Settings {
    var filter = Settings(nodeCount: nodeCount)
    filter.groups = rules.map { _ in
      GroupSettings(bucketCount: assumed.bucketCount, hashSeed: assumed.hashSeed)
    }
    filter.rules = []
    for (i, rule) in rules.enumerated() {
      filter.rules += rule.filterRules(of: GroupID(i), assumed: assumed)
    }
    filter.unmatched = .defaultNode
    return filter
  }
}

/// Everything that a farm's nodes must agree on before they share buckets.
///
/// The same value configures the simulator and the daemon. ``problems()`` reports every contradiction at
/// once; a ``Node`` refuses to start with settings that have any. ``digest`` goes into every heartbeat.
public struct Settings: Sendable, Hashable {
  /// Tells the farm apart from others on the same segment.
  public var farmID: UInt32
  /// How many nodes are configured, 1 to 64; their ids are 0 ..< nodeCount.
  public var nodeCount: Int
  /// Heartbeat networks; at least one carries the service.
  public var networks: [NetworkSettings]
  public var heartbeat: HeartbeatSettings
  /// Load-balancing groups, 1 to 8.
  public var groups: [GroupSettings]
  /// First match wins.
  public var rules: [FilterRule]
  public var unmatched: UnmatchedPolicy
  public var life: LifeSettings
  public var flows: FlowSettings
  /// The fingerprint of what else must be the same on all nodes, such as virtual IPs. The engine compares it and knows
  /// nothing else of it. 0 for nothing.
  public var surroundings = Digest(rawValue: 0)

  public init(
    farmID: UInt32 = 1, nodeCount: Int, networks: [NetworkSettings] = [NetworkSettings()],
    heartbeat: HeartbeatSettings = HeartbeatSettings(), groups: [GroupSettings] = [GroupSettings()],
    rules: [FilterRule] = [], unmatched: UnmatchedPolicy = .deny, life: LifeSettings = LifeSettings(),
    flows: FlowSettings = FlowSettings()
  ) {
    self.farmID = farmID
    self.nodeCount = nodeCount
    self.networks = networks
    self.heartbeat = heartbeat
    self.groups = groups
    self.rules = rules
    self.unmatched = unmatched
    self.life = life
    self.flows = flows
  }
}

/// What happens to packets for the virtual IP that no rule matches.
public enum UnmatchedPolicy: Sendable, Hashable {
  /// No node accepts them.
  case deny
  /// One node accepts them: the first that is up, in configured order. It takes a group of one bucket of
  /// its own (see ``Settings/ownershipGroups``), so the ownership rules hold for it too.
  case defaultNode
}

/// One heartbeat network.
public struct NetworkSettings: Sendable, Hashable {
  /// Heartbeats on the service network are mandatory, so that a split that clients see is seen here too.
  public var carriesService: Bool
  public init(carriesService: Bool = true) { self.carriesService = carriesService }
}

/// The state of a node and its farm at one moment, as this node sees them: what `farmd status` shows.
///
/// Names are those of the farm file. Times are lengths in seconds, because another process cannot use a clock's
/// reading.
public struct StatusReport: Codable, Sendable, Hashable {
  /// The daemon's version: `0.1.0`.
  public var version: String
  /// Process id of the daemon.
  public var process: Int32
  /// This node.
  public var node: String
  /// The farm's number, `farm.id`, which tells it apart from others on the segment.
  public var farm: UInt32
  /// Whether this node serves, and why not.
  public var service: ServiceReport
  /// ``Engine/Status`` by name.
  public var status: String
  public var secondsInStatus: Double
  /// Seconds since the daemon was started; an upgrade in place begins at 0.
  public var secondsRunning: Double
  /// Seconds until the kernel filter stops accepting unless the lease is renewed; `nil` while no lease runs.
  public var secondsOfLease: Double?
  public var view: ViewReport
  public var configuration: ConfigurationReport
  /// Every configured node, in configured order.
  public var members: [MemberReport]
  /// Every group whose buckets are owned, in configured order; the default node's group comes last.
  public var groups: [GroupReport]
  public var heartbeats: HeartbeatReport
  /// How often each kind of event happened, in a fixed order.
  public var events: [CountReport]
  /// `nil` without checkers.
  public var health: CheckerReport?
  /// Open connections that the last drain cut when it was over, since the daemon was started; `nil` if no drain is
  /// over.
  public var flowsCut: Int?
  /// What others do to the farm on this machine and its segment; `nil` from a daemon of an older version.
  public var machine: MachineReport?

  public init(
    version: String, process: Int32, node: String, farm: UInt32, service: ServiceReport, status: String,
    secondsInStatus: Double,
    secondsRunning: Double, secondsOfLease: Double?, view: ViewReport, configuration: ConfigurationReport,
    members: [MemberReport], groups: [GroupReport], heartbeats: HeartbeatReport, events: [CountReport],
    health: CheckerReport? = nil, machine: MachineReport? = nil, flowsCut: Int? = nil
  ) {
    self.version = version
    self.process = process
    self.node = node
    self.farm = farm
    self.service = service
    self.status = status
    self.secondsInStatus = secondsInStatus
    self.secondsRunning = secondsRunning
    self.secondsOfLease = secondsOfLease
    self.view = view
    self.configuration = configuration
    self.members = members
    self.groups = groups
    self.heartbeats = heartbeats
    self.events = events
    self.health = health
    self.flowsCut = flowsCut
    self.machine = machine
  }
}

/// The view of the reporting node.
public struct ViewReport: Codable, Sendable, Hashable {
  /// 16 hexadecimal digits; equal on nodes with equal tables.
  public var digest: String
  public var epoch: UInt64
  /// Seconds since the view last changed.
  public var secondsUnchanged: Double

  public init(digest: String, epoch: UInt64, secondsUnchanged: Double) {
    self.digest = digest
    self.epoch = epoch
    self.secondsUnchanged = secondsUnchanged
  }
}

/// The settings that apply, by their digests of 16 hexadecimal digits.
public struct ConfigurationReport: Codable, Sendable, Hashable {
  public var digest: String
  /// The settings that come into force once every member has staged them; `nil` if none are staged.
  public var staged: String?
  /// The live nodes that have neither staged nor switched to these.
  public var waitsFor: [String]
  /// How other nodes' configurations differ.
  public var differences: [DifferenceReport]

  public init(
    digest: String, staged: String? = nil, waitsFor: [String] = [], differences: [DifferenceReport] = []
  ) {
    self.digest = digest
    self.staged = staged
    self.waitsFor = waitsFor
    self.differences = differences
  }
}

/// One configured node as the reporting node sees it.
public struct MemberReport: Codable, Sendable, Hashable {
  public var node: String
  /// ``Engine/Status`` by name; `nil` if the node has not been heard.
  public var status: String?
  /// Whether it has another configuration than this node.
  public var hasOtherConfiguration: Bool
  public var isInView: Bool
  /// Whether buckets may have it as their target.
  public var isServing: Bool
  /// Seconds since any node heard it last; `nil` for the reporting node, and if it has not been heard.
  public var secondsSinceHeard: Double?
  /// Its runtime weight in each configured group; empty if it has not been heard.
  public var weights: [UInt16]

  public init(
    node: String, status: String?, hasOtherConfiguration: Bool = false, isInView: Bool, isServing: Bool,
    secondsSinceHeard: Double?, weights: [UInt16]
  ) {
    self.hasOtherConfiguration = hasOtherConfiguration
    self.node = node
    self.status = status
    self.isInView = isInView
    self.isServing = isServing
    self.secondsSinceHeard = secondsSinceHeard
    self.weights = weights
  }
}

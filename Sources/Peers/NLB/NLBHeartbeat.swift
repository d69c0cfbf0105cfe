import Engine

/// What a host announces each period: who it is, how far it has converged, and what it has of every rule.
///
/// `NLBHeartbeat+Frame.swift` has it as bytes.
public struct NLBHeartbeat: Sendable, Hashable {
  public var clusterAddress: UInt32
  public var dedicatedAddress: UInt32
  /// The host priority, 1 to 32.
  public var priority: Int
  /// The host priority of the default host; 0 while there is none.
  public var defaultHost: Int
  public var stage: NLBStage
  /// Tells two hosts of the same priority apart, and two lives of one host.
  public var hostCode: UInt32
  public var packetsHandled: UInt32
  /// By rule; the last is the default rule.
  public var rules: [NLBRuleReport]

  public init(
    clusterAddress: UInt32, dedicatedAddress: UInt32, priority: Int, defaultHost: Int, stage: NLBStage,
    hostCode: UInt32, packetsHandled: UInt32 = 0, rules: [NLBRuleReport]
  ) {
    self.clusterAddress = clusterAddress
    self.dedicatedAddress = dedicatedAddress
    self.priority = priority
    self.defaultHost = defaultHost
    self.stage = stage
    self.hostCode = hostCode
    self.packetsHandled = packetsHandled
    self.rules = rules
  }

  /// The fingerprint of the rules, as all hosts must have them.
  public var rulesDigest: Digest {
    var digest = Digest()
    for rule in rules { digest.combine(UInt64(rule.code)) }
    return digest
  }

  /// Whether both have the same rules.
  func hasRules(of other: NLBHeartbeat) -> Bool {
    rules.count == other.rules.count && rules.indices.allSatisfy { rules[$0].code == other.rules[$0].code }
  }

  /// Whether the host has put in something else since the other heartbeat: its priority, rules or weights.
  func isChanged(since other: NLBHeartbeat) -> Bool {
    priority != other.priority || rules.count != other.rules.count
      || !rules.indices.allSatisfy {
        rules[$0].code == other.rules[$0].code && rules[$0].weight == other.rules[$0].weight
      }
  }

  /// Whether the host means to have these buckets.
  func announces(_ maps: [NLBMap]) -> Bool {
    rules.count == maps.count && rules.indices.allSatisfy { rules[$0].new == maps[$0] }
  }
}

/// What a heartbeat says of one rule.
public struct NLBRuleReport: Sendable, Hashable {
  /// A fingerprint of what must be the same on all hosts.
  public var code: UInt32
  /// The buckets that the host serves.
  public var current: NLBMap
  /// Those that it is to serve by the newest plan.
  public var new: NLBMap
  /// Those without a connection here.
  public var idle: NLBMap
  /// Those that it serves until their new owner does.
  public var ready: NLBMap
  /// The load weight, or the handling priority of a single-host rule; 0 while the host drains.
  public var weight: UInt32

  public init(
    code: UInt32, current: NLBMap = .empty, new: NLBMap = .empty, idle: NLBMap = .empty,
    ready: NLBMap = .empty,
    weight: UInt32 = 0
  ) {
    self.code = code
    self.current = current
    self.new = new
    self.idle = idle
    self.ready = ready
    self.weight = weight
  }
}

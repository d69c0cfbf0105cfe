/// Which setting a problem is about, so that a reader of configuration files can point at its line.
///
/// Groups, rules, ranges, addresses and weights are numbered from 0, as they stand in ``Settings``.
public enum SettingsPath: Sendable, Hashable {
  case nodes
  case networks
  case heartbeat(HeartbeatField)
  case groups
  case group(Int, GroupField)
  case rules
  case rule(Int, RuleField)
  case unmatched
  case life(LifeField)
  case flows(FlowField)

  public enum HeartbeatField: UInt8, Sendable, Hashable, CaseIterable {
    case interval, misses, margin, jitter, delayBound, commitBound
  }

  public enum GroupField: Sendable, Hashable {
    case bucketCount
    case weights
    /// The weight of one node.
    case weight(Int)
  }

  public enum RuleField: Sendable, Hashable {
    /// The rule as a whole.
    case entire
    case ports
    /// One of the port ranges.
    case portRange(Int)
    case virtualIPs
    /// One of the addresses.
    case virtualIP(Int)
    case group
    case identity
  }

  public enum LifeField: UInt8, Sendable, Hashable, CaseIterable {
    case failback, alone, flapPenalty, flapSuppress, flapReuse, flapHalfLife, drainDeadline
  }

  public enum FlowField: UInt8, Sendable, Hashable, CaseIterable {
    case grace
  }

  /// The path in the words of configuration files, for example `groups[1].weights[3]`.
  public var text: String {
    switch self {
    case .nodes: "nodes"
    case .networks: "networks"
    case .heartbeat(let field): "heartbeat.\(field.name)"
    case .groups: "groups"
    case .group(let i, .bucketCount): "groups[\(i)].buckets"
    case .group(let i, .weights): "groups[\(i)].weights"
    case .group(let i, .weight(let node)): "groups[\(i)].weights[\(node)]"
    case .rules: "rules"
    case .rule(let i, .entire): "rules[\(i)]"
    case .rule(let i, .ports): "rules[\(i)].ports"
    case .rule(let i, .portRange(let range)): "rules[\(i)].ports[\(range)]"
    case .rule(let i, .virtualIPs): "rules[\(i)].virtual_ips"
    case .rule(let i, .virtualIP(let address)): "rules[\(i)].virtual_ips[\(address)]"
    case .rule(let i, .group): "rules[\(i)].group"
    case .rule(let i, .identity): "rules[\(i)].identity"
    case .unmatched: "unmatched"
    case .life(let field): "life.\(field.name)"
    case .flows(.grace): "flows.grace"
    }
  }
}

extension SettingsPath.HeartbeatField {
  /// The key in configuration files.
  public var name: String {
    switch self {
    case .interval: "interval"
    case .misses: "misses"
    case .margin: "margin"
    case .jitter: "jitter"
    case .delayBound: "delay_bound"
    case .commitBound: "commit_bound"
    }
  }
}

extension SettingsPath.LifeField {
  /// The key in configuration files.
  public var name: String {
    switch self {
    case .failback: "failback"
    case .alone: "alone"
    case .flapPenalty: "flap_penalty"
    case .flapSuppress: "flap_suppress"
    case .flapReuse: "flap_reuse"
    case .flapHalfLife: "flap_half_life"
    case .drainDeadline: "drain_deadline"
    }
  }
}

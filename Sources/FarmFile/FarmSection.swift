/// The mappings of the `farm:` block and the keys that each may have.
public enum FarmSection: String, KeySection {
  case farm, node, heartbeat, group, rule, failback, flap, checker, application, notify

  public var path: String? {
    switch self {
    case .farm: "farm"
    case .node, .group, .rule, .checker: "farm.\(rawValue)s"
    case .heartbeat, .failback, .flap, .application, .notify: "farm.\(rawValue)"
    }
  }

  public var keys: [String] {
    switch self {
    case .farm:
      [
        "id", "nodes", "virtual_ip", "profile", "heartbeat", "groups", "rules", "unmatched", "failback",
        "alone", "flap", "drain_deadline", "flow_grace", "reset_unknown_segments", "checkers", "application",
        "notify",
      ]
    case .node: ["weight"]
    case .heartbeat:
      ["interval", "misses", "margin", "jitter", "delay_bound", "commit_bound", "relay", "lease"]
    case .group: ["buckets", "hash_seed", "policy", "weights"]
    case .rule: ["name", "protocol", "port", "virtual_ip", "group", "identity"]
    case .failback: ["delayed"]
    case .flap: ["penalty", "suppress", "reuse", "half_life"]
    case .checker:
      ConfiguredCheckers.kinds
        + ["expect", "host", "name", "interval", "timeout", "threshold", "recovery", "action"]
    case .application: ["start", "stop", "restart", "start_time", "timeout", "maxloop", "loop_interval"]
    case .notify: ["command", "events", "hole", "timeout"]
    }
  }
}

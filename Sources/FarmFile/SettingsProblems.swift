import Engine

extension SettingsPath {
  /// The keys of the `farm:` block that lead to the setting. Groups and rules go by their position.
  var keys: [String] {
    switch self {
    case .nodes: ["nodes"]
    // Networks are beside the `farm:` block.
    case .networks: []
    case .heartbeat(let field): ["heartbeat", field.name]
    case .groups: ["groups"]
    case .group(let i, let field):
      switch field {
      case .bucketCount: ["groups", "\(i)", "buckets"]
      case .weights: ["groups", "\(i)", "weights"]
      case .weight(let node): ["groups", "\(i)", "weights", "\(node)"]
      }
    case .rules: ["rules"]
    case .rule(let i, let field): ["rules", "\(i)"] + field.keys
    case .unmatched: ["unmatched"]
    case .life(let field):
      switch field {
      case .failback: ["failback"]
      case .alone: ["alone"]
      case .flapPenalty: ["flap", "penalty"]
      case .flapSuppress: ["flap", "suppress"]
      case .flapReuse: ["flap", "reuse"]
      case .flapHalfLife: ["flap", "half_life"]
      case .drainDeadline: ["drain_deadline"]
      }
    case .flows(.grace): ["flow_grace"]
    }
  }
}

extension SettingsPath.RuleField {
  fileprivate var keys: [String] {
    switch self {
    case .entire: []
    case .ports: ["port"]
    case .portRange(let range): ["port", "\(range)"]
    case .virtualIPs: ["virtual_ip"]
    case .virtualIP(let address): ["virtual_ip", "\(address)"]
    case .group: ["group"]
    case .identity: ["identity"]
    }
  }
}

extension YAMLReader {
  /// Reports the contradictions that the engine finds, each at the deepest value of its path that is written.
  func report(_ problems: [SettingsProblem]) {
    for problem in problems {
      let keys = problem.path.keys
      if case .group(let i, .weights) = problem.path, !node.has(["groups", "\(i)", "weights"]) {
        log.add(
          node.place(of: ["nodes"]), "'nodes' gives every node the weight 0", expected: problem.expected)
        continue
      }
      let name = keys.last { Int($0) == nil } ?? "networks"
      log.add(node.place(of: keys), "'\(name)' is \(problem.seen)", expected: problem.expected)
    }
  }
}

extension YAMLNode {
  /// Whether there is a value at a path.
  fileprivate func has(_ path: [String]) -> Bool {
    guard let step = path.first else { return true }
    guard case .mapping(let entries) = content else { return false }
    let value =
      entries.first { $0.key == step }?.value
      ?? Int(step).flatMap { entries.indices.contains($0) ? entries[$0].value : nil }
    return value?.has(Array(path.dropFirst())) ?? false
  }

  /// The place of the value at a path, or of the deepest value on the way that exists.
  package func place(of path: [String]) -> Place {
    guard let step = path.first else { return place }
    let rest = Array(path.dropFirst())
    switch content {
    case .mapping(let entries):
      if let entry = entries.first(where: { $0.key == step }) { return entry.value.place(of: rest) }
      guard let index = Int(step), entries.indices.contains(index) else { return place }
      return entries[index].value.place(of: rest)
    case .list(let items):
      guard let index = Int(step), items.indices.contains(index) else { return place }
      return items[index].place(of: rest)
    // A list of one rule may be written without the list.
    case .scalar: return place
    }
  }
}

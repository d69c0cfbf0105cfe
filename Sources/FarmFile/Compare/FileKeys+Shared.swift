import Engine

/// What must be the same on every node. `docs/farm-file.md` lists it for operators, with the reason of each.
extension FileKeys {
  /// The keys that nodes compare, of the farm and of how it runs.
  /// - Parameter linux: `nil` for a farm that is only simulated.
  public static func shared(_ farm: Farm, _ linux: LinuxSettings?) -> FileKeys {
    var keys = FileKeys([])
    keys.addFarm(farm)
    keys.addHeartbeat(farm.settings.heartbeat)
    keys.addGroups(farm)
    keys.list.append(FileKey("farm.rules", list: farm.settings.rules.map { rule($0, of: farm) }))
    keys.addLife(farm.settings)
    keys.addNetworks(farm)
    if let linux { keys.addLinux(linux, of: farm) }
    return keys
  }

  private mutating func add(_ path: String, _ value: String) { list.append(FileKey(path, value)) }

  private mutating func addFarm(_ farm: Farm) {
    add("farm.id", "\(farm.settings.farmID)")
    // The order of the names gives the nodes' ids.
    list.append(FileKey("farm.nodes", list: farm.nodes))
    // The automatic MAC follows from their order, and is compared itself.
    list.append(FileKey("farm.virtual_ip", list: farm.virtualIPs.map(\.text).sorted()))
  }

  private mutating func addHeartbeat(_ heartbeat: HeartbeatSettings) {
    let path = "farm.heartbeat"
    add("\(path).interval", heartbeat.interval.exactText)
    add("\(path).misses", "\(heartbeat.misses)")
    add("\(path).margin", heartbeat.margin.exactText)
    let (percent, tenth) = heartbeat.jitterPermille.quotientAndRemainder(dividingBy: 10)
    add("\(path).jitter", tenth == 0 ? "\(percent) %" : "\(percent).\(tenth) %")
    add("\(path).delay_bound", heartbeat.delayBound.exactText)
    add("\(path).commit_bound", heartbeat.commitBound.exactText)
    add("\(path).relay", heartbeat.isRelaying ? "yes" : "no")
    add("\(path).lease", "\(heartbeat.leasePolicy)")
  }

  private mutating func addGroups(_ farm: Farm) {
    list.append(FileKey("farm.groups", list: farm.groups))
    for (name, group) in zip(farm.groups, farm.settings.groups) {
      let path = "farm.groups.\(name)"
      add("\(path).buckets", "\(group.bucketCount)")
      add("\(path).hash_seed", "\(group.hashSeed)")
      add("\(path).policy", "\(group.policy.name)")
      for (i, node) in farm.nodes.enumerated() {
        add("\(path).weights.\(node)", "\(group.weight(of: NodeID(i)))")
      }
    }
  }

  private static func rule(_ rule: FilterRule, of farm: Farm) -> String {
    let ports = rule.ports.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }
    var parts = [
      "protocol: \(rule.transport)", "port: \(joined(ports))", "identity: \(rule.identity.fileText)",
    ]
    if farm.groups.count > 1, rule.group.index < farm.groups.count {
      parts.append("group: \(farm.groups[rule.group.index])")
    }
    if !rule.virtualIPs.isEmpty { parts.append("virtual_ip: \(joined(rule.virtualIPs.map(\.text)))") }
    return "{\(parts.joined(separator: ", "))}"
  }

  private static func joined(_ values: [String]) -> String {
    values.count == 1 ? values[0] : "[\(values.joined(separator: ", "))]"
  }

  private mutating func addLife(_ settings: Settings) {
    let life = settings.life
    add("farm.unmatched", settings.unmatched == .deny ? "deny" : "default_node")
    switch life.failback {
    case .automatic: add("farm.failback", "automatic")
    case .delayed(let time): add("farm.failback", "delayed \(time.exactText)")
    case .manual: add("farm.failback", "manual")
    }
    add("farm.alone", "\(life.alone)")
    add("farm.flap.penalty", "\(life.flapPenalty)")
    add("farm.flap.suppress", "\(life.flapSuppress)")
    add("farm.flap.reuse", "\(life.flapReuse)")
    add("farm.flap.half_life", life.flapHalfLife.exactText)
    add("farm.drain_deadline", life.drainDeadline.exactText)
    add("farm.flow_grace", settings.flows.grace.exactText)
    add("farm.reset_unknown_segments", settings.flows.resetsUnknownSegments ? "yes" : "no")
  }

  private mutating func addNetworks(_ farm: Farm) {
    list.append(FileKey("networks", list: farm.networks))
    for (name, network) in zip(farm.networks, farm.settings.networks) {
      add("networks.\(name).carries", network.carriesService ? "service, heartbeat" : "heartbeat")
    }
  }

  private mutating func addLinux(_ linux: LinuxSettings, of farm: Farm) {
    for (node, places) in zip(farm.nodes, linux.attachments) {
      for (network, place) in zip(farm.networks, places) {
        add("linux.addresses.\(node).\(network)", place.address.text)
      }
    }
    add("linux.port", "\(linux.port)")
    list.append(
      FileKey("linux.delivery", list: zip(farm.networks, linux.delivery).map { "\($1.fileText) on \($0)" }))
    add("linux.shared_address", "\(linux.sharedAddress)")
    if linux.sharedAddress != .none, let first = farm.virtualIPs.first {
      let mac = linux.sharedMAC ?? .automatic(for: first, mode: linux.sharedAddress)
      add("linux.shared_mac", "\(mac)")
    }
    // Two witnesses would let both sides of a split serve. By any other policy nobody asks it.
    if farm.settings.life.alone == .witness { add("linux.gateway", linux.gateway?.text ?? "none") }
  }
}

extension ClientIdentity {
  /// The identity as the farm file spells it.
  package var fileText: String {
    switch self {
    case .address: "address"
    case .addressPort: "address_port"
    case .network(let v4, let v6): "network/\(v4)/\(v6)"
    case .port: "port"
    }
  }
}

extension HeartbeatDelivery {
  fileprivate var fileText: String {
    switch self {
    case .broadcast: "broadcast"
    case .unicast: "unicast"
    case .multicast(let group): "multicast \(group.text)"
    }
  }
}

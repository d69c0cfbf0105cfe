import Engine

/// The load-balancing groups of a farm; one named `default` if the file has none.
struct ConfiguredGroups {
  var list = NameList(kind: "group", names: ["default"])
  var settings: [GroupSettings]

  init(_ value: YAMLReader?, nodes: ConfiguredNodes) {
    settings = [ConfiguredGroups.read(nil, nodes: nodes)]
    guard let value, let entries = value.entries(expected: "a mapping of group names to their settings")
    else { return }
    guard 1...Limits.maximumGroups ~= entries.count else {
      value.report(PlainNumber.count(entries.count, "group"), expected: "1 to \(Limits.maximumGroups)")
      list = NameList(kind: "group", names: ["default"], isComplete: false)
      return
    }
    list = NameList(kind: "group", names: entries.map(\.key))
    settings = entries.map { ConfiguredGroups.read($0.value, nodes: nodes) }
  }

  private static func read(_ value: YAMLReader?, nodes: ConfiguredNodes) -> GroupSettings {
    let keys = value.flatMap { $0.node.isNull ? nil : $0.keys(of: FarmSection.group) }
    var group = GroupSettings()
    group.bucketCount = keys?["buckets"]?.integer(in: 1...Limits.maximumBuckets) ?? group.bucketCount
    group.hashSeed = UInt32(keys?["hash_seed"]?.integer(in: 0...Int(UInt32.max)) ?? 0)
    group.policy = keys?["policy"]?.choice(GroupPolicy.allCases.map { ("\($0.name)", $0) }) ?? group.policy
    var weights = nodes.weights
    if let reader = keys?["weights"] {
      for entry in reader.entries(expected: "a mapping of node names to weights") ?? [] {
        let index = nodes.list.index(of: entry.key, at: entry.place, log: reader.log)
        if let weight = entry.value.weight(), let index { weights[index] = weight }
      }
    }
    // Empty means the default for all. So equal settings are equal values.
    group.weights = weights.allSatisfy { $0 == GroupSettings.defaultWeight } ? [] : weights
    return group
  }
}

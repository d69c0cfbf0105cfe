import Engine
import FarmFile

/// The `farm:` block as it is written and as it was read: what a reload changes parts of.
struct WrittenFarm {
  let reader: YAMLReader
  let networks: ConfiguredNetworks
  let farm: Farm

  /// The farm with some of its values written otherwise.
  /// - Parameter change: a mapping of the same keys; `nil`: the file as it is.
  /// - Returns: `nil` after a problem: what is wrong with the changed farm, or what a running farm cannot change.
  func changed(by change: YAMLReader?) -> Reload? {
    let nothing = YAMLNode(place: reader.node.place, content: .mapping([]))
    guard let change else {
      return Reload(change: nothing, farm: farm)
    }
    guard change.isMapping else {
      _ = change.keys(of: FarmSection.farm)
      return nil
    }
    let before = change.log.count
    let merged = YAMLReader(change.node.merged(over: reader.node), name: "farm", log: reader.log)
    let block = FarmBlock(merged, networks: networks.purposes)
    guard change.log.count == before else { return nil }
    refuse(block.farm, change)
    guard change.log.count == before else { return nil }
    return Reload(change: change.node, farm: block.farm)
  }

  /// Reports what of a changed farm needs a restart on a real farm, and what is not played.
  private func refuse(_ next: Farm, _ change: YAMLReader) {
    func report(_ keys: [String], _ message: String, expected: String? = nil) {
      change.log.add(change.node.place(of: keys), message, expected: expected)
    }
    for (key, isChanged) in [
      ("id", next.settings.farmID != farm.settings.farmID),
      ("virtual_ip", next.virtualIPs != farm.virtualIPs),
    ] where isChanged { report([key], "farm.\(key) cannot change while farmd runs: restart it") }
    if next.nodes != farm.nodes {
      report(
        ["nodes"], "a reload with other 'nodes' is not played",
        expected: "the same nodes; other weights go under 'groups' if the file only counts its nodes")
    }
  }
}

extension Reload {
  /// Rules that only reloads bring, each once, with their names: clients may be there before.
  static func laterRules(_ reloads: [Reload], farm: Farm) -> (rules: [FilterRule], names: [String]) {
    var rules: [FilterRule] = []
    var names: [String] = []
    for reload in reloads {
      for (rule, name) in zip(reload.settings.rules, reload.farm.rules)
      where !farm.settings.rules.contains(rule) && !rules.contains(rule) {
        rules.append(rule)
        names.append(name)
      }
    }
    return (rules, names)
  }
}

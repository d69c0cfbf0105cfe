import Engine
import FarmFile

/// The `farm:` block as it is written and as it was read: what a reload changes parts of.
struct WrittenFarm {
  let reader: YAMLReader
  let networks: ConfiguredNetworks
  let farm: Farm
  /// Nodes that only reloads bring, in the order of their ids.
  let laterNodes: [String]

  /// - Parameter faults: of the scenario: what is wrong with them is said when they are read.
  init(reader: YAMLReader, networks: ConfiguredNetworks, farm: Farm, faults: YAMLReader?) {
    (self.reader, self.networks, self.farm) = (reader, networks, farm)
    let aside = ProblemLog(file: reader.log.file)
    var longest = farm.nodes
    for line in faults.map({
      YAMLReader($0.node, name: "faults", log: aside).itemsOrSelf(atMost: .max)
    }) ?? [] {
      guard let change = line.value(at: ["reload", "farm"]), change.value(at: ["nodes"]) != nil
      else { continue }
      let merged = YAMLReader(change.node.merged(over: reader.node), name: "farm", log: aside)
      let before = aside.count
      let nodes = FarmBlock(merged, networks: networks.purposes).nodes
      if aside.count == before, nodes.names.count > longest.count { longest = nodes.names }
    }
    laterNodes = longest.starts(with: farm.nodes) ? Array(longest.dropFirst(farm.nodes.count)) : []
  }

  /// The nodes that there are in the run.
  func everyNode(_ own: NameList) -> NameList {
    laterNodes.isEmpty
      ? own : NameList(kind: own.kind, names: own.names + laterNodes, isComplete: own.isComplete)
  }

  /// The farm with some of its values written otherwise.
  /// - Parameters:
  ///   - change: a mapping of the same keys; `nil`: none is written otherwise.
  ///   - without: keys that are written no more.
  /// - Returns: `nil` after a problem: what is wrong with the changed farm, or what a running farm cannot change.
  func changed(by change: YAMLReader? = nil, without: YAMLReader? = nil) -> Reload? {
    let nothing = YAMLNode(place: reader.node.place, content: .mapping([]))
    guard let asked = change ?? without else { return Reload(change: nothing, farm: farm) }
    if let change, !change.isMapping {
      _ = change.keys(of: FarmSection.farm)
      return nil
    }
    let before = asked.log.count
    let (rest, gone) = removing(without)
    let merged = YAMLReader(change?.node.merged(over: rest) ?? rest, name: "farm", log: reader.log)
    guard asked.log.count == before else { return nil }
    let block = FarmBlock(merged, networks: networks.purposes)
    guard asked.log.count == before else { return nil }
    refuse(block.farm, asked)
    guard asked.log.count == before else { return nil }
    return Reload(change: change?.node ?? nothing, without: gone, farm: block.farm)
  }

  /// The file without some keys, and which they are.
  private func removing(_ keys: YAMLReader?) -> (rest: YAMLNode, gone: [String]) {
    var (rest, gone) = (reader.node, [String]())
    for item in keys?.itemsOrSelf(atMost: 64) ?? [] {
      guard let path = item.text(expected: "a key of the farm, such as groups.mail") else {
        continue
      }
      if let next = rest.removing(path.split(separator: ".").map(String.init)) {
        rest = next
        gone.append(path)
      } else {
        item.report("the farm has no '\(path)'", expected: "a key of the farm, such as groups.mail")
      }
    }
    return (rest, gone)
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
    let all = farm.nodes + laterNodes
    if !all.starts(with: next.nodes) {
      report(
        ["nodes"], "nodes of a farm that runs come and go at the end of the list alone",
        expected: "the first of \(all.joined(separator: ", ")), in this order")
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

extension YAMLReader {
  /// The value below some keys; `nil` if there is none.
  fileprivate func value(at path: [String]) -> YAMLReader? {
    guard let key = path.first else { return self }
    guard case .mapping(let entries) = node.content,
      let entry = entries.first(where: { $0.key == key })
    else { return nil }
    return YAMLReader(entry.value, name: key, log: log).value(at: Array(path.dropFirst()))
  }
}

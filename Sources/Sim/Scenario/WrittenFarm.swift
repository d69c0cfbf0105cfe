import Engine
import FarmFile

/// The `farm:` block as written and as read, so that a reload can change parts of it.
///
/// A reload is merged over the written block and read as a farm file again. Problems are collected aside: those of the
/// farm itself are known already, and only the others are reported.
struct WrittenFarm {
  let reader: YAMLReader
  let networks: ConfiguredNetworks
  let farm: Farm
  /// Nodes that only reloads bring, in the order of their ids.
  let laterNodes: [String]

  /// - Parameter faults: the scenario's `faults:` block. Its own problems are reported when it is read.
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

  /// All nodes of the run.
  func everyNode(_ own: NameList) -> NameList {
    laterNodes.isEmpty
      ? own : NameList(kind: own.kind, names: own.names + laterNodes, isComplete: own.isComplete)
  }

  /// The farm with some of its values changed.
  /// - Parameters:
  ///   - change: a mapping with the same keys as the farm's; `nil` if no value changes.
  ///   - without: keys to remove from the file.
  /// - Returns: `nil` after a problem: the changed farm is wrong, or a running farm cannot change so.
  func changed(by change: YAMLReader? = nil, without: YAMLReader? = nil) -> Reload? {
    guard let asked = without ?? change else { return Reload(farm: farm) }
    if let change, !change.isMapping {
      _ = change.keys(of: FarmSection.farm)
      return nil
    }
    let before = asked.log.count
    let (rest, gone) = removing(without)
    if let change { refuseNothings(change, over: rest, path: []) }
    guard asked.log.count == before else { return nil }
    let aside = ProblemLog(file: reader.log.file)
    let merged = YAMLReader(change?.node.merged(over: rest) ?? rest, name: "farm", log: aside)
    let block = FarmBlock(merged, networks: networks.purposes)
    report(aside.problems, of: asked, change: change?.node)
    guard aside.isEmpty else { return nil }
    refuse(block.farm, change ?? asked)
    guard asked.log.count == before else { return nil }
    if block.farm == farm { return Reload(farm: farm) }
    let words = change.map {
      ReloadWords(nodes: block.farm.nodes, before: farm.nodes).of($0.node, over: rest)
    }
    return Reload(changes: words ?? [], without: gone, farm: block.farm)
  }

  /// Reports problems of the changed farm: at their place if the reload wrote it, otherwise at the reload. Problems of
  /// the farm itself have been reported before.
  private func report(_ problems: [Problem], of asked: YAMLReader, change: YAMLNode?) {
    let own = change?.places ?? []
    let known = problems.isEmpty ? [] : asked.log.problems
    for problem in problems where !known.contains(problem) {
      let isOwn = own.contains(problem.place)
      asked.log.add(
        isOwn ? problem.place : asked.node.place,
        isOwn ? problem.message : "after this reload: \(problem.message)", expected: problem.expected,
        nearest: problem.nearest)
    }
  }

  /// Reports values that are left empty although the farm has one: they change nothing. A group may be named without a
  /// value.
  private func refuseNothings(_ change: YAMLReader, over base: YAMLNode, path: [String]) {
    guard case .mapping(let entries) = change.node.content, case .mapping(let all) = base.content else {
      return
    }
    for entry in entries {
      guard let own = all.first(where: { $0.key == entry.key })?.value, !own.isNull else { continue }
      let path = path + [entry.key]
      let value = YAMLReader(entry.value, name: entry.key, log: change.log)
      if !entry.value.isNull {
        refuseNothings(value, over: own, path: path)
      } else if path.count != 2 || path[0] != "groups" {
        let key = path.joined(separator: ".")
        value.report(
          "'\(key)' without a value changes nothing",
          expected: "a value, or 'without: \(key)' for its default")
      }
    }
  }

  /// The file without some keys, and the keys that were removed.
  private func removing(_ keys: YAMLReader?) -> (rest: YAMLNode, gone: [String]) {
    var (rest, gone) = (reader.node, [String]())
    for item in keys?.itemsOrSelf(atMost: 64) ?? [] {
      guard let path = item.text(expected: "a key of the farm, such as groups.mail") else {
        continue
      }
      if let next = rest.removing(path.split(separator: ".").map(String.init)) {
        rest = next
        gone.append(path)
        continue
      }
      let keys = rest.paths
      let nearest = item.log.nearest(to: path, among: keys)
      let section = path.prefix { $0 != "." } + "."
      let example = keys.first { $0.hasPrefix(section) } ?? keys.last ?? "groups"
      item.report(
        "the farm has no '\(path)'",
        expected: nearest == nil ? "a key that it has, such as \(example)" : nil, nearest: nearest)
    }
    return (rest, gone)
  }

  /// Reports changes that a real farm cannot make while it runs.
  private func refuse(_ next: Farm, _ change: YAMLReader) {
    func report(_ keys: [String], _ message: String, expected: String? = nil) {
      change.log.add(change.node.place(of: keys), message, expected: expected)
    }
    for (key, isChanged, own) in [
      ("id", next.settings.farmID != farm.settings.farmID, "\(farm.settings.farmID)"),
      ("virtual_ip", next.virtualIPs != farm.virtualIPs, farm.virtualIPs.map(\.text).joined(separator: ", ")),
    ] where isChanged {
      report([key], "farm.\(key) cannot change while the farm runs", expected: "\(own), as at its start")
    }
    let all = farm.nodes + laterNodes
    if !all.starts(with: next.nodes) {
      report(
        ["nodes"], "nodes of a farm that runs come and go at the end of the list alone",
        expected: "a list that begins with \(all.joined(separator: ", ")), or is the beginning of that")
    }
  }
}

extension Reload {
  /// Rules that only reloads bring, each once, with their names. Clients may come before the reload does.
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

extension YAMLNode {
  /// The places of this node and of everything in it.
  fileprivate var places: Set<Place> {
    switch content {
    case .scalar: [place]
    case .list(let items): items.reduce(into: [place]) { $0.formUnion($1.places) }
    case .mapping(let entries):
      entries.reduce(into: [place]) { places, entry in
        places.insert(entry.place)
        places.formUnion(entry.value.places)
      }
    }
  }

  /// The paths of all keys in it, as `without` names them.
  fileprivate var paths: [String] {
    guard case .mapping(let entries) = content else { return [] }
    return entries.flatMap { entry in [entry.key] + entry.value.paths.map { "\(entry.key).\($0)" } }
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

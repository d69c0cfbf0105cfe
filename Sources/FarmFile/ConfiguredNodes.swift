import Engine

/// The nodes of a farm: a number, a list of names, or a mapping of names to weights.
struct ConfiguredNodes {
  var list: NameList
  /// By node; the weight in every group that gives none of its own.
  var weights: [UInt16]

  /// Whether a text can name a node: at most 63 letters, digits, dots, dashes and underscores, with a letter
  /// first. So no number is a name.
  static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 63 else { return false }
    func isLetter(_ byte: UInt8) -> Bool { 65...90 ~= byte || 97...122 ~= byte }
    return isLetter(first)
      && name.utf8.allSatisfy { isLetter($0) || 48...57 ~= $0 || $0 == 45 || $0 == 46 || $0 == 95 }
      && name != "all"
  }

  init(_ keys: YAMLKeys?) {
    list = NameList(kind: "node", names: ["node1"], isComplete: false)
    weights = [GroupSettings.defaultWeight]
    let expected = "a number of nodes, a list of names, or a mapping of names to weights"
    guard let value = keys?.required("nodes", expected: expected) else { return }
    let before = value.log.count
    var names: [String] = []
    var weights: [UInt16] = []
    if value.isMapping {
      for entry in (value.entries(expected: expected) ?? []).prefix(Limits.maximumNodes + 1) {
        ConfiguredNodes.add(entry.key, at: entry.place, to: &names, log: value.log)
        weights.append(ConfiguredNodes.weight(entry.value))
      }
    } else if value.isList {
      if let pair = value.items(expected: expected)?.first(where: \.isMapping) {
        pair.report(
          "a node with its weight in a list of names",
          expected: "braces around all, as {paris: 100, lyon: 50}")
        return
      }
      for item in value.itemsOrSelf(atMost: Limits.maximumNodes) {
        guard let name = item.text(expected: "the name of a node") else { continue }
        ConfiguredNodes.add(name, at: item.node.place, to: &names, log: value.log)
      }
      weights = Array(repeating: GroupSettings.defaultWeight, count: names.count)
    } else if let list = value.bracketed() {
      value.report("names of nodes without brackets", expected: list)
    } else if let count = value.integer(in: 1...Limits.maximumNodes) {
      names = (1...count).map { "node\($0)" }
      weights = Array(repeating: GroupSettings.defaultWeight, count: count)
    }
    if value.log.count == before, !(1...Limits.maximumNodes ~= names.count) {
      value.report(
        names.isEmpty ? "no nodes" : "more than \(Limits.maximumNodes) nodes",
        expected: "1 to \(Limits.maximumNodes)")
    }
    guard value.log.count == before else { return }
    list = NameList(kind: "node", names: names)
    self.weights = weights
  }

  private static func add(_ name: String, at place: Place, to names: inout [String], log: ProblemLog) {
    if !isName(name) {
      log.add(
        place, "'\(name)' cannot be a node's name",
        expected: "a letter, then letters, digits, '-', '_' or '.', at most 63, and not 'all'")
    } else if names.contains(name) {
      log.add(place, "node '\(name)' is listed twice")
    }
    names.append(name)
  }

  private static func weight(_ value: YAMLReader) -> UInt16 {
    if value.node.isNull { return GroupSettings.defaultWeight }
    let reader = value.isMapping ? value.keys(of: FarmSection.node)?["weight"] : value
    return reader?.weight() ?? GroupSettings.defaultWeight
  }
}

extension YAMLReader {
  /// A node's weight in a group, 0 to 1000.
  public func weight() -> UInt16? { integer(in: 0...Int(Limits.maximumWeight)).map(UInt16.init) }
}

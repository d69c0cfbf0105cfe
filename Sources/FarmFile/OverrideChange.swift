/// The value of an override on its way along the override's path.
struct OverrideChange {
  var value: YAMLNode
  var place: Place
  var isAddition: Bool
  /// The first key of the path.
  var section: String
  var log: ProblemLog

  /// Keys whose list of one may be written without brackets. A second entry makes it a list.
  private static let lists: Set = [
    "traffic", "faults", "rules", "checkers", "links", "include", "virtual_ip", "port", "events",
  ]

  /// - Parameters:
  ///   - steps: the rest of the path.
  ///   - key: the key of `node`.
  func put(into node: inout YAMLNode, at steps: ArraySlice<String>, key: String) {
    guard let step = steps.first else { return finish(&node, key: key) }
    switch node.content {
    case .list(var items):
      guard let index = Int(step), items.indices.contains(index) else {
        return reportEntry(step, of: items.count, key)
      }
      put(into: &items[index], at: steps.dropFirst(), key: "")
      node.content = .list(items)
    case .scalar where node.isNull:
      node.content = .mapping([])
      put(into: &node, at: steps, key: key)
    case .mapping, .scalar:
      if Self.lists.contains(key), let index = Int(step) {
        guard index == 0 else { return reportEntry(step, of: 1, key) }
        return put(into: &node, at: steps.dropFirst(), key: "")
      }
      guard case .mapping(let entries) = node.content else {
        if case .scalar(let text, _) = node.content {
          log.add(place, "'\(text)' is a single value and has no '\(step)'", expected: "the whole value")
        }
        return
      }
      node.content = .mapping(changed(entries, at: steps))
    }
  }

  private func changed(_ entries: [YAMLEntry], at steps: ArraySlice<String>) -> [YAMLEntry] {
    var entries = entries
    // The name of a measure may be the beginning of another's. The other one is then a key of its own.
    func isMeasure(_ entry: YAMLEntry) -> Bool { section == "expect" && entry.value.isSingleValue }
    // Some keys hold dots themselves, such as the names of measures. The longest that is there is meant.
    for count in stride(from: steps.count, through: 1, by: -1) {
      let key = steps.prefix(count).joined(separator: ".")
      guard let index = entries.firstIndex(where: { $0.key == key }) else { continue }
      if count < steps.count, isMeasure(entries[index]) { break }
      put(into: &entries[index].value, at: steps.dropFirst(count), key: key)
      return entries
    }
    let step = steps[steps.startIndex]
    let isWhole = entries.contains { $0.key == step && isMeasure($0) }
    var fresh = YAMLNode(place: place, content: .scalar("", isQuoted: false))
    put(into: &fresh, at: isWhole ? [] : steps.dropFirst(), key: step)
    return entries + [
      YAMLEntry(key: isWhole ? steps.joined(separator: ".") : step, place: place, value: fresh)
    ]
  }

  /// Puts the value in place at the end of the path.
  private func finish(_ node: inout YAMLNode, key: String) {
    guard isAddition, !node.isNull else {
      node = value
      return
    }
    switch node.content {
    case .list(let items): node.content = .list(items + [value])
    case .scalar, .mapping:
      guard Self.lists.contains(key) else {
        log.add(place, "'\(key)' is there already", expected: "no '+', to change it")
        return
      }
      node.content = .list([node, value])
    }
  }

  private func reportEntry(_ step: String, of count: Int, _ key: String) {
    let range = count == 0 ? "no entry: the list is empty" : count == 1 ? "0" : "0 to \(count - 1)"
    log.add(place, "no entry '\(step)'", expected: range)
  }
}

extension YAMLNode {
  fileprivate var isSingleValue: Bool {
    if case .scalar = content { !isNull } else { false }
  }
}

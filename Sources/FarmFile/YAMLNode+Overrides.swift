extension YAMLNode {
  /// Puts an override's value where its path leads, before anything is read, so that every check of the
  /// format sees it. Keys on the way that do not exist are made; the reader reports those it does not know.
  public mutating func apply(_ override: Override, log: ProblemLog) {
    let place = Place.override(path: override.path)
    let inner = ProblemLog(file: log.file)
    let value: YAMLNode
    if override.value.allSatisfy(\.isWhitespace) {
      value = YAMLNode(place: place, content: .scalar("", isQuoted: false))
    } else {
      guard let document = YAMLDocument(text: override.value, log: inner), inner.isEmpty else {
        for problem in inner.problems { log.add(place, problem.message, expected: problem.expected) }
        return
      }
      value = document.root.moved(to: place)
    }
    let steps = override.path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard steps.count <= FileLimits.depth, !steps.contains("") else {
      log.add(place, "not a path", expected: "keys joined by dots, such as farm.profile")
      return
    }
    set(value, at: steps[...], place: place, log: log)
  }

  private mutating func set(_ value: YAMLNode, at steps: ArraySlice<String>, place: Place, log: ProblemLog) {
    guard let step = steps.first else {
      self = value
      return
    }
    switch content {
    case .list(var items):
      guard let index = Int(step), items.indices.contains(index) else {
        log.add(place, "no entry '\(step)'", expected: "0 to \(items.count - 1)")
        return
      }
      items[index].set(value, at: steps.dropFirst(), place: place, log: log)
      content = .list(items)
    case .mapping(var entries):
      // Some keys hold dots themselves, such as the names of measures: the longest that is there is meant.
      for count in stride(from: steps.count, through: 1, by: -1) {
        let key = steps.prefix(count).joined(separator: ".")
        guard let index = entries.firstIndex(where: { $0.key == key }) else { continue }
        if count < steps.count, entries[index].value.isSingleValue { break }
        entries[index].value.set(value, at: steps.dropFirst(count), place: place, log: log)
        content = .mapping(entries)
        return
      }
      // Below a single value nothing can stand: what is left of the path is then one key.
      let isBelowValue = entries.contains { $0.key == step && $0.value.isSingleValue }
      var fresh = YAMLNode(place: place, content: .mapping([]))
      fresh.set(value, at: isBelowValue ? [] : steps.dropFirst(), place: place, log: log)
      let key = isBelowValue ? steps.joined(separator: ".") : step
      content = .mapping(entries + [YAMLEntry(key: key, place: place, value: fresh)])
    case .scalar where isNull:
      content = .mapping([])
      set(value, at: steps, place: place, log: log)
    case .scalar(let text, _):
      log.add(place, "'\(text)' is a single value and has no '\(step)'", expected: "the whole value")
    }
  }

  private var isSingleValue: Bool {
    if case .scalar = content { !isNull } else { false }
  }

  /// The same value, with one place for all of it.
  private func moved(to place: Place) -> YAMLNode {
    switch content {
    case .scalar: YAMLNode(place: place, content: content)
    case .list(let items):
      YAMLNode(place: place, content: .list(items.map { $0.moved(to: place) }))
    case .mapping(let entries):
      YAMLNode(
        place: place,
        content: .mapping(
          entries.map { YAMLEntry(key: $0.key, place: place, value: $0.value.moved(to: place)) }))
    }
  }
}

extension YAMLNode {
  /// Puts the value of an override where its path leads. This comes before anything is read, so every check of the
  /// format sees the value.
  ///
  /// The path may go through keys that the file leaves to their defaults; the reader reports unknown ones. Names belong
  /// to the file: a node, network or group that it does not have is a mistake, unless the override adds one.
  public mutating func apply(_ override: Override, log: ProblemLog) {
    let place = Place.override(path: override.shownPath)
    let inner = ProblemLog(file: log.file)
    guard let document = YAMLDocument(text: override.value, log: inner), inner.isEmpty else {
      for problem in inner.problems {
        log.add(place, "\(problem.message) in '\(override.value)'", expected: problem.expected)
      }
      return
    }
    let value = document.root.moved(to: place)
    let steps = override.path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if !override.isAddition, let unknown = FileNames.unknown(on: steps, in: self) {
      log.add(
        place, "no \(unknown.kind) '\(unknown.name)'",
        expected: unknown.nearest == nil ? "'--set +\(override.path)=...' to add one" : nil,
        nearest: unknown.nearest)
      return
    }
    if override.isAddition, let standard = FileNames.standard(on: steps, in: self) {
      let nothing = YAMLNode(place: place, content: .scalar("", isQuoted: false))
      let change = OverrideChange(
        value: nothing, place: place, isAddition: true, section: steps[0], log: log)
      change.put(into: &self, at: standard[...], key: "")
    }
    let change = OverrideChange(
      value: value, place: place, isAddition: override.isAddition, section: steps[0], log: log)
    change.put(into: &self, at: steps[...], key: "")
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

/// `include: calibration.yaml`: values that several files share, such as what was measured of one machine.
///
/// The value is a path or a list of paths. A path is relative to the including file, or to the working folder if it is
/// given beside the file. The including file's own values come first, then the files from the last to the first. The
/// keys of a section (`kernel`, `run`, `farm`) and of each network are put together. Anything deeper is taken whole
/// from one file, so that two kinds of delay never mix. An included file must not include another.
extension YAMLNode {
  /// Makes a file's text complete: adds what it includes, then applies the overrides.
  /// - Returns: whether all that it includes could be read. If not, most other problems would follow from that.
  @discardableResult
  public mutating func prepare(overrides: [Override], log: ProblemLog) -> Bool {
    let before = log.count
    include(overrides: overrides, log: log)
    guard log.count == before else { return false }
    for override in overrides where override.path != "include" { apply(override, log: log) }
    return true
  }

  /// Takes `include` out of the top level, and puts the named files below the values that are there.
  /// - Parameters:
  ///   - overrides: only those of `include` itself are applied here.
  ///   - log: names the including file. Problems of an included file name that file.
  private mutating func include(overrides: [Override], log: ProblemLog) {
    for override in overrides where override.path == "include" { apply(override, log: log) }
    guard case .mapping(var entries) = content,
      let index = entries.firstIndex(where: { $0.key == "include" })
    else { return }
    let paths = entries.remove(at: index).value
    content = .mapping(entries)
    if paths.isNull { return }
    let reader = YAMLReader(paths, name: "include", log: log)
    let items = reader.itemsOrSelf(atMost: FileLimits.includes)
    for (i, path) in items.enumerated() {
      guard case .scalar(let text, _) = path.node.content, !path.node.isNull,
        items[..<i].contains(where: { $0.node.content == path.node.content })
      else { continue }
      path.report("'\(text)' is included twice")
    }
    for path in items.reversed() {
      guard let included = YAMLNode.included(path, log: log) else { continue }
      self = merged(over: included, levels: 3)
    }
  }

  /// The mapping of an included file, with places in it.
  private static func included(_ path: YAMLReader, log: ProblemLog) -> YAMLNode? {
    guard let text = path.text(expected: "the path of a file, such as calibration.yaml") else { return nil }
    let file = path.file(text)
    let inner = ProblemLog(file: file, isGuarded: log.isGuarded)
    guard let content = TextFile.read(path: file, log: inner) else {
      for problem in inner.problems {
        path.report("cannot include '\(text)': \(file): \(problem.message)", expected: problem.expected)
      }
      return nil
    }
    guard let document = YAMLDocument(text: content, log: inner) else {
      log.take(inner)
      return nil
    }
    guard case .mapping(var entries) = document.root.content else {
      inner.add(document.root.place, "not a mapping", expected: "sections of a scenario file")
      log.take(inner)
      return nil
    }
    if let index = entries.firstIndex(where: { $0.key == "include" }) {
      let entry = entries.remove(at: index)
      inner.add(
        entry.place,
        IncludeChain(entry.value.placed(in: file), from: file, written: text, main: log.file).text,
        expected: "all includes in '\(log.file)'")
    }
    log.take(inner)
    return YAMLNode(place: document.root.place, content: .mapping(entries)).placed(in: file)
  }

  /// This value put over another, key by key and however deep. A key that only the other has stays; a key that only
  /// this one has comes behind.
  package func merged(over other: YAMLNode) -> YAMLNode {
    guard case .mapping(let entries) = content, case .mapping(var all) = other.content else {
      return isNull ? other : self
    }
    for var entry in entries {
      if let index = all.firstIndex(where: { $0.key == entry.key }) {
        entry.value = entry.value.merged(over: all[index].value)
        all[index] = entry
      } else {
        all.append(entry)
      }
    }
    return YAMLNode(place: place, content: .mapping(all))
  }

  /// This value without the one at a path of keys; `nil` if there is none.
  package func removing(_ path: [String]) -> YAMLNode? {
    guard let key = path.first, case .mapping(var entries) = content,
      let index = entries.firstIndex(where: { $0.key == key })
    else { return nil }
    if path.count == 1 {
      entries.remove(at: index)
    } else if let rest = entries[index].value.removing(Array(path.dropFirst())) {
      entries[index].value = rest
    } else {
      return nil
    }
    return YAMLNode(place: place, content: .mapping(entries))
  }

  /// This value, with the keys that only `other` adds to its mappings, down to `levels` levels.
  private func merged(over other: YAMLNode, levels: Int) -> YAMLNode {
    guard levels > 0, case .mapping(var entries) = content, case .mapping(let others) = other.content else {
      return isNull ? other : self
    }
    for entry in others {
      if let index = entries.firstIndex(where: { $0.key == entry.key }) {
        // Networks go by name, one level deeper than the keys of other sections.
        let deeper = levels == 3 && entry.key != "networks" ? 1 : levels - 1
        entries[index].value = entries[index].value.merged(over: entry.value, levels: deeper)
      } else {
        entries.append(entry)
      }
    }
    return YAMLNode(place: place, content: .mapping(entries))
  }

  /// The same value, with its places in an included file.
  func placed(in file: String) -> YAMLNode {
    func inside(_ place: Place) -> Place {
      guard case .position(let line, let column) = place else { return place }
      return .included(file: file, line: line, column: column)
    }
    switch content {
    case .scalar: return YAMLNode(place: inside(place), content: content)
    case .list(let items):
      return YAMLNode(place: inside(place), content: .list(items.map { $0.placed(in: file) }))
    case .mapping(let entries):
      return YAMLNode(
        place: inside(place),
        content: .mapping(
          entries.map { YAMLEntry(key: $0.key, place: inside($0.place), value: $0.value.placed(in: file)) }))
    }
  }
}

extension YAMLReader {
  /// The path of the file that this value names: relative to the folder of the file in which the value stands, or to
  /// the working folder if the value is given beside the file.
  public func file(_ path: String) -> String {
    let own: String
    switch node.place {
    case .override: return path
    case .included(let file, _, _): own = file
    case .position, .whole: own = log.file
    }
    guard !path.hasPrefix("/"), own != "-", let slash = own.lastIndex(of: "/") else { return path }
    return String(own[...slash]) + path
  }
}

import Engine

/// Asks a value of a document for what it should be, and reports what it is instead.
///
/// Every question answers `nil` after it has reported a problem, so that a caller goes on with a default and
/// all problems of a document come out at once.
/// ```swift
/// let keys = document.keys(of: FarmSection.heartbeat)
/// let interval = keys?["interval"]?.duration(in: .milliseconds(1) ... .seconds(60))
/// ```
public struct YAMLReader {
  public let node: YAMLNode
  /// The key under which it stands, for messages.
  public let name: String
  public let log: ProblemLog

  public init(_ node: YAMLNode, name: String, log: ProblemLog) {
    self.node = node
    self.name = name
    self.log = log
  }

  /// Reports something about this value.
  public func report(_ message: String, expected: String? = nil, nearest: String? = nil) {
    log.add(node.place, message, expected: expected, nearest: nearest)
  }

  /// The text of a single value; reports lists, mappings and nothing.
  public func text(expected: String) -> String? {
    guard case .scalar(let text, _) = node.content, !node.isNull else {
      report("'\(name)' is \(node.shape)", expected: expected)
      return nil
    }
    return text
  }

  /// The values of a list; a single value or a mapping counts as a list of one.
  public func itemsOrSelf() -> [YAMLReader] {
    guard case .list(let items) = node.content else { return [self] }
    return items.map { YAMLReader($0, name: name, log: log) }
  }

  /// The values of a list; reports anything else.
  public func items(expected: String) -> [YAMLReader]? {
    guard case .list(let items) = node.content else {
      report("'\(name)' is \(node.shape)", expected: expected)
      return nil
    }
    return items.map { YAMLReader($0, name: name, log: log) }
  }

  /// The entries of a mapping whose keys the operator chooses; reports anything else.
  public func entries(expected: String) -> [(key: String, place: Place, value: YAMLReader)]? {
    guard case .mapping(let entries) = node.content else {
      report("'\(name)' is \(node.shape)", expected: expected)
      return nil
    }
    return entries.map { ($0.key, $0.place, YAMLReader($0.value, name: $0.key, log: log)) }
  }

  public var isMapping: Bool { if case .mapping = node.content { true } else { false } }
  public var isList: Bool { if case .list = node.content { true } else { false } }

  /// The keys of a mapping, after reporting each that its section does not have.
  public func keys(of section: some KeySection) -> YAMLKeys? {
    guard case .mapping(let entries) = node.content else {
      report("'\(name)' is \(node.shape)", expected: "a mapping with \(listed(section.keys))")
      return nil
    }
    for entry in entries where !section.keys.contains(entry.key) {
      let nearest = NearestName.of(entry.key, among: section.keys)
      log.add(
        entry.place, "unknown key '\(entry.key)'", expected: nearest == nil ? listed(section.keys) : nil,
        nearest: nearest)
    }
    return YAMLKeys(reader: self, entries: entries, valid: section.keys)
  }

  /// Names in a sentence: `a, b or c`.
  func listed(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "nothing" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }
}

/// A mapping with a fixed set of keys. The sections of a format are its reference: a test holds that each key
/// is documented.
public protocol KeySection: CaseIterable, Sendable {
  var keys: [String] { get }
}

/// The keys that a mapping has, of those that it may have.
public struct YAMLKeys {
  let reader: YAMLReader
  let entries: [YAMLEntry]
  let valid: [String]

  /// The value of a key; `nil` if it is absent or nothing is written after it.
  public subscript(key: String) -> YAMLReader? {
    precondition(valid.contains(key), "the section does not declare '\(key)'")
    guard let entry = entries.first(where: { $0.key == key }), !entry.value.isNull else { return nil }
    return YAMLReader(entry.value, name: key, log: reader.log)
  }

  /// The value of a key that must be there; reports its absence.
  public func required(_ key: String, expected: String) -> YAMLReader? {
    if let value = self[key] { return value }
    reader.report("'\(key)' is missing", expected: expected)
    return nil
  }

  /// Which of some keys are present, in the order of the file.
  public func present(among keys: [String]) -> [String] {
    entries.map(\.key).filter { keys.contains($0) }
  }

  /// Where a key stands, or the mapping if it is absent.
  public func place(of key: String) -> Place {
    entries.first { $0.key == key }?.place ?? reader.node.place
  }
}

extension YAMLKeys {
  /// The one key that says of which kind this mapping is; reports none or several.
  public func one(of kinds: [String]) -> (key: String, value: YAMLReader)? {
    let found = present(among: kinds)
    guard let first = found.first, found.count == 1 else {
      reader.report(
        found.isEmpty ? "'\(reader.name)' does not say what it is" : "\(found.joined(separator: " and ")) at once",
        expected: "one of " + reader.listed(kinds))
      return nil
    }
    return self[first].map { (first, $0) } ?? reportNothing(after: first)
  }

  private func reportNothing(after key: String) -> (key: String, value: YAMLReader)? {
    reader.log.add(place(of: key), "nothing after '\(key)'")
    return nil
  }
}

extension YAMLReader {
  /// The two values of a list of two; reports anything else.
  public func pair(expected: String) -> (YAMLReader, YAMLReader)? {
    guard let items = items(expected: expected) else { return nil }
    guard items.count == 2 else {
      report("'\(name)' has \(items.count) values", expected: expected)
      return nil
    }
    return (items[0], items[1])
  }
}

/// A mapping with a fixed set of keys. The sections are the format's reference; a test checks that all keys are
/// documented.
public protocol KeySection: CaseIterable, Sendable {
  var keys: [String] { get }
  /// The path of the section in a file, as `farm.heartbeat`, without names that the operator gives. Empty for the file
  /// itself, `nil` for a section that stands in many places.
  var path: String? { get }
}

/// The keys that a mapping has, among those that its section allows.
public struct YAMLKeys {
  let reader: YAMLReader
  let entries: [YAMLEntry]
  let valid: [String]

  /// Whether nothing is written in the mapping.
  var isEmpty: Bool { entries.isEmpty }

  /// The value of a key; `nil` if the key is absent or has no value.
  public subscript(key: String) -> YAMLReader? {
    precondition(valid.contains(key), "the section does not declare '\(key)'")
    guard let entry = entries.first(where: { $0.key == key }), !entry.value.isNull else { return nil }
    return YAMLReader(entry.value, name: key, log: reader.log)
  }

  /// The value of a key that must be there; reports its absence.
  public func required(_ key: String, expected: String) -> YAMLReader? {
    if let value = self[key] { return value }
    if isMisspelt(key) { return nil }
    if let entry = entries.first(where: { $0.key == key }) {
      let place = if case .override = entry.value.place { entry.value.place } else { entry.place }
      reader.log.add(place, "nothing after '\(key)'", expected: expected)
    } else {
      reader.log.add(reader.node.place, missing: key, expected: expected)
    }
    return nil
  }

  /// Whether a problem is reported that is most likely about this key: it is misspelt, or its value cannot be read.
  private func isMisspelt(_ key: String) -> Bool {
    entries.contains { entry in
      valid.contains(entry.key)
        ? entry.key == key && reader.log.hasProblem(at: entry.place)
        : reader.log.nearest(to: entry.key, among: valid) == key
    }
  }

  /// Which of some keys are present, in the order of the file.
  public func present(among keys: [String]) -> [String] {
    entries.map(\.key).filter { keys.contains($0) }
  }

  /// Where a key stands, or the mapping if it is absent.
  public func place(of key: String) -> Place {
    entries.first { $0.key == key }?.place ?? reader.node.place
  }

  /// The one key that says of which kind this mapping is. Reports none and several.
  public func one(of kinds: [String]) -> (key: String, value: YAMLReader)? {
    let found = present(among: kinds)
    // An unknown key has been reported, and is most likely the one that is missing here.
    if found.isEmpty, entries.contains(where: { !valid.contains($0.key) }) { return nil }
    guard let first = found.first, found.count == 1 else {
      reader.report(
        found.isEmpty
          ? "'\(reader.name)' does not say what it is" : "\(found.joined(separator: " and ")) at once",
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

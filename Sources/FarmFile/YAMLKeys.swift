/// A mapping with a fixed set of keys. The sections of a format are its reference: a test holds that each key
/// is documented.
public protocol KeySection: CaseIterable, Sendable {
  var keys: [String] { get }
  /// Where it stands in a file, as `farm.heartbeat`, without the names that the operator gives; empty for the file
  /// itself, `nil` for what stands in many places.
  var path: String? { get }
}

/// The keys that a mapping has, of those that it may have.
public struct YAMLKeys {
  let reader: YAMLReader
  let entries: [YAMLEntry]
  let valid: [String]

  /// Whether nothing is written in the mapping.
  var isEmpty: Bool { entries.isEmpty }

  /// The value of a key; `nil` if it is absent or nothing is written after it.
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

  /// Whether a key has been reported that is most likely this one, spelt wrongly or without a value to read.
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

  /// The one key that says of which kind this mapping is; reports none or several.
  public func one(of kinds: [String]) -> (key: String, value: YAMLReader)? {
    let found = present(among: kinds)
    // An unknown key has been reported, and is most likely the one that is missed here.
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

/// One key that has another value in another file.
public struct KeyDifference: Sendable, Hashable {
  public var path: String
  /// The values that only this file has, and those that only the other one has. Of a list, only the elements
  /// that differ.
  public var here: [String]
  public var there: [String]
  /// Whether both say the same in another order.
  public var isOrder: Bool

  public init(path: String, here: [String], there: [String], isOrder: Bool = false) {
    (self.path, self.here, self.there, self.isOrder) = (path, here, there, isOrder)
  }

  /// In words: `farm.virtual_ip: 198.51.100.101 only on fw-b`, `linux.port: 7946 here, 7947 on fw-b`.
  /// - Parameter other: where the other file is, such as `on fw-b`.
  public func text(_ other: String) -> String {
    if isOrder { return "\(path): in another order \(other)" }
    let parts =
      here.isEmpty || there.isEmpty
      ? [(here, "only here"), (there, "only \(other)")] : [(here, "here"), (there, other)]
    return "\(path): "
      + parts.filter { !$0.0.isEmpty }.map { "\(shown($0.0)) \($0.1)" }.joined(separator: ", ")
  }

  /// The same as a change from this file to a newer one: `farm.heartbeat.interval: 100 ms becomes 200 ms`.
  public var change: String {
    if isOrder { return "\(path): in another order" }
    if there.isEmpty { return "\(path): without \(shown(here))" }
    return here.isEmpty ? "\(path): with \(shown(there))" : "\(path): \(shown(here)) becomes \(shown(there))"
  }

  /// The values in a line that stays readable: only the first few, and how many more there are.
  private func shown(_ values: [String]) -> String {
    let some = values.prefix(4).map { $0.count > 160 ? "\($0.prefix(157))..." : $0 }
    let rest = values.count - some.count
    return some.joined(separator: " and ") + (rest > 0 ? " and \(rest) more" : "")
  }
}

extension FileKeys {
  /// What differs in another file, in this one's order. Keys that only the other has come last.
  public func differences(from other: FileKeys) -> [KeyDifference] {
    func byPath(_ keys: [FileKey]) -> [String: FileKey] {
      Dictionary(keys.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let (mine, theirs) = (byPath(list), byPath(other.list))
    let new = other.list.filter { mine[$0.path] == nil }
    return list.compactMap { FileKeys.difference($0, theirs[$0.path]) }
      + new.compactMap { FileKeys.difference(nil, $0) }
  }

  private static func difference(_ here: FileKey?, _ there: FileKey?) -> KeyDifference? {
    guard here != there, let path = here?.path ?? there?.path else { return nil }
    let (mine, theirs) = (here?.values ?? [], there?.values ?? [])
    let isList = here?.isList ?? true && there?.isList ?? true
    guard isList, here != nil, there != nil else {
      return KeyDifference(path: path, here: mine, there: theirs)
    }
    let difference = KeyDifference(
      path: path, here: mine.without(theirs), there: theirs.without(mine))
    if !difference.here.isEmpty || !difference.there.isEmpty { return difference }
    return KeyDifference(path: path, here: [], there: [], isOrder: true)
  }
}

extension [String] {
  /// The elements that another list lacks. An element counts as often as this list has it more often.
  fileprivate func without(_ others: [String]) -> [String] {
    var left: [String: Int] = [:]
    for other in others { left[other, default: 0] += 1 }
    return filter {
      guard let count = left[$0], count > 0 else { return true }
      left[$0] = count - 1
      return false
    }
  }
}

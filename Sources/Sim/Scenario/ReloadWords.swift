import FarmFile

/// What a reload changes in the farm's file, value by value: `heartbeat.interval 50 ms`, `other rules`, `nodes n1 to
/// n5`.
struct ReloadWords {
  /// The nodes that the changed file names.
  let nodes: [String]
  /// The nodes that the farm's own file names.
  let before: [String]

  /// - Parameters:
  ///   - change: what the reload writes.
  ///   - base: what the farm's file has there; `nil` if it has nothing.
  func of(_ change: YAMLNode, over base: YAMLNode?, path: [String] = []) -> [String] {
    if let base, change.says(sameAs: base) { return [] }
    if path == ["nodes"], nodes != before { return ["nodes \(ReloadWords.range(nodes))"] }
    let key = path.joined(separator: ".")
    switch change.content {
    case .mapping(let entries):
      var all: [YAMLEntry] = []
      if case .mapping(let own)? = base?.content {
        all = own
      } else if base?.isNull == false {
        return ["other \(key)"]
      }
      if entries.isEmpty { return base == nil ? [key] : [] }
      return entries.flatMap { entry in
        of(entry.value, over: all.first { $0.key == entry.key }?.value, path: path + [entry.key])
      }
    case .list: return base.map { !$0.isNull } ?? false ? ["other \(key)"] : [key]
    case .scalar(let text, _):
      if change.isNull { return base == nil ? [key] : [] }
      return ["\(key) \(text)"]
    }
  }

  /// `n1, n2 and n3`, `n1 to n5`.
  private static func range(_ names: [String]) -> String {
    names.count > 4 ? "\(names[0]) to \(names[names.count - 1])" : PlainText.list(names)
  }
}

extension YAMLNode {
  /// Whether both are written alike, at whatever places.
  fileprivate func says(sameAs other: YAMLNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let a, _), .scalar(let b, _)): a == b
    case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.says(sameAs: $1) }
    case (.mapping(let a), .mapping(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.value.says(sameAs: $1.value) }
    default: false
    }
  }
}

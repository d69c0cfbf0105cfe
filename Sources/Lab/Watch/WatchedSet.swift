/// A set of the backend's table, by its name.
enum WatchedSet: Sendable, Hashable {
  case lease
  /// By the index of the group.
  case owned(Int)
  case resets(Int)

  /// - Returns: `nil` for a name that the backend does not use.
  init?(_ name: String) {
    if name == "lease" {
      self = .lease
    } else if let group = WatchedSet.group(of: name, after: "owned_") {
      self = .owned(group)
    } else if let group = WatchedSet.group(of: name, after: "resets_") {
      self = .resets(group)
    } else {
      return nil
    }
  }

  var name: String {
    switch self {
    case .lease: "lease"
    case .owned(let group): "owned_\(group)"
    case .resets(let group): "resets_\(group)"
    }
  }

  private static func group(of name: String, after prefix: String) -> Int? {
    guard name.hasPrefix(prefix) else { return nil }
    return Int(name.dropFirst(prefix.count)).flatMap { $0 >= 0 ? $0 : nil }
  }
}

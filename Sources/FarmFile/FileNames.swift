/// The mappings of a file whose keys are names that the operator gives: networks, nodes and groups.
enum FileNames {
  /// A name on an override's path that the file does not have.
  struct Unknown {
    /// In the singular: `network`.
    var kind: String
    var name: String
    var nearest: String?
  }

  /// The mappings by path; `standard` is the name that a file without the mapping has.
  private static let mappings: [(path: [String], kind: String, standard: String?)] = [
    (["networks"], "network", ConfiguredNetworks.standardName), (["farm", "nodes"], "node", nil),
    (["farm", "groups"], "group", "default"),
  ]

  /// The name on the path of an override that `root` does not have; `nil` if it has all of them.
  static func unknown(on steps: [String], in root: YAMLNode) -> Unknown? {
    for (path, kind, standard) in mappings where steps.count > path.count && steps.starts(with: path) {
      guard let names = root.names(at: path[...]) ?? standard.map({ [$0] }) else { return nil }
      let rest = steps.dropFirst(path.count)
      // A node's name may have dots.
      if (1...rest.count).contains(where: { names.contains(rest.prefix($0).joined(separator: ".")) }) {
        return nil
      }
      let name = rest[rest.startIndex]
      return Unknown(kind: kind, name: name, nearest: NearestName.of(name, among: names))
    }
    return nil
  }

  /// What an addition is put beside: the one network or group of a file that names none; `nil` otherwise.
  static func standard(on steps: [String], in root: YAMLNode) -> [String]? {
    for (path, _, standard) in mappings where steps.count > path.count && steps.starts(with: path) {
      guard let standard, root.names(at: path[...]) == nil else { return nil }
      return path + [standard]
    }
    return nil
  }
}

extension YAMLNode {
  /// The keys of the mapping at a path; `nil` if there is none.
  fileprivate func names(at path: ArraySlice<String>) -> [String]? {
    guard case .mapping(let entries) = content else { return nil }
    guard let step = path.first else { return entries.map(\.key) }
    return entries.first { $0.key == step }?.value.names(at: path.dropFirst())
  }
}

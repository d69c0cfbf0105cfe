/// Keys that stand in another section than their own, and keys of other products that have a counterpart elsewhere.
enum MisplacedKey {
  /// A key that is in more sections than this gets no hint: a list of many would not help.
  private static let most = 3

  /// Where a key belongs that a section does not have: `it in 'farm.heartbeat'`, `'weight' in 'farm.nodes'`; `nil` if
  /// that is not known.
  static func hint<Section: KeySection>(_ key: String, in section: Section) -> String? {
    if let phrase = ForeignWords.phrase(for: key) { return phrase }
    let sections: [any KeySection] =
      FileSection.allCases + FarmSection.allCases + LinuxSection.allCases + Array(Section.allCases)
    for word in [key] + (ForeignWords.ours(for: key) ?? []) {
      var paths: [String] = []
      for other in sections where other.keys.contains(word) && other.path != section.path {
        if let path = other.path, !paths.contains(path) { paths.append(path) }
      }
      guard (1...most).contains(paths.count) else { continue }
      // A place higher in the file is more likely meant.
      let places = (paths.filter { !$0.contains(".") } + paths.filter { $0.contains(".") }).map {
        $0.isEmpty ? "at the top level" : "in '\($0)'"
      }
      return (word == key ? "it " : "'\(word)' ") + places.joined(separator: " or ")
    }
    return nil
  }
}

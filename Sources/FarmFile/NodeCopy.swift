import Yams

/// Copies the parser's nodes into our own, within the limits, and reports YAML that the format does not use.
struct NodeCopy {
  let source: SourceText
  let log: ProblemLog
  private var count = 0
  /// Whether a limit was exceeded. The copy is cut then and must not be read.
  private(set) var isOver = false

  init(source: SourceText, log: ProblemLog) {
    self.source = source
    self.log = log
  }

  /// - Parameter depth: the level of this node, from 1.
  mutating func node(_ node: Node, depth: Int) -> YAMLNode {
    let place = place(node.mark)
    count += 1
    guard count <= FileLimits.nodes else { return refuse(place, "more than \(FileLimits.nodes) values") }
    guard depth <= FileLimits.depth else {
      return refuse(place, "nested deeper than \(FileLimits.depth) levels")
    }
    switch node {
    case .scalar(let scalar):
      check(scalar.tag, at: place)
      return YAMLNode(place: place, content: .scalar(scalar.string, isQuoted: scalar.style != .plain))
    case .sequence(let sequence):
      check(sequence.tag, at: place)
      var items: [YAMLNode] = []
      for item in sequence where !isOver { items.append(self.node(item, depth: depth + 1)) }
      return YAMLNode(place: place, content: .list(items))
    case .mapping(let mapping):
      check(mapping.tag, at: place)
      return YAMLNode(place: place, content: .mapping(entries(mapping, depth: depth)))
    case .alias:
      preconditionFailure("the composer writes aliases out")
    }
  }

  private mutating func entries(_ mapping: Node.Mapping, depth: Int) -> [YAMLEntry] {
    var entries: [YAMLEntry] = []
    var positions: [String: Int] = [:]
    for (keyNode, valueNode) in mapping where !isOver {
      let place = place(keyNode.mark)
      guard let scalar = keyNode.scalar else {
        log.add(place, "a list or mapping as a key", expected: "a name")
        continue
      }
      check(scalar.tag, at: place)
      let key = source.originalKey(scalar.string, at: place)
      let entry = YAMLEntry(key: key, place: place, value: node(valueNode, depth: depth + 1))
      if let earlier = positions[key] {
        let first = entries[earlier].place
        if case .position(let line, _) = first {
          log.add(place, "key '\(key)' occurs twice; first on line \(line)")
        }
        continue
      }
      positions[key] = entries.count
      entries.append(entry)
    }
    return entries
  }

  private func check(_ tag: Tag, at place: Place) {
    let name = tag.description
    guard !["", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"].contains(name)
    else { return }
    log.add(place, "tag '\(name)'", expected: "no tags, and a value that begins with '!' in quotes")
  }

  private mutating func refuse(_ place: Place, _ message: String) -> YAMLNode {
    if !isOver { log.add(place, message) }
    isOver = true
    return YAMLNode(place: place, content: .scalar("", isQuoted: false))
  }

  private func place(_ mark: Mark?) -> Place {
    mark.map { .position(line: $0.line, column: $0.column) } ?? .whole
  }
}
